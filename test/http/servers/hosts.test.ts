import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import { rememberLog } from '../../remember-log.ts'
import { startService } from '../service.ts'

/** What a path answers to who calls it by a name. `fetch` sets the header itself. */
async function call(port: number, path: string, host: string): Promise<{ status: number | undefined; body: string }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    get({ host: '127.0.0.1', port, path, headers: { host } }, resolve).on('error', reject),
  )
  return { status: response.statusCode, body: await text(response) }
}

const ROUTES = ['/', '/healthz', '/readyz', '/metrics', '/api/v1/rollouts', '/releases/x', '/style.css', '/nothing']
const ELSEWHERE = { host: '0.0.0.0', port: 0 }

describe('a listener on loopback', () => {
  it.each(ROUTES)('tells a foreign name nothing: %s', async (path) => {
    await using service = await startService()
    const { status, body } = await call(service.servers.api.port, path, 'evil.example')
    expect(status).toBe(421)
    expect(JSON.parse(body)).toMatchObject({ code: 'E_HTTP_HOST', message: 'Kedge is not called evil.example here.' })
  })

  it.each(['/webhooks/github', '/webhooks/argocd', '/'])('of webhooks tells it nothing either: %s', async (path) => {
    await using service = await startService()
    expect((await call(service.servers.webhooks.port, path, 'evil.example')).status).toBe(421)
  })

  it.each(['127.0.0.1', '127.0.0.1:8484', 'localhost:1', 'LOCALHOST', '[::1]:8484', '127.9.9.9'])(
    'answers to its own: %s',
    async (name) => {
      await using service = await startService()
      expect((await call(service.servers.api.port, '/healthz', name)).status).toBe(200)
    },
  )

  it.each([
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    '[fe80::1]',
    'evil.example:80',
    'localhost@evil.example',
    'localhost/evil.example',
    'a b',
    '.',
  ])('answers to no other: %j', async (name) => {
    await using service = await startService()
    expect((await call(service.servers.api.port, '/healthz', name)).status).not.toBe(200)
  })

  it('answers to what the admin calls it, and to the name in publicUrl', async () => {
    await using service = await startService({ hosts: { api: ['kedge.example'], webhooks: [] }, publicHost: 'releases.example' })
    const { port } = service.servers.api
    for (const name of ['kedge.example', 'Kedge.Example:8443', 'kedge.example.', 'releases.example'])
      expect((await call(port, '/healthz', name)).status).toBe(200)
    expect((await call(port, '/healthz', 'other.kedge.example')).status).toBe(421)
  })
})

describe('a listener elsewhere', () => {
  it('answers to any name where none is listed', async () => {
    await using service = await startService({ api: ELSEWHERE })
    expect((await call(service.servers.api.port, '/healthz', 'kedge.shop.svc')).status).toBe(200)
  })

  it('answers to those that are listed, to this machine, and to addresses, by which probes call it', async () => {
    await using service = await startService({ api: ELSEWHERE, hosts: { api: ['kedge.shop.svc'], webhooks: [] } })
    const { port } = service.servers.api
    for (const name of ['kedge.shop.svc:8484', '10.2.3.4:8484', '[fd00::12]:8484', 'localhost:8484'])
      expect((await call(port, '/readyz', name)).status).toBe(200)
    expect((await call(port, '/readyz', 'evil.example')).status).toBe(421)
  })
})

it('tells a foreign name once a minute, with nothing but its text', async () => {
  const { logger, lines } = rememberLog()
  const clock = createVirtualClock(0)
  await using service = await startService({ logger, clock })
  const { port } = service.servers.api
  for (const name of ['evil.example', 'worse.example']) await call(port, '/', name)
  const told = (): readonly unknown[] =>
    lines.filter(({ fields }) => fields?.['code'] === 'E_HTTP_HOST').map(({ fields }) => fields?.['host'])
  expect(told()).toEqual(['evil.example'])
  await clock.advanceTo(60_000, async () => undefined)
  await call(port, '/', 'worse.example')
  expect(told()).toEqual(['evil.example', 'worse.example'])
})
