import { describe, expect, it } from 'vitest'
import type { Release } from '../../../src/domain/release/release.ts'
import type { HeldWish } from '../../../src/domain/release/wish.ts'
import type { ClusterView } from '../../../src/ports/cluster-view.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import { isUndoneBy, standingNow } from '../../../src/reconcile/look/observe.ts'
import { liveRevertOf, releasesOf, revertOf } from '../../../src/reconcile/look/stands-for.ts'
import { aRelease, aRevert, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { anAttempt, AT } from '../../domain/an-attempt.ts'
import { aReplicaSet, aRollout, aSplitRollout, aView } from '../../http/fleet-fixture.ts'
import { aCluster, aWorld } from '../a-world.ts'

const REF = { cluster: 'east', namespace: 'shop', name: 'web' }
const WEB = aRollout({ name: 'web' })
const ABORTED = aSplitRollout({ name: 'web' })
const east = (rollout = ABORTED): ClusterView => aView('east', { rollouts: [rollout], replicaSets: [aReplicaSet(rollout, {})] })
const ofWeb = (key: string, fields: Partial<Release> = {}): LedgerEntry => releaseEntry(aRelease({ key, uid: 'uid-web', ...fields }))
/** N itself has failed when it was the first one. */
const FIRST = { podTemplateHash: 'good', stableHash: 'good', attempts: [anAttempt()] }
const SEEN: LedgerEntry = {
  kind: 'version',
  key: 'east|uid-web|good',
  event: 'seen-healthy',
  document: { templateKey: 'east|uid-web|good', podTemplateHash: 'good', healthyAt: 1, applied: null, images: [] },
}

async function standing(entries: readonly LedgerEntry[], view = east(), held: (hash: string) => HeldWish | undefined = () => undefined) {
  const { environment, put } = await aWorld({}, { views: [aCluster('west', ['web']), view] })
  if (entries.length > 0) await put(...entries)
  return standingNow(environment, REF, held)
}

describe('who serves', () => {
  it.each<[string, readonly LedgerEntry[], string]>([
    ['is N after an abort, where its pods are there', [], 'split'],
    ['is nobody, where N has failed when it was the first', [ofWeb('r', FIRST)], 'first-deploy-failed'],
    ['is nobody, whatever else has failed', [ofWeb('r', FIRST), ofWeb('r2', { attempts: [anAttempt()] })], 'first-deploy-failed'],
    ['is N, where it was seen healthy since', [ofWeb('r', FIRST), SEEN], 'split'],
    ['is N, where another object of the name failed first', [ofWeb('r', { ...FIRST, uid: 'before' })], 'split'],
    ['is N, where it was promoted after all', [ofWeb('r', { ...FIRST, state: 'ended', outcome: 'promoted' })], 'split'],
    ['is N, where it has not failed', [ofWeb('r', { ...FIRST, attempts: [] })], 'split'],
    ['is N, where it was no first one', [ofWeb('r', { ...FIRST, stableHash: 'older' })], 'split'],
    ['is N, where another failed over it', [ofWeb('r', { ...FIRST, podTemplateHash: 'bad' })], 'split'],
  ])('%s', async (_, entries, state) => {
    expect((await standing(entries)).state).toBe(state)
  })

  it('is not known of a cluster that nobody watches, or that cannot be seen', async () => {
    const { environment } = await aWorld()
    expect(standingNow(environment, { ...REF, cluster: 'gone' }, () => undefined)).toEqual({
      state: 'unknown',
      reason: 'Kedge does not watch this cluster.',
      wish: undefined,
    })
    const blind = [
      { kind: 'rollouts', reason: 'no answer', since: 1 },
      { kind: 'replicasets', reason: 'forbidden', since: 1 },
    ]
    const view = aView('east', { rollouts: [ABORTED], freshness: { fresh: false, asOf: 1, blind } })
    expect(await standing([], view)).toEqual({
      state: 'unknown',
      reason: 'Kedge cannot see this cluster: rollouts: no answer; replicasets: forbidden',
      wish: undefined,
    })
  })

  it('is nobody of a Rollout that is gone', async () => {
    expect((await standing([SEEN, ofWeb('r', FIRST)], aView('east', { rollouts: [] }))).reason).toBe('The Rollout is not in the cluster.')
  })
})

describe('what Git asks for', () => {
  const UNDONE = { state: 'failed', serving: 'undone', stableHash: 'good' } as const
  const wish = (podTemplateHash: string): HeldWish => ({
    state: 'waiting-for-sync',
    revisions: ['c'],
    podTemplateHash,
    since: 5,
    wasThere: false,
  })

  it('is what has held for what the cluster was told', async () => {
    expect(await standing([], east(WEB), wish)).toMatchObject({ state: 'waiting-for-sync', wish: wish('good') })
  })

  it.each<[string, Partial<Release>, typeof WEB, number | undefined]>([
    ['is not said since what runs was undone by hand, as the ledger has it', { attempts: [anAttempt({ seenAt: AT })] }, WEB, AT],
    ['is not said since that release began, where it has not failed', { startedAt: 7, attempts: [] }, WEB, 7],
    ['is not told by a release that something else undid', { stableHash: 'older' }, WEB, undefined],
    ['is not told by what was undone while it goes back', {}, ABORTED, undefined],
  ])('%s', async (_, release, rollout, since) => {
    const { wish: said } = await standing([ofWeb('r', { ...UNDONE, ...release })], east(rollout))
    expect(said?.since).toBe(since)
  })

  it.each<[string, Partial<Release>, boolean]>([
    ['N', {}, true],
    ['what runs by hand in its place', { stableHash: 'older', instead: { podTemplateHash: 'good', images: [] } }, true],
    ['N, where something else runs by hand', { instead: { podTemplateHash: 'hand', images: [] } }, false],
    ['N, where it is tried again', { state: 'rolling' }, false],
    ['N, where the controller took it back', { serving: 'split' }, false],
    ['another version', { stableHash: 'older' }, false],
  ])('is something that was undone by %s', (_, fields, isUndone) => {
    expect(isUndoneBy(aRelease({ key: 'r', ...UNDONE, ...fields }), 'good')).toBe(isUndone)
  })
})

describe('what stands for a release', () => {
  it.each<[string, Partial<Parameters<typeof aRevert>[0]>, boolean]>([
    ['goes on', { state: 'open' }, true],
    ['has ended', { state: 'ended', outcome: 'merged' }, false],
  ])('is its revert, live as long as that has not ended: %s', async (_, fields, isLive) => {
    const { environment, put } = await aWorld()
    const revert = aRevert({ key: 'v', releases: ['r', 'forgotten', 'r2'], ...fields })
    const release = aRelease({ key: 'r', revertKey: 'v' })
    await put(revertEntry(revert), releaseEntry(release), releaseEntry(aRelease({ key: 'r2' })))
    expect([revertOf(environment, release), liveRevertOf(environment, release)]).toEqual([revert, isLive ? revert : undefined])
    expect(revertOf(environment, aRelease({ key: 'r2' }))).toBeUndefined()
    expect(releasesOf(environment, revert)).toEqual([release, aRelease({ key: 'r2' })])
  })
})
