import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startArgoCd } from '../../src/simulator/argo-cd.ts'
import { startArgoRollouts } from '../../src/simulator/argo-rollouts.ts'
import type { MetricAnswer } from '../../src/simulator/argo-rollouts/measure.ts'
import { createManualClock } from '../../src/simulator/clock.ts'
import { createBareRepository } from '../../src/simulator/github/bare-repository.ts'
import { git } from '../../src/simulator/github/git.ts'
import type { KubeObject } from '../../src/simulator/kubernetes/object.ts'
import { createObjectStore } from '../../src/simulator/kubernetes/store.ts'
import type { Recording } from './recording.ts'
import { goalOf, type Goal, type Look } from './rehearsal-goals.ts'

const ALICE = { name: 'Alice', email: 'alice@example.com' }
const SLICE_MS = 10
const GIVE_UP_MS = 120_000
const PLURALS = { Rollout: 'rollouts', Application: 'applications' }

/** Lets the stand-ins live through what a recording's people did, and returns every object they wrote, in order. */
export async function rehearse(scenario: string, recording: Recording, metric: (image: string) => MetricAnswer): Promise<KubeObject[]> {
  const directory = await mkdtemp(join(tmpdir(), 'simulator-rehearsal-'))
  const clock = createManualClock(Date.UTC(2026, 10, 23))
  const store = createObjectStore(clock)
  const written: KubeObject[] = []
  store.subscribe(({ object }) => written.push(structuredClone(object)))

  const bundle = join(directory, 'bundle.git')
  await git(directory, ['clone', '--quiet', '--bare', recording.bundle, bundle])
  const repository = await createBareRepository(join(directory, 'gitops.git'), clock)
  const rollouts = startArgoRollouts({
    store,
    clock,
    metric: ({ image }) => metric(image),
    pods: { startMs: 30, readyMs: 200 },
  })
  const argoCd = startArgoCd({ store, clock, repository: () => repository, pollMs: 600_000 })
  const look: Look = (kind, name) => store.list(PLURALS[kind]).find(({ metadata }) => metadata.name === name)

  async function advance(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += SLICE_MS) clock.advance(SLICE_MS)
  }

  async function commit(sha: string): Promise<void> {
    const names = (await git(bundle, ['ls-tree', '-r', '--name-only', sha, '--', `${scenario}/`])).split('\n')
    const files = await Promise.all(
      names.map(async (name): Promise<[string, string]> => [name, await git(bundle, ['show', `${sha}:${name}`])]),
    )
    await repository.commit({ files: Object.fromEntries(files), author: ALICE, message: sha })
    await argoCd.refresh()
  }

  async function waitFor(what: string, isReached: Goal): Promise<void> {
    for (let passed = 0; !isReached(look); passed += SLICE_MS) {
      if (passed > GIVE_UP_MS)
        throw new Error(`${scenario} never got to: ${what}\n${JSON.stringify(look('Rollout', 'web')?.status, undefined, 1)}`)
      await advance(SLICE_MS)
    }
  }

  store.apply(withoutStatus(recording.events[0]!.object))
  for (const [index, { t, what }] of recording.steps.entries()) {
    if (what.startsWith('commit')) await commit(recording.commits.find(({ sha }) => sha.startsWith(what.split(' ')[1]!))!.sha)
    if (what.startsWith('patch')) store.patch({ plural: 'rollouts', namespace: scenario, name: 'web' }, statusPatch(what), 'status')
    if (what.startsWith('waiting')) await waitFor(what, goalOf(scenario, recording, index))
    const next = recording.steps[index + 1]
    if (!what.startsWith('waiting') || !next?.what.startsWith('reached')) await advance(((next?.t ?? t + 1) - t) * 1000)
  }
  rollouts.stop()
  await argoCd.stop()
  await rm(directory, { recursive: true })
  return written
}

/** People's recordings note the whole patch, the bench's only its status. */
function statusPatch(what: string): Record<string, unknown> {
  const patch = JSON.parse(what.slice(what.indexOf('{'))) as Record<string, unknown>
  return 'status' in patch ? patch : { status: patch }
}

function withoutStatus(object: KubeObject): KubeObject {
  const { status: _, ...rest } = object
  return { ...rest, metadata: { name: object.metadata.name, namespace: object.metadata.namespace } }
}
