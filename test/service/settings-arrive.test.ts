import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { NO_SECRETS } from '../../src/config/secrets.ts'
import { VERSION } from '../../src/domain/program-version.ts'
import { SILENT } from '../../src/ports/log.ts'
import { UNWATCHED, type Site } from '../../src/service/adapters.ts'
import { openImages, openView, realAdapters } from '../../src/service/real-adapters.ts'
import { rulesOf } from '../../src/service/rules.ts'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startGitHub } from '../../src/simulator/github.ts'
import { PRIVATE_KEY } from '../adapters/forges/github/github-edge.ts'
import { serveOverHttp } from '../adapters/git/http-origin.ts'
import { makeSelfSigned } from '../adapters/kubernetes/faults/self-signed.ts'
import { startCollector } from '../adapters/otlp/collector.ts'
import { pushImage, startRegistry } from '../adapters/registries/registry-world.ts'
import { createOrigin } from '../contract/git/origin.ts'
import { holds } from '../until.ts'

// Settings that an adapter may be given: each is said in a file, and seen where it has to arrive.

let stack: AsyncDisposableStack
let folder: string
beforeEach(async () => {
  stack = new AsyncDisposableStack()
  folder = await mkdtemp(join(tmpdir(), 'kedge-settings-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
})
afterEach(() => stack.disposeAsync())

/** What the factories of `serve` are given for a file. */
async function siteOf(lines: string): Promise<Site> {
  const file = join(folder, 'kedge.yaml')
  await writeFile(file, `apiVersion: kedge/v1\n${lines}\n`)
  const { config, secrets } = loadConfig({ file, env: {} })
  const basis = { config, secrets, rules: rulesOf({ config }), live: { config, secrets } }
  const clock = realAdapters.clock()
  return { ...basis, clock, logger: SILENT, random: Math.random, watching: UNWATCHED, assertMayAct: () => undefined }
}

async function repositoriesOf(lines: string) {
  const site = await siteOf(lines)
  return realAdapters.repositories(site, await realAdapters.forges(site))
}

async function listen(server: ReturnType<typeof createServer> | ReturnType<typeof createTlsServer>): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stack.defer(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

it('`git.allowPlainHttp`: a repository by plain http is opened where that is allowed, and nowhere else', async () => {
  const url = 'http://git.example/acme/gitops.git'
  const allow = `allow: { repositories: ["${url}"] }`
  await expect((await repositoriesOf(allow)).open(url)).rejects.toMatchObject({ code: expect.stringMatching(/^E_GIT_/) })
  expect(await (await repositoriesOf(`${allow}\ngit: { allowPlainHttp: true }`)).open(url)).toBeDefined()
})

it('`git.caFile`: a host with a private authority is believed where that is named, and nowhere else', async () => {
  const origin = stack.use(await createOrigin())
  const head = origin.commit({ 'a.txt': 'a\n' })
  const served = stack.use(await serveOverHttp(origin, undefined))
  const { key, cert } = makeSelfSigned('git')
  await writeFile(join(folder, 'ca.crt'), cert)
  const pass = (request: IncomingMessage, response: ServerResponse): void => {
    const { host: _, ...headers } = request.headers
    const sent = forward(new URL(request.url ?? '/', served.url), { method: request.method ?? 'GET', headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    request.pipe(sent)
  }
  const port = await listen(createTlsServer({ key, cert }, pass))
  const url = `https://127.0.0.1:${port}/acme/gitops.git`
  const allow = `allow: { repositories: ["${url}"] }`
  await expect((await (await repositoriesOf(allow)).open(url)).fetch('main')).rejects.toMatchObject({
    code: expect.stringMatching(/^E_GIT_/),
  })
  expect(await (await (await repositoriesOf(`${allow}\ngit: { caFile: ca.crt }`)).open(url)).fetch('main')).toBe(head)
})

it('a host that takes names in any case has one mirror of a repository, and another host has two', async () => {
  const forge = 'forges: [{ type: github, tokenFile: token }]'
  await writeFile(join(folder, 'token'), 'a-token-of-a-test')
  const repositories = await repositoriesOf(`allow: { repositories: ["https://github.com/**", "https://git.example/**"] }\n${forge}`)
  const isOne = async (host: string): Promise<boolean> =>
    (await repositories.open(`https://${host}/ACME/gitops`)) === (await repositories.open(`https://${host}/acme/gitops`))
  expect([await isOne('github.com'), await isOne('git.example')]).toEqual([true, false])
})

it('a cluster is watched in the namespaces that are named, and its pods and Deployments are read where that is allowed', async () => {
  const paths: string[] = []
  const port = await listen(createServer((request, response) => void (paths.push(request.url ?? ''), response.writeHead(404).end('{}'))))
  const connection = { server: `http://127.0.0.1:${port}`, credentials: async () => ({ headers: {}, tls: {} }) }
  const site = await siteOf(
    'clusters: [{ name: a, namespaces: [shop], pods: true }, { name: b, deployments: true }]\nargocd: { cluster: a, namespaces: [apps] }',
  )
  const open = (at: number) => stack.use(openView(site.config.clusters[at]!, connection, site))
  const [a, b] = [open(0), open(1)]
  expect([a, b].map((view) => ['podImages' in view, 'deploymentsBeside' in view])).toEqual([
    [true, false],
    [false, true],
  ])
  void a.start()
  const has = (part: string): boolean => paths.some((path) => path.includes(part))
  await holds('both are asked for', () => has('/namespaces/shop/rollouts') && has('/namespaces/apps/applications'))
  expect([has('v1alpha1/rollouts'), has('v1alpha1/applications')]).toEqual([false, false])
})

it('`registries[].tokenHost`: the password goes to the host of tokens that is named', async () => {
  const [registry, tokens] = [stack.use(await startRegistry()), stack.use(await startRegistry())]
  pushImage(registry, 'web', { tag: 'v1', labels: { 'org.opencontainers.image.revision': 'abcdef0' } })
  registry.before = ({ headers }, response) => {
    if (headers.authorization === 'Bearer a-token') return false
    response.writeHead(401, { 'www-authenticate': `Bearer realm="${tokens.url}/token",service="x"` }).end()
    return true
  }
  tokens.before = (_, response) => (response.writeHead(200, { 'content-type': 'application/json' }).end('{"token":"a-token"}'), true)
  await writeFile(join(folder, 'password'), 'a-password-of-a-test')
  const entry = `host: images.example, url: "${registry.url}", username: kedge, passwordFile: password`
  const ask = async (more: string) => {
    const images = openImages(await siteOf(`registries: [{ ${entry}${more} }]`))
    const source = await images?.sourceOf('images.example/web:v1')
    await images?.[Symbol.asyncDispose]()
    return source
  }
  expect(await ask('')).toMatchObject({ unread: expect.stringContaining('401') })
  expect(await ask(`, tokenHost: "${tokens.host}"`)).toMatchObject({ revision: 'abcdef0' })
})

it('`registries[].caFile`: one that is not there is told, and no registry is asked without it', async () => {
  const site = await siteOf('registries: [{ host: images.example, caFile: ca.crt }]')
  expect(() => openImages(site)).toThrow(/ca\.crt of the registry images\.example cannot be read/)
})

it('traces say the version of the program, and nothing of a secret', async () => {
  const collector = stack.use(await startCollector())
  const site = await siteOf(`tracing: { endpoint: "${collector.url}" }`)
  const secrets = { ...NO_SECRETS, adminToken: 'planted-admin-token' }
  const tracer = await realAdapters.tracer({ ...site, secrets, live: { config: site.config, secrets } })
  await tracer?.trace('look', { 'kedge.note': 'it says planted-admin-token' }, async () => undefined)
  await tracer?.[Symbol.asyncDispose]()
  expect(collector.resource()).toMatchObject({ 'service.version': VERSION })
  expect(collector.spans()).toMatchObject([{ name: 'look', attributes: { 'kedge.note': expect.stringMatching(/^it says /) } }])
  expect(JSON.stringify(collector.requests)).not.toContain('planted-admin-token')
})

it.each([
  ['[status]', false],
  ['[deployment]', true],
])('`announce: %s`: the right to deployments is asked for: %s', async (announce, wanted) => {
  const app = { id: 42, slug: 'kedge-app', installationId: 7 }
  const github = await startGitHub({ clock: createSystemClock(), directory: join(folder, 'origin'), tokens: {}, app })
  stack.defer(() => github.stop())
  const { cloneUrl } = await github.createRepository('acme/deploy')
  await writeFile(join(folder, 'key.pem'), PRIVATE_KEY, { mode: 0o600 })
  const forge = `{ type: github, apiBaseUrl: "${github.url}/api/v3", app: { id: 42, privateKeyFile: key.pem } }`
  const lines = `defaults: { announce: ${announce} }\nallow: { repositories: ["${cloneUrl}"] }\nforges: [${forge}]`
  await (await realAdapters.forges(await siteOf(lines))).credentialsFor(cloneUrl)
  const asked = github.calls.find(({ path }) => path.endsWith('/access_tokens'))
  expect(Object.keys((asked?.body['permissions'] ?? {}) as object).includes('deployments')).toBe(wanted)
})
