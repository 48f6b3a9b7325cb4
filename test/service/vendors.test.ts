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
import { createViewStore } from '../../src/adapters/kubernetes/store.ts'
import { loadConfig } from '../../src/config/load.ts'
import { createService } from '../../src/service.ts'
import type { Adapters } from '../../src/service/adapters.ts'
import { realAdapters } from '../../src/service/real-adapters.ts'
import { createOrigin } from '../contract/git/origin.ts'
import { REPO, stageApplication } from '../simulation/application.ts'
import { manifest } from '../simulation/manifest.ts'
import { stageRollout } from '../simulation/rollout.ts'

// A forge and a channel of another vendor: a folder each, and a line each in the registry. Nothing else of Kedge knows them.

const SECRET = 'a-secret-of-memory'
const host = new URL(REPO).host

test('a whole release goes through a vendor that only its folder knows: PR, card and webhook', async () => {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'kedge-vendors-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const origin = stack.use(await createOrigin())
  const headOf = async (_: string, branch: string): Promise<string> =>
    origin.git(['for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`])
  const forges = createMemoryForges({ now: () => Date.now(), headOf })
  const channel = createMemoryChannel()
  const vendors = { forges: [memoryForge(forges)], channels: [memoryChannel(channel)] }
  await writeFile(join(folder, 'hook'), SECRET)
  const file = join(folder, 'kedge.yaml')
  await writeFile(
    file,
    `apiVersion: kedge/v1
defaults: { mode: pr, channel: "#deploys", settleSeconds: 0, reviewers: [ada] }
allow: { repositories: ["https://${host}/**"] }
forges: [{ type: memory, host: ${host}, webhook: { secretFile: hook } }]
channels: [{ type: memory }]
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
    view: async () => ({
      ...store,
      freshness: () => ({ fresh: true, asOf: Date.now(), blind: [] }),
      reread: async (namespace, name) => store.rollout(namespace, name),
      template: async () => undefined,
      start: async () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    }),
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
})
