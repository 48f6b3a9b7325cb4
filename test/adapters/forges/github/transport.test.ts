import { expect, it } from 'vitest'
import { createTransport } from '../../../../src/adapters/forges/github/transport.ts'

const asked: { url: string; authorization: string | null }[] = []
const transport = createTransport({
  apiBaseUrl: 'https://git.acme.example/api/v3',
  credential: async () => 'secret',
  fetch: async (url, init) => {
    asked.push({ url, authorization: new Headers(init.headers).get('authorization') })
    return new Response('{}')
  },
  timeoutMs: 1_000,
  onRateLimit: () => {},
})

it.each([
  'https://evil.example/api/v3/repos/acme/deploy',
  'https://git.acme.example.evil.example/api/v3/repos',
  'https://git.acme.example:8443/api/v3/repos',
  'http://git.acme.example/api/v3/repos',
  'https://git.acme.example/api/v30/repos',
  'https://git.acme.example/api/v3/../../login',
])('a request to %s is held back, credential and all', async (url) => {
  asked.length = 0
  await expect(transport(url, {})).rejects.toMatchObject({ code: 'E_FORGE_REJECTED' })
  expect(asked).toEqual([])
})

it.each(['https://git.acme.example/api/v3', 'https://git.acme.example/api/v3/repos/acme/deploy?page=2'])(
  'a request to %s carries the credential',
  async (url) => {
    asked.length = 0
    await transport(url, {})
    expect(asked).toEqual([{ url, authorization: 'Bearer secret' }])
  },
)
