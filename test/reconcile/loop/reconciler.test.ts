import { describe, expect, it } from 'vitest'
import { createMemoryForges } from '../../../src/adapters/forges/memory/forge.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { ExperimentSnapshot, RolloutSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import type { ClusterView } from '../../../src/ports/cluster-view.ts'
import { createJustDecided } from '../../../src/reconcile/decide/just-decided.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { createReconciler } from '../../../src/reconcile/loop/reconciler.ts'
import { createWishes } from '../../../src/reconcile/loop/wishes.ts'
import { aRelease, aRevert, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { AT } from '../../domain/an-attempt.ts'
import { aReplicaSet, aRollout, aSplitRollout, aView } from '../../http/fleet-fixture.ts'
import { aCluster, aWorld } from '../a-world.ts'

const KEY = 'east/shop/web'
const REPO = 'https://github.com/acme/shop.git'
const SPLIT = aSplitRollout({ name: 'web' })

/** A cluster whose objects and sight a test changes. */
function changing(rollouts: readonly RolloutSnapshot[]) {
  const now = { rollouts, fresh: true, experiments: [] as readonly ExperimentSnapshot[] }
  const view = (): ClusterView =>
    aView('east', { rollouts: now.rollouts, replicaSets: now.rollouts.flatMap((one) => [aReplicaSet(one, {}), aReplicaSet(one, BAD)]) })
  const east: ClusterView = {
    ...view(),
    freshness: () => ({ fresh: now.fresh, asOf: AT, blind: [] }),
    rollouts: () => view().rollouts(),
    rollout: (...of) => view().rollout(...of),
    replicaSets: (uid) => view().replicaSets(uid),
    reread: (...of) => view().reread(...of),
    standaloneExperiments: () => now.experiments,
    standaloneExperiment: (_, name) => now.experiments.find((one) => one.name === name),
  }
  return { now, east }
}
const BAD = { uid: 'bad', podTemplateHash: 'bad', rolloutRevision: 9, replicas: 0, availableReplicas: 0, name: 'web-bad' }

async function createDesk(rollouts: readonly RolloutSnapshot[], policy: Partial<Policy> = {}, more: Partial<Environment> = {}) {
  const { now, east } = changing(rollouts)
  const forges = createMemoryForges({ now: () => AT })
  const world = await aWorld(policy, { views: [aView('west', { rollouts: [] }), east], applications: east, forges, ...more })
  const [later, again]: [(readonly [string, number])[], string[]] = [[], []]
  const wishes = createWishes(world.environment, (key) => void again.push(key))
  const reconciler = createReconciler(world.environment, world.journal, {
    later: (key, at) => void later.push([key, at - world.clock.elapsed()]),
    again: (key) => void again.push(key),
    wishes,
    decided: createJustDecided(world.clock),
  })
  const look = async (key = KEY) => ({ ...(await reconciler.look(key)), later: later.splice(0) })
  const follow = async (key = KEY) => {
    await reconciler.follow(key)
    return later.splice(0)
  }
  const baseline = (): Promise<boolean> => reconciler.takeBaseline(east)
  const release = () => world.ledger.releasesOf({ cluster: 'east', namespace: 'shop', name: 'web' })[0]
  return {
    ...world,
    now,
    east,
    forges,
    reconciler,
    look,
    follow,
    baseline,
    release,
    again,
    kept: () => world.ledger.read('baseline', 'east'),
  }
}
const NOTHING = { follows: false, watches: false }

describe('the baseline of a cluster', () => {
  it('has what was broken before, silently, and is taken once', async () => {
    const { baseline, release, kept, ledger, wait } = await createDesk([SPLIT, aRollout({ name: 'api' })])
    expect(await baseline()).toBe(true)
    expect(kept()).toEqual({ cluster: 'east', at: AT, experiments: true })
    expect(release()).toMatchObject({ state: 'failed', preExisting: true, serving: 'split' })
    expect(ledger.read('version', 'east|uid-api|good')).toMatchObject({ podTemplateHash: 'good' })
    expect(ledger.pendingEffects().filter(({ action }) => action.type === 'publish-card')).toEqual([])
    await wait(1_000)
    expect([await baseline(), kept()?.at]).toEqual([true, AT])
  })

  it('is none while the cluster cannot be seen, nor where it goes blind on the way', async () => {
    const desk = await createDesk([SPLIT])
    desk.now.fresh = false
    expect([await desk.baseline(), desk.kept(), desk.release()]).toEqual([false, undefined, undefined])
    desk.now.fresh = true
    const answers = [true, false]
    const { reconciler, environment, journal, ledger, clock } = desk
    const blinking = { ...desk.east, freshness: () => ({ fresh: answers.shift() ?? false, asOf: AT, blind: [] }) }
    const views = [blinking]
    const other = createReconciler({ ...environment, views }, journal, {
      later: () => undefined,
      again: () => undefined,
      wishes: createWishes(environment, () => undefined),
      decided: createJustDecided(clock),
    })
    expect([await other.takeBaseline(blinking), ledger.read('baseline', 'east')]).toEqual([false, undefined])
    expect(await reconciler.takeBaseline(desk.east)).toBe(true)
  })

  it('of before Experiments were looked at is completed, and keeps its time', async () => {
    const desk = await createDesk([SPLIT])
    await desk.put({ kind: 'baseline', key: 'east', event: 'baseline-taken', document: { cluster: 'east', at: 7 } })
    expect([await desk.baseline(), desk.kept()]).toEqual([true, { cluster: 'east', at: 7, experiments: true }])
    // What is broken by then has failed since.
    expect(desk.release()).toBeUndefined()
  })
})

describe('the baseline of Experiments', () => {
  const failed = { namespace: 'shop', name: 'try', uid: 'x', phase: 'Failed', own: undefined } as unknown as ExperimentSnapshot

  it('waits until somebody sees whose they are, and that of the Rollouts holds meanwhile', async () => {
    const desk = await createDesk([SPLIT], {}, { applications: aCluster('hub', [], 'applications') })
    desk.now.experiments = [failed]
    expect([await desk.baseline(), desk.kept()]).toEqual([false, { cluster: 'east', at: AT }])
    expect(desk.release()).toMatchObject({ preExisting: true })
    await desk.wait(5_000)
    expect([await desk.baseline(), desk.kept()]).toEqual([false, { cluster: 'east', at: AT }])
    desk.now.experiments = []
    expect([await desk.baseline(), desk.kept()]).toEqual([true, { cluster: 'east', at: AT, experiments: true }])
  })
})

describe('a look', () => {
  it('at a cluster that cannot be seen comes again in five seconds', async () => {
    const desk = await createDesk([SPLIT])
    desk.now.fresh = false
    expect(await desk.look()).toEqual({ ...NOTHING, later: [[KEY, 5_000]] })
  })

  it.each([
    ['is asked of the forge as long as a PR is open', 'open', true],
    ['is nobody’s any more', 'ended', false],
  ] as const)('at a cluster that has left %s', async (_, state, follows) => {
    const desk = await createDesk([])
    await desk.put(releaseEntry(aRelease({ key: 'r', cluster: 'gone' })), revertEntry(aRevert({ key: 'v', releases: ['r'], state })))
    await desk.put(releaseEntry(aRelease({ key: 'r', cluster: 'gone', revertKey: 'v' })))
    expect(await desk.look('gone/shop/web')).toEqual({ ...NOTHING, follows, later: [] })
  })

  it('lets a verdict hold first, and asks Git ahead about a new failure', async () => {
    const desk = await createDesk([aRollout({ name: 'web' })])
    await desk.baseline()
    expect(await desk.look()).toEqual({ ...NOTHING, later: [[KEY, 1_000]] })
    desk.now.rollouts = [SPLIT]
    expect(await desk.look()).toEqual({ ...NOTHING, follows: true, later: [[KEY, 1_000]] })
    await desk.wait(999)
    expect(await desk.look()).toMatchObject({ follows: true, later: [[KEY, 1]] })
    expect(desk.release()).toBeUndefined()
    await desk.wait(1)
    expect(await desk.look()).toMatchObject({ follows: true })
    expect(desk.release()).toMatchObject({ state: 'failed', serving: 'split', preExisting: false })
  })

  it('asks nobody ahead while pods go back', async () => {
    const desk = await createDesk([aRollout({ name: 'web' })])
    await desk.baseline()
    await desk.look()
    const weights = { canaryWeight: 20, canaryHash: 'bad', stableHash: 'good', experimentWeight: 0, verified: undefined }
    desk.now.rollouts = [aSplitRollout({ name: 'web', weights })]
    expect(await desk.look()).toEqual({ ...NOTHING, later: [[KEY, 1_000]] })
  })

  it('begins anew once the cluster was out of sight', async () => {
    const desk = await createDesk([SPLIT])
    await desk.look()
    await desk.wait(5_000)
    desk.now.fresh = false
    await desk.look()
    desk.now.fresh = true
    expect((await desk.look()).later).toEqual([[KEY, 1_000]])
  })

  it('at a Rollout that is gone for good forgets it', async () => {
    const desk = await createDesk([aRollout({ name: 'web' })])
    await desk.baseline()
    await desk.look()
    desk.now.rollouts = []
    await desk.look()
    await desk.wait(1_000)
    expect(await desk.look()).toEqual({ ...NOTHING, later: [] })
    expect((await desk.look()).later).toEqual([[KEY, 1_000]])
  })
})

describe('what is followed', () => {
  /** A release that has failed, and was seen so. */
  async function createFailed(policy: Partial<Policy> = {}, more: Partial<Environment> = {}) {
    const desk = await createDesk([aRollout({ name: 'web' })], policy, more)
    await desk.baseline()
    await desk.look()
    desk.now.rollouts = [SPLIT]
    await desk.look()
    await desk.wait(1_000)
    return { ...desk, seen: await desk.look() }
  }

  it('is decided on, and looked at again every half a minute, as PRs move without an event', async () => {
    const desk = await createFailed()
    expect(desk.seen.later).toContainEqual([KEY, 500])
    expect(await desk.follow()).toEqual([[KEY, 30_000]])
    expect(desk.release()?.decision).toMatchObject({ action: 'notify' })
    expect(desk.again).toEqual([])
    expect(await desk.look()).toMatchObject({ follows: true, watches: false })
  })

  it('is told to people half a second after it failed, where nothing was decided', async () => {
    const desk = await createFailed()
    const cards = () => desk.ledger.pendingEffects().filter(({ action }) => action.type === 'publish-card').length
    expect(cards()).toBe(0)
    await desk.wait(500)
    await desk.look()
    expect(cards()).toBe(1)
  })

  it('is followed once more when it has ended, and then no more', async () => {
    const desk = await createFailed()
    await desk.follow()
    desk.now.rollouts = [aRollout({ name: 'web', rolloutRevision: 9, currentPodHash: 'bad', stableRS: 'bad' })]
    await desk.look()
    await desk.wait(1_000)
    expect(await desk.look()).toMatchObject({ follows: true })
    expect(desk.release()).toMatchObject({ state: 'ended', outcome: 'promoted' })
    expect(await desk.follow()).toEqual([])
    await desk.wait(1_000)
    expect(await desk.look()).toMatchObject(NOTHING)
  })

  it('at the forge alone, where its cluster has left, is asked for again as long as its PR is open', async () => {
    const desk = await createDesk([])
    const number = await desk.forges.openByHuman(REPO, { branch: 'kedge/revert/x', base: 'main', title: '', body: '', author: 'kedge' })
    const revert = aRevert({ key: 'v', repoURL: REPO, releases: ['r'], pullRequest: { number, url: 'u' } })
    await desk.put(releaseEntry(aRelease({ key: 'r', cluster: 'gone', revertKey: 'v' })), revertEntry(revert))
    expect(await desk.follow('gone/shop/web')).toEqual([['gone/shop/web', 30_000]])
    desk.forges.merge(REPO, number, '2'.repeat(40))
    expect(await desk.follow('gone/shop/web')).toEqual([])
    expect(desk.ledger.read('revert', 'v')).toMatchObject({ state: 'ended', outcome: 'merged' })
  })

  it('is nothing of a cluster that is only blind: its view comes back', async () => {
    const desk = await createFailed()
    desk.now.fresh = false
    expect(await desk.follow()).toEqual([])
    expect(desk.release()?.decision).toBeNull()
  })
})
