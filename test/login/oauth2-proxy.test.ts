import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createSign, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openListener, type Listener } from '../../src/http/servers/listener.ts'
import { startService, type Service } from '../http/service.ts'
import { until } from '../until.ts'

// The recipe of docs/login.md, with its own words for the proxy, before a stand-in of an OpenID provider. Where no oauth2-proxy is, it is
// left out, and the name of the test says so: go install github.com/oauth2-proxy/oauth2-proxy/v7@latest

const PROGRAM = process.env['KEDGE_TEST_OAUTH2_PROXY'] ?? 'oauth2-proxy'
const isHere = spawnSync(PROGRAM, ['--version'], { stdio: 'ignore' }).status === 0

/** What the browser calls it. */
const HOST = 'kedge.acme.example'
const CLIENT = 'a-client'

/** Signs in whoever comes, as an address of acme.example. `nonce` goes from the question into the token, as OpenID has it. */
async function openProvider(): Promise<Listener> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  let nonce = ''
  const provider: Listener = await openListener(
    (asked, answer) => {
      const { pathname, searchParams } = new URL(asked.url ?? '/', 'http://provider')
      const json = (value: object): unknown => answer.setHeader('content-type', 'application/json').end(JSON.stringify(value))
      const { url } = provider
      if (pathname === '/.well-known/openid-configuration')
        return json({
          issuer: url,
          authorization_endpoint: `${url}/authorize`,
          token_endpoint: `${url}/token`,
          jwks_uri: `${url}/keys`,
          id_token_signing_alg_values_supported: ['RS256'],
        })
      if (pathname === '/keys') return json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] })
      if (pathname === '/authorize') {
        nonce = searchParams.get('nonce') ?? ''
        const back = new URL(searchParams.get('redirect_uri') ?? '')
        back.search = new URLSearchParams({ code: 'a-code', state: searchParams.get('state') ?? '' }).toString()
        return answer.writeHead(302, { location: back.href }).end()
      }
      const now = Math.floor(Date.now() / 1_000)
      const claims = { iss: url, aud: CLIENT, sub: 'ana', email: 'ana@acme.example', email_verified: true, iat: now, exp: now + 600, nonce }
      const signed = `${part({ alg: 'RS256', kid: 'one' })}.${part(claims)}`
      const token = `${signed}.${createSign('sha256').update(signed).sign(privateKey).toString('base64url')}`
      return json({ access_token: 'a-token', token_type: 'Bearer', expires_in: 600, id_token: token })
    },
    { host: '127.0.0.1', port: 0 },
  )
  return provider
}

/** The proxy's arguments as the page has them, with what names a place put in its place. */
function argumentsOf(places: Readonly<Record<string, string>>): readonly string[] {
  const page = readFileSync(new URL('../../docs/login.md', import.meta.url), 'utf8')
  const written = [...page.matchAll(/^ {12}- (--[\w-]+)=(\S+)/gm)].map(([, name = '', value = '']) => [name, value] as const)
  expect(Object.keys(places).filter((name) => !written.some(([one]) => one === name))).toEqual([])
  return written.map(([name, value]) => `${name}=${places[name] ?? value}`)
}

async function ask(
  url: string,
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<IncomingMessage & { body: string }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const { hostname, port } = new URL(url)
    request({ hostname, port, path, method, headers: { 'x-forwarded-proto': 'https', host: HOST, ...headers } }, resolve)
      .on('error', reject)
      .end()
  })
  return Object.assign(response, { body: await text(response) })
}

const cookiesOf = ({ headers }: IncomingMessage): string => (headers['set-cookie'] ?? []).map((one) => one.split(';')[0]).join('; ')

describe.runIf(isHere)(`docs/login.md with ${isHere ? PROGRAM : 'an oauth2-proxy, left out: none is here'}`, () => {
  let kedge: Service
  let provider: Listener
  let proxy: ChildProcess
  let url = ''

  beforeAll(async () => {
    kedge = await startService({ hosts: { api: ['kedge.kedge.svc'], webhooks: [] }, publicHost: HOST, secrets: { adminToken: 'a secret' } })
    provider = await openProvider()
    const free = await openListener(() => undefined, { host: '127.0.0.1', port: 0 })
    url = free.url
    await free[Symbol.asyncDispose]()
    const places = {
      '--http-address': new URL(url).host,
      '--oidc-issuer-url': provider.url,
      '--upstream': kedge.servers.api.url,
    }
    const env = {
      OAUTH2_PROXY_CLIENT_ID: CLIENT,
      OAUTH2_PROXY_CLIENT_SECRET: 'b',
      OAUTH2_PROXY_COOKIE_SECRET: '0123456789abcdef0123456789abcdef',
    }
    proxy = spawn(PROGRAM, argumentsOf(places), { stdio: 'ignore', env: { ...process.env, ...env } })
    await until(async () => ((await fetch(`${url}/ping`)).ok ? true : undefined), { timeoutMs: 30_000, what: 'the proxy answers' })
  }, 60_000)

  afterAll(async () => {
    proxy?.kill()
    await Promise.all([kedge?.[Symbol.asyncDispose](), provider?.[Symbol.asyncDispose]()])
  })

  async function logIn(): Promise<string> {
    const sent = await ask(url, '/', {})
    const there = await fetch(sent.headers.location!, { redirect: 'manual' })
    const back = new URL(there.headers.get('location')!)
    expect(back.origin + back.pathname).toBe(`https://${HOST}/oauth2/callback`)
    const done = await ask(url, back.pathname + back.search, { cookie: cookiesOf(sent) })
    expect(done.statusCode).toBe(302)
    return cookiesOf(done)
  }

  test('sends whoever is not logged in to the login, and shows nothing', async () => {
    for (const path of ['/', '/api/v1/rollouts', '/metrics', '/releases']) {
      const { statusCode, headers, body } = await ask(url, path, {})
      expect([statusCode, new URL(headers.location!).origin]).toEqual([302, provider.url])
      expect(body).not.toContain('checkout')
    }
  })

  test('shows the page and the API to who is, by the name of the browser', async () => {
    const cookie = await logIn()
    const board = await ask(url, '/', { cookie })
    expect([board.statusCode, board.body.includes('checkout')]).toEqual([200, true])
    expect((await ask(url, '/api/v1/rollouts', { cookie })).statusCode).toBe(200)
    expect((await ask(url, '/', { cookie, host: 'evil.example' })).statusCode).toBe(421)
  })

  test('lets nobody change something for being logged in', async () => {
    const cookie = await logIn()
    const asked = await ask(url, '/api/v1/releases/x/adopt', { cookie }, 'POST')
    expect([asked.statusCode, asked.body.includes('E_')]).toEqual([403, true])
  })
})
