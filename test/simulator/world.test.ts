import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AnalysisRun, Rollout } from '../../src/simulator/argo-rollouts/types.ts'
import { createManualClock } from '../../src/simulator/clock.ts'
import { createWorld, type World } from '../../src/simulator/world.ts'
import { awaitObject } from '../../src/simulator/world/await-object.ts'

const FAST = { pace: 0.02, pods: { startMs: 5, readyMs: 10 }, pollMs: 20 }

let world: World
let good: string

const isCurrent = ({ metadata, status }: Rollout): boolean => status?.observedGeneration === String(metadata.generation)
const isHealthy = (rollout: Rollout): boolean => isCurrent(rollout) && rollout.status?.phase === 'Healthy'
const isAborted = (rollout: Rollout): boolean =>
  isCurrent(rollout) && rollout.status?.abortedAt !== undefined && rollout.status.abort === true
const runs = (): AnalysisRun[] => world.kubernetes.store.list('analysisruns') as AnalysisRun[]

beforeEach(async () => {
  world = await createWorld(FAST)
  good = (await world.untilRollout(isHealthy)).status!.stableRS!
})
afterEach(() => world.stop())

describe('the story', () => {
  it('falling measurements abort v1.8.0, and merging its revert restores v1.7.3 at once', async () => {
    world.scriptMetric([0.97, 0.93, 0.91])
    const bad = await world.commitImage('v1.8.0', 'alice')
    const aborted = await world.untilRollout(isAborted)
    expect(aborted.status).toMatchObject({ phase: 'Degraded', stableRS: good })
    expect(aborted.status!.message).toContain('Metric "success-rate" assessed Failed due to failed (2) > failureLimit (1)')
    expect(runs()[0]!.status!.metricResults![0]!.measurements.map(({ value, phase }) => [value, phase])).toEqual([
      ['0.97', 'Successful'],
      ['0.93', 'Failed'],
      ['0.91', 'Failed'],
    ])

    const parent = (await world.repository.git.show(bad)).parents[0]!
    const files = Object.fromEntries(await world.repository.git.readFolder(parent, 'apps/checkout'))
    await world.people.branch('bob', {
      branch: 'revert',
      files: { 'apps/checkout/rollout.yaml': `${files['apps/checkout/rollout.yaml']}\n` },
      message: 'Revert',
    })
    const { number } = await world.people.openPull('bob', { title: 'Revert', head: 'revert' })
    await world.mergePullRequest(number, 'carol')
    const restored = await world.untilRollout((rollout) => isHealthy(rollout) && rollout.status!.currentPodHash === good)
    expect(restored.metadata.annotations!['rollout.argoproj.io/revision']).toBe('3')
    expect(runs()).toHaveLength(1)
  })

  it('the same bad version pushed again after the revert has the same hash and a new revision number', async () => {
    world.scriptMetric([0.5])
    await world.commitImage('v1.8.0', 'image-bot')
    const first = await world.untilRollout(isAborted)
    await world.commitImage('v1.7.3', 'bob')
    await world.untilRollout(isHealthy)
    await world.commitImage('v1.8.0', 'image-bot')
    const second = await world.untilRollout(
      (rollout) => isAborted(rollout) && rollout.metadata.annotations!['rollout.argoproj.io/revision'] === '4',
    )
    expect(second.status!.currentPodHash).toBe(first.status!.currentPodHash)
  })

  it('a person aborts, takes it back, and promotes: v1.8.0 becomes stable', async () => {
    await world.commitImage('v1.8.0', 'alice')
    await world.untilRollout((rollout) => rollout.status?.phase === 'Paused')
    world.abortByHand()
    expect((await world.untilRollout(isAborted)).status!.message).toBe('RolloutAborted: Rollout aborted update to revision 2')
    world.retry()
    await world.untilRollout((rollout) => rollout.status?.phase === 'Paused')
    world.promoteFull()
    expect((await world.untilRollout(isHealthy)).status!.stableRS).not.toBe(good)
  })

  it('a retry that fails again leaves two runs, the second with the suffix .1', async () => {
    world.scriptMetric([0.5])
    await world.commitImage('v1.8.0', 'alice')
    await world.untilRollout(isAborted)
    world.retry()
    await world.untilRollout((rollout) => rollout.status?.abortedAt === undefined && rollout.status?.abort !== true)
    await world.untilRollout(isAborted)
    const [first, second] = runs().map((run) => run.metadata.name)
    expect(second).toBe(`${first}.1`)
  })

  it('pods that never get ready leave v1.8.0-bad stuck: Degraded, not aborted', async () => {
    await world.commitImage('v1.8.0-bad', 'alice')
    const stuck = await world.untilRollout((rollout) => rollout.status?.phase === 'Degraded')
    expect(stuck.status).not.toHaveProperty('abort')
    expect(stuck.status!.message).toMatch(/^ProgressDeadlineExceeded: ReplicaSet "checkout-\w+" has timed out progressing\.$/)
  })
})

it('with a manual clock the story takes exactly the time it is given', async () => {
  const clock = createManualClock()
  await using still = await createWorld({ clock })
  still.scriptMetric([0.5])
  await still.refreshGit()
  clock.advance(1000)
  expect(still.rollout()?.status?.phase).toBe('Healthy')
  await still.commitImage('v1.8.0', 'alice')
  await still.refreshGit()
  clock.advance(1000)
  expect(still.rollout()?.status?.phase).toBe('Paused')
  clock.advance(5000)
  expect(still.rollout()?.status).toMatchObject({ phase: 'Degraded', abort: true })
})

describe('commits', () => {
  it('another team’s commit moves the compared revision and syncs nothing', async () => {
    const sha = await world.unrelatedCommit('dave')
    const ref = { plural: 'applications', namespace: 'argocd', name: 'checkout' }
    const app = await awaitObject(world.kubernetes.store, world.clock, {
      ref,
      timeoutMs: 5000,
      holds: ({ status }) => (status as { sync: { revision?: string } }).sync.revision === sha,
    })
    expect(app.status).toMatchObject({ sync: { status: 'Synced' }, history: [{ id: 0 }] })
    expect((app.status as { history: { revision: string }[] }).history[0]!.revision).not.toBe(sha)
  })

  it('a release through a pull request names its author, its approver and that pull request', async () => {
    const sha = await world.commitImage('v1.8.0', 'alice', { approvedBy: 'bob' })
    const headers = { authorization: 'Bearer simulator-github-token' }
    const pulls = (await (await fetch(`${world.github.url}/repos/acme/gitops/commits/${sha}/pulls`, { headers })).json()) as {
      number: number
      user: { login: string }
    }[]
    expect(pulls).toMatchObject([{ user: { login: 'alice' } }])
    const reviews = await (await fetch(`${world.github.url}/repos/acme/gitops/pulls/${pulls[0]!.number}/reviews`, { headers })).json()
    expect(reviews).toMatchObject([{ state: 'APPROVED', user: { login: 'bob' } }])
  })

  it('a late commit changes the same files and no pod template', async () => {
    world.scriptMetric([0.5])
    await world.commitImage('v1.8.0', 'alice')
    const { status } = await world.untilRollout(isAborted)
    await world.lateCommit('dave')
    const later = await world.untilRollout((rollout) => rollout.spec.replicas === 5 && isAborted(rollout))
    expect(later.status).toMatchObject({ currentPodHash: status!.currentPodHash, abortedAt: status!.abortedAt })
  })
})
