import { describe, expect, it } from 'vitest'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { aRelease, aRevert, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { AT } from '../../domain/an-attempt.ts'
import { aStorm } from '../../domain/notice/a-storm.ts'
import { aRollout, aSplitRollout } from '../../http/fleet-fixture.ts'
import { cardEntry, placed } from '../tell/a-card.ts'
import { kept, stormEntry } from '../tell/a-told-storm.ts'
import { aReconciler as createDesk, KEY, SPLIT } from './a-reconciler.ts'

const REPO = 'https://github.com/acme/shop.git'
const NOTHING = { follows: false, watches: false }

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

  it('asks ahead about a failure once', async () => {
    const desk = await createDesk([aRollout({ name: 'web' })])
    await desk.baseline()
    await desk.look()
    desk.now.rollouts = [SPLIT]
    await desk.look()
    await desk.follow()
    await desk.wait(500)
    expect(await desk.look()).toMatchObject({ follows: desk.release() !== undefined, later: [[KEY, 500]] })
  })

  it('comes again when a version and its sync have been so for long enough to be remembered', async () => {
    const desk = await createDesk([aRollout({ name: 'web' })])
    await desk.put({ kind: 'baseline', key: 'east', event: 'baseline-taken', document: { cluster: 'east', at: 1, experiments: true } })
    await desk.look()
    await desk.wait(1_000)
    expect((await desk.look()).later).toEqual([[KEY, 9_000]])
  })

  it('completes what is owed to people, and the cards of storms', async () => {
    const desk = await createDesk([aRollout({ name: 'web' })])
    const over = { uid: 'uid-web', state: 'ended', outcome: 'restored', endedAt: AT } as const
    const storm = aStorm({ state: 'over', endedAt: AT })
    await desk.put(
      releaseEntry(aRelease({ key: 'owed', ...over })),
      cardEntry(placed({ releaseKey: 'owed', contentHash: '' })),
      ...['a', 'b'].map((key) => releaseEntry(aRelease({ key, ...over, storm: storm.key, policy: kept('#shop') }))),
      cardEntry(placed({ releaseKey: 'a', storm: { key: storm.key, isLast: false } })),
      stormEntry(storm),
    )
    await desk.look()
    const told = desk.ledger.pendingEffects().flatMap(({ action }) => (action.type === 'publish-card' ? [action.releaseKey] : []))
    expect(told.toSorted()).toEqual(['a', 'owed'])
  })

  it('at an Experiment of its own comes again where its cluster cannot be seen, and is none of a Rollout', async () => {
    const desk = await createDesk([aRollout({ name: 'web' })])
    const key = 'east/shop/experiment:try'
    expect(await desk.look(key)).toEqual({ ...NOTHING, later: [] })
    desk.now.fresh = false
    expect(await desk.look(key)).toEqual({ ...NOTHING, later: [[key, 5_000]] })
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
