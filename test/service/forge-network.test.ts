import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:https'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeSelfSigned } from '../adapters/kubernetes/faults/self-signed.ts'

const ASK = fileURLToPath(new URL('ask-forge.ts', import.meta.url))
const run = promisify(execFile)

/** Where each kind of forge has its API, at a server of one's own. */
const FORGES = { github: 'apiBaseUrl: ORIGIN/api/v3', gitlab: 'apiBaseUrl: ORIGIN/api/v4', gitea: 'url: ORIGIN' } as const

let folder = ''
let origin = ''
let proxy = ''
const asked: string[] = []
const tunnels: string[] = []
const closers: (() => void)[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedge-forge-network-'))
  const { key, cert } = makeSelfSigned('forge')
  await writeFile(join(folder, 'ca.crt'), cert)
  await writeFile(join(folder, 'token'), 'a-token-of-a-test')
  const forge = createServer({ key, cert }, (request, response) => {
    asked.push(request.url ?? '')
    // No pull request has brought the commit: a list without one, or nothing.
    const isNothing = request.url?.startsWith('/api/v1/') === true
    response.writeHead(isNothing ? 404 : 200, { 'content-type': 'application/json' }).end(isNothing ? '{}' : '[]')
  })
  const way = createHttpServer().on('connect', (request, socket) => {
    tunnels.push(request.url ?? '')
    const [host = '', port = ''] = (request.url ?? '').split(':')
    const there = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      there.pipe(socket).pipe(there)
    })
    for (const end of [there, socket]) end.on('error', () => there.destroy())
  })
  for (const server of [forge, way]) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    closers.push(() => void server.close())
  }
  origin = `https://127.0.0.1:${(forge.address() as AddressInfo).port}`
  proxy = `http://127.0.0.1:${(way.address() as AddressInfo).port}`
})
afterAll(async () => {
  for (const close of closers) close()
  await rm(folder, { recursive: true, force: true })
})

async function ask(type: keyof typeof FORGES, env: Readonly<Record<string, string>>): Promise<string> {
  const file = join(folder, `${type}.yaml`)
  const forge = `{ type: ${type}, ${FORGES[type].replace('ORIGIN', origin)}, tokenFile: token }`
  await writeFile(file, `apiVersion: kedge/v1\nallow: { repositories: ["${origin}/acme/*"] }\nforges: [${forge}]\n`)
  const { PATH = '' } = process.env
  const { stdout } = await run(process.execPath, [ASK, file, `${origin}/acme/gitops`], { env: { PATH, ...env } })
  return stdout.trim()
}

describe.each(['github', 'gitlab', 'gitea'] as const)('the API of %s', (type) => {
  it('is asked with the private authority that the environment names, and with no other', async () => {
    expect(await ask(type, {})).toBe('E_FORGE_UNREACHABLE')
    expect(asked).toEqual([])
    expect(await ask(type, { NODE_EXTRA_CA_CERTS: join(folder, 'ca.crt') })).toBe('answered')
    expect(asked.splice(0)).not.toEqual([])
  }, 60_000)

  it('is asked through the proxy that the environment names', async () => {
    const env = { NODE_EXTRA_CA_CERTS: join(folder, 'ca.crt'), NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: proxy }
    tunnels.splice(0)
    expect(await ask(type, env)).toBe('answered')
    expect(tunnels).toContain(new URL(origin).host)
    expect(asked.splice(0)).not.toEqual([])
  }, 60_000)
})
