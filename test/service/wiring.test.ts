import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readApplication } from '../../src/adapters/kubernetes/snapshots/application.ts'
import { loadConfig, readConfig } from '../../src/config/load.ts'
import { NO_SECRETS } from '../../src/config/secrets.ts'
import type { Config } from '../../src/config/settings.ts'
import { writeConfig } from '../../src/demo/stage.ts'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import type { ApplicationSnapshot } from '../../src/domain/application/snapshots.ts'
import { KedgeError } from '../../src/domain/errors.ts'
import type { Card } from '../../src/domain/notice/card.ts'
import type { Channel } from '../../src/ports/channel.ts'
import type { Forge, HostedForges } from '../../src/ports/forge.ts'
import type { GitRepository } from '../../src/ports/git.ts'
import type { HeldLedger } from '../../src/ports/held-ledger.ts'
import { SILENT } from '../../src/ports/log.ts'
import { createService } from '../../src/service.ts'
import { UNWATCHED, type Adapters, type Site } from '../../src/service/adapters.ts'
import { openPorts } from '../../src/service/open-ports.ts'
import { realAdapters } from '../../src/service/real-adapters.ts'
import { rulesOf } from '../../src/service/rules.ts'
import { signSlackRequest } from '../../src/simulator/slack/press.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { serveOverHttp } from '../adapters/git/http-origin.ts'
import { pushImage, startRegistry } from '../adapters/registries/registry-world.ts'
import { openApiWorld, TOKEN } from '../adapters/renderers/argocd/api-world.ts'
import { createOrigin } from '../contract/git/origin.ts'
import { application, REPOSITORY, rollout } from '../contract/renderer.ts'
import { brokenCluster } from './views.ts'

// What both sides of a wire were tested for, and the wire was not: each of these was once built, documented and connected to nothing.

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedge-wiring-'))
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

function configOf(more = ''): Config {
  const base = 'apiVersion: kedge/v1\nclusters: [{ name: prod }]\nserver: { api: { port: 0 }, webhooks: { port: 0 } }\n'
  return readConfig(base + more, folder)
}

function siteOf(config: Config): Site {
  const clock = realAdapters.clock()
  return {
    config,
    secrets: NO_SECRETS,
    rules: rulesOf({ config }),
    live: { config, secrets: NO_SECRETS },
    clock,
    logger: SILENT,
    random: Math.random,
    watching: UNWATCHED,
    assertMayAct: () => undefined,
  }
}

test('who adopted a release is in the ledger', async () => {
  let ledger: HeldLedger | undefined
  const adapters: Adapters = {
    ...realAdapters,
    logger: () => SILENT,
    view: async () => brokenCluster(),
    ledger: async (site) => (ledger = await realAdapters.ledger(site)),
  }
  await using service = await createService(configOf(), NO_SECRETS, adapters)
  await service.ready()
  const { items } = (await (await fetch(`${service.apiUrl}/api/v1/releases`)).json()) as { items: { id: string }[] }
  const answer = await fetch(`${service.apiUrl}/api/v1/releases/${items[0]?.id}/adopt`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ by: 'ana' }),
  })
  expect(answer.status).toBe(202)
  const records = await Array.fromAsync(ledger?.records() ?? [])
  expect(records.filter(({ event }) => event === 'release-adopted').map(({ document }) => document)).toMatchObject([
    { preExisting: false, adoptedBy: 'ana (this machine)' },
  ])
})

test('Git leaves by the proxy that the environment names', async () => {
  const asked: string[] = []
  const proxy = createServer().on('connect', (request, socket) => {
    asked.push(request.url ?? '')
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  vi.stubEnv('https_proxy', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`)
  vi.stubEnv('no_proxy', '')
  const config = configOf('allow: { repositories: ["https://git.example/acme/*"] }\n')
  const site = siteOf(config)
  const repository = await realAdapters.repositories(site, await realAdapters.forges(site)).open('https://git.example/acme/gitops')
  await expect(repository.fetch('main')).rejects.toMatchObject({ code: expect.stringMatching(/^E_GIT_/) })
  expect(asked).toEqual(['git.example:443'])
  proxy.close()
})

test('a token that the Git host refuses is replaced, and what was asked is asked again', async () => {
  await using origin = await createOrigin()
  const head = origin.commit({ 'a.txt': 'a\n' }, { message: 'first' })
  await using host = await serveOverHttp(origin, 'x-access-token:fresh')
  const rejected: (string | undefined)[] = []
  const forges: HostedForges = {
    forRepository: () => {
      throw new Error('not asked')
    },
    async credentialsFor(_repoURL, refused) {
      rejected.push(refused)
      return { username: 'x-access-token', password: refused === 'revoked' ? 'fresh' : 'revoked' }
    },
    rateLimitRemaining: () => new Map(),
  }
  const config = configOf(`allow: { repositories: ["${host.url}"] }\n`)
  const repository = await realAdapters.repositories(siteOf(config), forges).open(host.url)
  expect(await repository.fetch('main')).toBe(head)
  expect(rejected).toEqual([undefined, 'revoked'])
})

test("what no plain folder is, is rendered by Argo CD's API where it is configured", async () => {
  await using origin = await createOrigin()
  const revision = origin.commit({ 'web/rollout.yaml': rollout('web:1') })
  await using world = await openApiWorld(origin)
  const object = application({ source: { repoURL: REPOSITORY, path: 'web', targetRevision: 'main', helm: { releaseName: 'web' } } })
  world.apply(object)
  const config = configOf(`argocd: { api: { url: "${world.api.url}" } }\n`)
  const site = { ...siteOf(config), secrets: { ...NO_SECRETS, renderers: [undefined, TOKEN] } }
  await using stack = new AsyncDisposableStack()
  const renderer = await realAdapters.renderer(realAdapters.repositories(site, await realAdapters.forges(site)), site)
  stack.defer(async () => renderer[Symbol.asyncDispose]?.())
  const asked = readApplication('prod', object) as ApplicationSnapshot
  const question = { application: asked, revisions: [revision], rollout: { namespace: 'shop', name: 'web' } }
  expect(await renderer.render({ ...question, isUnpublished: true })).toMatchObject({ why: 'unpublished' })
  expect(world.api.requests).toEqual([])
  expect(await renderer.render(question)).toMatchObject({ result: 'rendered' })
  expect(await renderer.render({ ...question, isUnpublished: true })).toMatchObject({ result: 'rendered' })
  expect(world.api.requests).toHaveLength(1)
})

test('what an image was built from is asked of the registry that is configured, with its account', async () => {
  await using registry = await startRegistry()
  pushImage(registry, 'shop/web', { tag: 'v1', labels: { 'org.opencontainers.image.revision': 'abcdef0' } })
  registry.before = ({ headers }, response) => {
    if (headers.authorization === `Basic ${Buffer.from('kedge:a-password').toString('base64')}`) return false
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
    return true
  }
  await writeFile(join(folder, 'password'), 'a-password')
  const config = configOf(`registries: [{ host: images.example, url: "${registry.url}", username: kedge, passwordFile: password }]\n`)
  const images = realAdapters.images({ ...siteOf(config), secrets: { ...NO_SECRETS, registries: ['a-password'] } })
  expect(await images?.sourceOf('images.example/shop/web:v1')).toMatchObject({ revision: 'abcdef0' })
  expect(realAdapters.images(siteOf(configOf()))).toBeUndefined()
  await images?.[Symbol.asyncDispose]()
})

test('what the watches do is counted, by cluster and kind', async () => {
  await using world = await createWorld()
  const { config, secrets } = loadConfig({ file: await writeConfig({ world, folder, port: 0 }), env: {} })
  await using service = await createService(config, secrets)
  await service.ready()
  const text = await (await fetch(`${service.apiUrl}/metrics`)).text()
  expect(text).toContain('kedge_watch_lists_total{cluster="demo",kind="Rollout"} 1')
  expect(text).toContain('kedge_watch_lists_total{cluster="demo",kind="Application"} 1')
})

test('what people press at Slack is verified by the secret of the file, and asked of the ledger', async () => {
  await writeFile(join(folder, 'token'), 'xoxb-1')
  await writeFile(join(folder, 'signing'), 'planted-signing-secret')
  const entry = '{ type: slack, tokenFile: token, interactivity: { signingSecretFile: signing } }'
  await writeFile(
    join(folder, 'kedge.yaml'),
    `apiVersion: kedge/v1\nchannels: [${entry}]\nclusters: [{ name: prod }]\nserver: { api: { port: 0 }, webhooks: { port: 0 } }\n`,
  )
  const { config, secrets } = loadConfig({ file: join(folder, 'kedge.yaml'), env: {} })
  const adapters: Adapters = { ...realAdapters, logger: () => SILENT, view: async () => brokenCluster() }
  await using service = await createService(config, secrets, adapters)
  const payload = {
    type: 'block_actions',
    user: { id: 'U1' },
    container: { channel_id: 'C1', message_ts: '1.1' },
    actions: [{ action_id: 'kedge.on-it', value: 'no such release' }],
  }
  const press = async (secret: string): Promise<unknown> => {
    const { body, headers } = signSlackRequest(secret, payload, Date.now())
    return (await fetch(`${service.webhooksUrl}/webhooks/slack`, { method: 'POST', body, headers })).json()
  }
  expect(await press('another')).toMatchObject({ code: 'E_WEBHOOK_UNAUTHORIZED' })
  expect(await press('planted-signing-secret')).toMatchObject({
    code: 'E_HTTP_NOT_FOUND',
    message: expect.stringContaining('no such card'),
  })
})

test('what writes outside asks the ledger first, and the sender of a forge is given the same question', async () => {
  const asked: string[] = []
  let site: Site | undefined
  const port = (name: string) => new Proxy({}, { get: (_, key) => (key === 'then' ? undefined : async () => void asked.push(name)) })
  const adapters: Adapters = {
    ...realAdapters,
    logger: () => SILENT,
    view: async () => brokenCluster(),
    async ledger(given) {
      const assertMayAct = (): never => {
        throw new KedgeError('E_LEDGER_FENCED', 'another leads')
      }
      return { ...(await realAdapters.ledger(given)), assertMayAct }
    },
    forges: async (given) => ({ ...(await realAdapters.forges((site = given))), forRepository: () => port('forge') as Forge }),
    repositories: () => ({ open: async () => port('git') as GitRepository }),
    channel: async () => port('channel') as Channel,
  }
  await using ports = await openPorts(configOf(), NO_SECRETS, adapters)
  const { forges, repositories, channel } = ports.environment
  const refused = { code: 'E_LEDGER_FENCED' }
  await expect(forges.forRepository('url').close(1)).rejects.toMatchObject(refused)
  await expect((await repositories.open('url')).push('kedge/a', 'a'.repeat(40) as CommitSha)).rejects.toMatchObject(refused)
  await expect(channel?.publish({ channel: '#a', card: {} as Card, ref: undefined, thread: undefined })).rejects.toMatchObject(refused)
  expect(asked).toEqual([])
  expect(() => site?.assertMayAct()).toThrow('another leads')
})
