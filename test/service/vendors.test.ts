import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createMemoryChannel } from '../../src/adapters/channels/memory/channel.ts'
import { memoryChannel } from '../../src/adapters/channels/memory/manifest.ts'
import { createMemoryForges } from '../../src/adapters/forges/memory/forge.ts'
import { memoryForge } from '../../src/adapters/forges/memory/manifest.ts'
import { createGitRepositories } from '../../src/adapters/git/repositories.ts'
import { readApplication } from '../../src/adapters/kubernetes/snapshots/application.ts'
import { createViewStore } from '../../src/adapters/kubernetes/store.ts'
import { memoryLedger } from '../../src/adapters/ledgers/memory/manifest.ts'
import { createMemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import { memoryRenderer } from '../../src/adapters/renderers/memory/manifest.ts'
import { loadConfig } from '../../src/config/load.ts'
import { secretTexts } from '../../src/config/secrets.ts'
import type { Renderer } from '../../src/ports/renderer.ts'
import { registry } from '../../src/registry.ts'
import { createService } from '../../src/service.ts'
import type { Adapters } from '../../src/service/adapters.ts'
import { joinRenderers } from '../../src/service/join-renderers.ts'
import { NO_REPOSITORIES, openRenderers } from '../../src/service/open-renderers.ts'
import { realAdapters } from '../../src/service/real-adapters.ts'
import { createOrigin } from '../contract/git/origin.ts'
import { application } from '../contract/renderer.ts'
import { REPO, stageApplication } from '../simulation/application.ts'
import { manifest } from '../simulation/manifest.ts'
import { stageRollout } from '../simulation/rollout.ts'
import { viewOf } from './views.ts'

// A forge, a channel, a ledger and a renderer of another vendor: a folder each, and a line each in the registry. Nothing else of Kedge
// knows them.

const SECRET = 'a-secret-of-memory'
const host = new URL(REPO).host

test('a whole release goes through vendors that only their folders know: PR, card, webhook and ledger', async () => {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'kedge-vendors-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const origin = stack.use(await createOrigin())
  const headOf = async (_: string, branch: string): Promise<string> =>
    origin.git(['for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`])
  const forges = createMemoryForges({ now: () => Date.now(), headOf })
  const channel = createMemoryChannel()
  const kept = createMemoryLedger({ clock: { now: () => Date.now() } })
  const vendors = {
    ...registry,
    forges: [memoryForge(forges)],
    channels: [memoryChannel(channel)],
    ledgers: [...registry.ledgers, memoryLedger(kept)],
  }
  await writeFile(join(folder, 'hook'), SECRET)
  const file = join(folder, 'kedge.yaml')
  await writeFile(
    file,
    `apiVersion: kedge/v1
defaults: { mode: pr, channel: "#deploys", settleSeconds: 0, reviewers: [ada] }
allow: { repositories: ["https://${host}/**"] }
forges: [{ type: memory, host: ${host}, webhook: { secretFile: hook } }]
channels: [{ type: memory }]
ledger: { type: memory }
clusters: [{ name: prod }]
server: { api: { port: 0 }, webhooks: { port: 0 } }
log: { level: silent }
`,
  )
  const { config, secrets, warnings } = loadConfig({ file, env: {}, vendors })
  expect(warnings).toEqual([])

  let version = 0
  const server = { now: () => Date.now(), nextVersion: () => (version += 1) }
  const web = stageRollout(server)
  const app = stageApplication(server, { rollouts: [web] })
  const store = createViewStore('prod')
  const show = (): void => {
    for (const object of [...web.objects(), app.object()]) store.apply('MODIFIED', object)
  }
  app.sync(origin.commit({ 'apps/web/rollout.yaml': manifest('v1') }, { message: 'web v1' }))
  web.healthy('v1')
  show()
  const adapters: Adapters = {
    ...realAdapters,
    view: async () => viewOf(store),
    repositories: ({ config: { mirrors }, rules }) =>
      createGitRepositories({
        root: mirrors.path,
        allow: rules.allowsRepository,
        credentialsFor: async () => undefined,
        urlFor: () => origin.dir,
        allowFileProtocol: true,
        timeoutMs: 20_000,
      }),
  }
  const service = stack.use(await createService(config, secrets, adapters))
  await service.ready()
  app.sync(origin.commit({ 'apps/web/rollout.yaml': manifest('v2') }, { message: 'web v2' }))
  web.canary('v2')
  show()
  await service.ready()
  web.abort()
  show()
  await expect.poll(() => forges.pullRequests(REPO), { timeout: 20_000 }).toMatchObject([{ state: 'open', reviewers: ['ada'] }])
  await expect
    .poll(() => channel.cards(), { timeout: 20_000 })
    .toMatchObject([{ ref: { channel: '#deploys' }, card: { links: [{ text: 'PR #1' }] } }])

  const body = JSON.stringify({ repository: REPO })
  const signature = createHash('sha256').update(SECRET).update(body).digest('hex')
  const deliver = (id: string, signed: string): Promise<Response> =>
    fetch(`${service.webhooksUrl}/webhooks/memory`, {
      method: 'POST',
      body,
      headers: { 'x-memory-signature': signed, 'x-memory-event': 'push', 'x-memory-id': id },
    })
  expect((await deliver('1', signature)).status).toBe(202)
  expect((await deliver('2', '00')).status).toBe(401)
  const events = (await Array.fromAsync(kept.records())).map(({ event }) => event)
  expect(events).toEqual(expect.arrayContaining(['version-healthy', 'revert-opened', 'card-published']))
})

test('a renderer that only its folder knows is asked what no plain folder is, with its own secret', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-vendors-'))
  const asked: unknown[] = []
  const render: Renderer['render'] = async (question) => {
    asked.push(question)
    return { result: 'unknown', why: 'unreachable', detail: 'it was asked' }
  }
  const vendors = { ...registry, renderers: [...registry.renderers, memoryRenderer(render)] }
  await writeFile(join(folder, 'token'), SECRET)
  await writeFile(join(folder, 'kedge.yaml'), 'apiVersion: kedge/v1\nrenderers: [{ type: memory, tokenFile: token }]\n')
  const { config, secrets } = loadConfig({ file: join(folder, 'kedge.yaml'), env: {}, vendors })
  expect(secretTexts(secrets)).toEqual([SECRET])
  await using renderers = await openRenderers({ config, secrets }, NO_REPOSITORIES)
  const object = application({ source: { repoURL: REPO, path: 'web', targetRevision: 'main', helm: { releaseName: 'web' } } })
  const chart = readApplication('prod', object)
  if (chart === undefined) throw new Error('no Application')
  const question = { application: chart, revisions: ['a'.repeat(40)], rollout: { namespace: 'shop', name: 'web' } }
  expect(await joinRenderers(renderers.opened.map(({ renderer }) => renderer)).render(question)).toMatchObject({ detail: 'it was asked' })
  expect(asked).toEqual([question])
  await rm(folder, { recursive: true, force: true })
})
