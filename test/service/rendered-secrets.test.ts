import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { cards, revertPulls } from '../../src/demo/sights.ts'
import { writeConfig } from '../../src/demo/stage.ts'
import { createService } from '../../src/service.ts'
import { realAdapters } from '../../src/service/real-adapters.ts'
import { startArgoCdApi, type ArgoCdApi } from '../../src/simulator/argo-cd-api.ts'
import { createWorld, type World } from '../../src/simulator/world.ts'
import { STORY } from '../../src/simulator/world/story.ts'
import { plantedFiles, PLANTED } from '../planted-manifests.ts'
import { rememberLog } from '../remember-log.ts'
import { until } from '../until.ts'

const TOKEN = 'planted-argocd-token'
const APPLICATION = { plural: 'applications', namespace: STORY.applicationNamespace, name: STORY.application }

interface Scene {
  world: World
  api: ArgoCdApi
  /** What a plugin puts in the place of a password, from now on. */
  plugin: { password: string }
}

interface Story {
  name: string
  /** Before the release. */
  prepare?: (scene: Scene) => void
  /** What people read in the end, on the PR or on the card. */
  says: RegExp
}

const STORIES: readonly Story[] = [
  { name: 'a revert is proven by rendering, and changes a secret', says: /Proven by rendering[^]*env\[PASSWORD\]\.value/ },
  {
    name: 'a commit renders another secret than what runs',
    prepare: ({ plugin }) => void (plugin.password = PLANTED[0] ?? ''),
    says: /renders something else than .*spec\.containers\[main\]\.env\[PASSWORD\]\.value/,
  },
  {
    name: 'a tool quotes what it was given',
    prepare({ api }) {
      const message = `error generating manifests: error generating manifests in cmp: plugin: ${PLANTED.join(' ')} is no YAML`
      api.faults.inject({ times: 1_000, fault: { kind: 'status', status: 500, body: { error: message, message } } })
    },
    says: /A plugin could not render this revision/,
  },
  {
    name: 'Argo CD is away',
    prepare: ({ api }) => api.faults.inject({ times: 1_000, fault: { kind: 'status', status: 503, body: PLANTED.join(' ') } }),
    says: /could not be asked what the commits render \(E_RENDERER_UNREACHABLE\)/,
  },
]

test.each(STORIES)('nothing that is rendered is told anywhere: $name', { timeout: 120_000 }, async ({ prepare, says }) => {
  const scene = await openScene()
  const { world, api } = scene
  const { logger, lines } = rememberLog()
  const folder = await mkdtemp(join(tmpdir(), 'kedge-rendered-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'argocd-token'), TOKEN)
  const more = `argocd: { api: { url: "${api.url}", tokenFile: argocd-token } }`
  const file = await writeConfig({ world, folder, port: 0, more })
  const { config, secrets } = loadConfig({ file, env: {} })
  const service = await createService(config, secrets, { ...realAdapters, logger: () => logger })
  onTestFinished(() => service[Symbol.asyncDispose]())
  await service.ready()
  // N is remembered once it has been seen for a while.
  await until(() => (world.rollout()?.status?.phase === 'Healthy' ? true : undefined), { what: 'N runs', timeoutMs: 20_000 })
  prepare?.(scene)
  world.scriptMetric([0.5])
  await world.people.commit('alice', { files: plantedFiles('v1.8.0', { password: 'correct-horse' }), message: 'Release\n' })

  const read = async (): Promise<string> => {
    const pulls = revertPulls(world).map(({ title, body }) => [title, body])
    return JSON.stringify([pulls, world.repository.comments, cards(world), lines, await answers(service.apiUrl)])
  }
  const look = async (): Promise<string | undefined> => {
    const text = await read()
    return cards(world).length > 0 && says.test(text) ? text : undefined
  }
  const said = await until(look, { what: String(says), timeoutMs: 60_000 })
  expect(cards(world)).toHaveLength(1)
  const ledger = ['ledger.db', 'ledger.db-wal'].map((name) => join(folder, name)).filter((file) => existsSync(file))
  const kept = await Promise.all(ledger.map((file) => readFile(file, 'latin1')))
  for (const secret of [...PLANTED, 'correct-horse', TOKEN]) expect([said, ...kept].filter((text) => text.includes(secret))).toEqual([])
})

async function openScene(): Promise<Scene> {
  const world = await createWorld({ pace: 0.3 })
  onTestFinished(() => world.stop())
  const plugin = { password: '' }
  const api = await startArgoCdApi({
    clock: world.clock,
    store: world.kubernetes.store,
    accounts: { [TOKEN]: () => true },
    repository: () => ({
      resolve: (revision) => world.repository.git.resolve(revision),
      async readFolder(revision, folder) {
        const files = await world.repository.git.readFolder(revision, folder)
        if (plugin.password === '') return files
        return new Map([...files].map(([path, text]) => [path, text.replace(/(PASSWORD, value: )[\w-]+/, `$1${plugin.password}`)]))
      },
    }),
  })
  onTestFinished(() => api[Symbol.asyncDispose]())
  const env = [{ name: 'KEY', value: PLANTED[0] }]
  world.kubernetes.store.patch(APPLICATION, { spec: { source: { plugin: { env } } } })
  await world.people.commit('alice', { files: plantedFiles('v1.7.3'), message: 'Sign in\n' })
  await world.untilRollout(({ spec, status }) => JSON.stringify(spec).includes('hunter2') && status?.phase === 'Healthy')
  return { world, api, plugin }
}

/** What the API and the metrics tell. */
async function answers(url: string): Promise<readonly string[]> {
  const text = async (path: string): Promise<string> => (await fetch(`${url}${path}`)).text()
  const rollouts = await text('/api/v1/rollouts?limit=500')
  const keys = [...rollouts.matchAll(/"release":"([^"]+)"/g)].map(([, key = '']) => `/api/v1/releases/${encodeURIComponent(key)}`)
  const [one] = (JSON.parse(rollouts) as { items: { cluster: string; namespace: string; name: string }[] }).items
  const rollout = one ? [`/api/v1/rollouts/${one.cluster}/${one.namespace}/${one.name}`] : []
  return Promise.all([...keys, ...rollout, '/metrics', '/readyz'].map(text)).then((all) => [rollouts, ...all])
}
