import { describe, expect, it } from 'vitest'
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
  now: () => 0,
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

describe('a credential that takes long to come', () => {
  /** `waits`: how long each credential takes to come, by the clock. The forge refuses the first token. */
  function slow(...waits: readonly number[]) {
    let now = 0
    let given = 0
    const sent: (string | undefined)[] = []
    const send = createTransport({
      apiBaseUrl: 'https://git.acme.example/api/v3',
      credential: async () => {
        now += waits[given] ?? 0
        given += 1
        return `token ${given}`
      },
      fetch: async (_, init) => {
        sent.push(init.method)
        return new Response('{}', { status: sent.length === 1 && waits.length > 1 ? 401 : 200 })
      },
      timeoutMs: 1_000,
      now: () => now,
      onRateLimit: () => {},
    })
    return { sent, send: (method: string) => send('https://git.acme.example/api/v3/repos/acme/deploy/pulls', { method }) }
  }

  it('lets nothing be written that was decided on before: the next try looks again', async () => {
    const { sent, send } = slow(2_001)
    await expect(send('POST')).rejects.toMatchObject({ code: 'E_FORGE_UNREACHABLE', message: expect.stringContaining('2001 ms') as string })
    expect(sent).toEqual([])
    expect((await send('POST')).status).toBe(200)
  })

  it('in the place of one that was refused lets nothing be written either', async () => {
    const { sent, send } = slow(0, 30_000)
    await expect(send('POST')).rejects.toMatchObject({ code: 'E_FORGE_UNREACHABLE' })
    expect(sent).toEqual(['POST'])
  })

  it('holds up no question, and no write where it comes in time', async () => {
    expect((await slow(30_000).send('GET')).status).toBe(200)
    expect((await slow(2_000).send('POST')).status).toBe(200)
  })
})

it('a write is held back where another process may be acting by now, and a read is not', async () => {
  const sent: (string | undefined)[] = []
  const send = createTransport({
    apiBaseUrl: 'https://git.acme.example/api/v3',
    credential: async () => 'secret',
    fetch: async (_, init) => {
      sent.push(init.method)
      return new Response('{}')
    },
    timeoutMs: 1_000,
    now: () => 0,
    onRateLimit: () => {},
    assertMayAct: () => {
      throw new Error('another leads')
    },
  })
  const url = 'https://git.acme.example/api/v3/repos/acme/deploy/pulls'
  for (const method of ['POST', 'PATCH', 'PUT', 'DELETE']) await expect(send(url, { method })).rejects.toThrow('another leads')
  await send(url, { method: 'GET' })
  await send(url, {})
  expect(sent).toEqual(['GET', undefined])
})
