import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MetricAnswer } from '../../src/simulator/argo-rollouts/measure.ts'
import { startArgoCd } from '../../src/simulator/argo-cd.ts'
import { startArgoRollouts } from '../../src/simulator/argo-rollouts.ts'
import { createManualClock } from '../../src/simulator/clock.ts'
import { createBareRepository } from '../../src/simulator/github/bare-repository.ts'
import { git } from '../../src/simulator/github/git.ts'
import type { KubeObject } from '../../src/simulator/kubernetes/object.ts'
import { createObjectStore } from '../../src/simulator/kubernetes/store.ts'
import { BUNDLE, readRecording } from './recording.ts'

const ALICE = { name: 'Alice', email: 'alice@example.com' }
const SLICE_MS = 10
const GIVE_UP_MS = 120_000

/** Lets the stand-ins live through what a recording's people did, and returns every object they wrote, in order. */
export async function rehearse(scenario: string, metric: (image: string) => MetricAnswer): Promise<KubeObject[]> {
  const directory = await mkdtemp(join(tmpdir(), 'simulator-rehearsal-'))
  const recording = readRecording(scenario)
  const clock = createManualClock(Date.UTC(2026, 10, 23))
  const store = createObjectStore(clock)
  const written: KubeObject[] = []
  store.subscribe(({ object }) => written.push(structuredClone(object)))

  await git(directory, ['clone', '--quiet', '--bare', BUNDLE, 'bundle.git'])
  const repository = await createBareRepository(join(directory, 'gitops.git'), clock)
  const rollouts = startArgoRollouts({
    store,
    clock,
    metric: ({ image }) => metric(image),
    pods: { startMs: 30, readyMs: 200 },
  })
  const argoCd = startArgoCd({ store, clock, repository: () => repository, pollMs: 600_000 })

  async function advance(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += SLICE_MS) clock.advance(SLICE_MS)
  }

  async function commit(sha: string): Promise<void> {
    const files: Record<string, string> = {}
    for (const file of ['rollout.yaml', 'rest.yaml'])
      files[`${scenario}/${file}`] = await git(join(directory, 'bundle.git'), ['show', `${sha}:${scenario}/${file}`])
    await repository.commit({ files, author: ALICE, message: sha })
    await argoCd.refresh()
  }

  async function waitFor(what: string): Promise<void> {
    const isThere = parseGoal(what)
    for (let passed = 0; !isThere(store.list('rollouts')[0], store.list('applications')[0]); passed += SLICE_MS) {
      if (passed > GIVE_UP_MS)
        throw new Error(
          `${scenario} never got to: ${what}\n${JSON.stringify(store.list('rollouts')[0]?.status, undefined, 1)}`,
        )
      await advance(SLICE_MS)
    }
  }

  store.apply(withoutStatus(recording.events[0]!.object))
  for (const [index, step] of recording.steps.entries()) {
    if (step.what.startsWith('commit'))
      await commit(recording.commits.find(({ sha }) => sha.startsWith(step.what.split(' ')[1]!))!.sha)
    if (step.what.startsWith('patch'))
      store.patch(
        { plural: 'rollouts', namespace: scenario, name: 'web' },
        JSON.parse(step.what.slice(step.what.indexOf('{'))),
        'status',
      )
    if (step.what.startsWith('waiting')) await waitFor(step.what)
    if (step.what.startsWith('reached')) await advance(((recording.steps[index + 1]?.t ?? step.t + 1) - step.t) * 1000)
  }
  rollouts.stop()
  await argoCd.stop()
  await rm(directory, { recursive: true })
  return written
}

/** `waiting: sync=Synced health=None phase=Paused abort=True image=…` as a question; None stands for anything. */
function parseGoal(what: string): (rollout: KubeObject | undefined, app: KubeObject | undefined) => boolean {
  const goal = Object.fromEntries([...what.matchAll(/(\w+)=(\S+)/g)].map(([, key, value]) => [key, value]))
  return (rollout, app) => {
    if (rollout?.status === undefined || app?.status === undefined) return false
    const {
      phase,
      abort = false,
      observedGeneration,
    } = rollout.status as { phase?: string; abort?: boolean; observedGeneration?: string }
    const { sync, health } = app.status as { sync: { status: string }; health: { status?: string } }
    const image =
      (rollout.spec as { template: { spec: { containers: { image: string }[] } } }).template.spec.containers[0]
        ?.image ?? ''
    const is = (key: string, value: string | undefined): boolean => goal[key] === 'None' || goal[key] === value
    const isCurrent = observedGeneration === String(rollout.metadata.generation)
    return (
      isCurrent &&
      is('sync', sync.status) &&
      is('health', health.status) &&
      is('phase', phase) &&
      is('abort', abort ? 'True' : 'False') &&
      (goal['image'] === 'None' || image.includes(goal['image'] ?? ''))
    )
  }
}

function withoutStatus(object: KubeObject): KubeObject {
  const { status: _, ...rest } = object
  return { ...rest, metadata: { name: object.metadata.name, namespace: object.metadata.namespace } }
}
