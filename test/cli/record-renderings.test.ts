import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runCli } from '../../src/cli/program.ts'
import { replay } from '../../src/replay.ts'
import { startArgoCdApi } from '../../src/simulator/argo-cd-api.ts'
import { createWorld, type World } from '../../src/simulator/world.ts'
import { STORY } from '../../src/simulator/world/story.ts'
import { plantedFiles, PLANTED } from '../planted-manifests.ts'
import { createTerminal } from './terminal.ts'

const TOKEN = 'argocd-token-of-a-test'

interface Recorded {
  folder: string
  code: number
  world: World
  err: string
}

/** Records a release that fails, with what Argo CD's API says that each commit renders. */
async function record(token: string): Promise<Recorded> {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-record-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const world = await createWorld({ pace: 0.2 })
  onTestFinished(() => world.stop())
  const api = await startArgoCdApi({
    clock: world.clock,
    store: world.kubernetes.store,
    accounts: { [TOKEN]: () => true },
    repository: (url) => (url === world.cloneUrl ? world.repository.git : undefined),
  })
  onTestFinished(() => api[Symbol.asyncDispose]())
  await plant(world)
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, world.kubernetes.kubeconfig())
  await writeFile(join(folder, 'token'), token)
  const config = join(folder, 'kedge.yaml')
  await writeFile(config, `apiVersion: kedge/v1\nclusters: [{ name: demo }]\nargocd: { api: { url: "${api.url}", tokenFile: token } }\n`)
  const terminal = createTerminal()
  const listed = Promise.withResolvers<void>()
  const stderr = terminal.io.stderr.bind(terminal.io)
  terminal.io.stderr = (text) => {
    stderr(text)
    if (text.startsWith('Recording')) listed.resolve()
  }
  const code = runCli(['record', '--out', join(folder, 'out'), '--kubeconfig', kubeconfig, '--config', config], terminal)
  await Promise.race([listed.promise, code])
  world.scriptMetric([0.5])
  await world.commitImage('v1.8.0', 'alice')
  const { metadata } = await world.untilRollout(({ status }) => status?.phase === 'Degraded' && !status.updatedReplicas)
  await expect
    .poll(() => readFile(join(folder, 'out/events.jsonl'), 'utf8'), { timeout: 10_000 })
    .toContain(`"resourceVersion":"${metadata.resourceVersion}"`)
  terminal.interrupt()
  return { folder: join(folder, 'out'), code: await code, world, err: terminal.err() }
}

async function plant(world: World): Promise<void> {
  const application = { plural: 'applications', namespace: STORY.applicationNamespace, name: STORY.application }
  world.kubernetes.store.patch(application, {
    spec: { source: { plugin: { env: [{ name: 'KEY', value: PLANTED[0] }] } }, info: [{ name: 'Sign in', value: PLANTED[0] }] },
  })
  await world.people.commit('alice', { files: plantedFiles('v1.7.3'), message: 'Sign in\n' })
  await world.untilRollout(({ spec, status }) => JSON.stringify(spec).includes('hunter2') && status?.phase === 'Healthy')
  const copy = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ password: PLANTED }) }
  const rollout = { plural: 'rollouts', namespace: STORY.namespace, name: STORY.rollout }
  world.kubernetes.store.patch(rollout, { metadata: { annotations: { ...copy, 'acme/password': PLANTED[0] } } })
}

test('a recording of what was rendered proves a revert again, and holds none of its values', async () => {
  const { folder, code, world, err } = await record(TOKEN)
  expect(code).toBe(0)
  expect(err).not.toContain('whole objects')
  expect((await readdir(folder)).toSorted()).toEqual(['events.jsonl', 'meta.json', 'renderings.jsonl'])
  for (const name of await readdir(folder))
    for (const planted of [...PLANTED, TOKEN]) expect(await readFile(join(folder, name), 'utf8')).not.toContain(planted)

  const { revertPrs } = await replay({ dir: folder, repo: world.repository.git.directory })
  expect(revertPrs).toMatchObject([{ proof: 'rendering', rollouts: ['shop/checkout'] }])
}, 60_000)

test('a recording that could not be rendered is told, and its replay proves nothing by rendering', async () => {
  const { folder, world, err } = await record('a-token-without-a-right')
  expect(err).toContain('renderings are missing: Argo CD does not take the token (HTTP 401). A replay goes by files there.')
  const { revertPrs, failedReleases } = await replay({ dir: folder, repo: world.repository.git.directory })
  expect(failedReleases).toHaveLength(1)
  expect(revertPrs.map(({ proof }) => proof)).not.toContain('rendering')
}, 60_000)
