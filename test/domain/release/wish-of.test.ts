import { describe, expect, it } from 'vitest'
import type { AppliedSync } from '../../../src/domain/application/applied.ts'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { askedBy, wishOf, wishSentence, type WishInput } from '../../../src/domain/release/wish-of.ts'
import type { ReplicaSetSnapshot, RolloutSnapshot } from '../../../src/domain/rollout/snapshots.ts'

const MINUTE = 60_000
const rollout = { namespace: 'shop', name: 'web', currentPodHash: 'old' } as RolloutSnapshot
const sync = (revision: string, minute: number): AppliedSync => ({
  application: 'argocd/web',
  revisions: [revision],
  startedAt: minute * MINUTE,
  endedAt: minute * MINUTE,
})
const set = (podTemplateHash: string, more: Partial<ReplicaSetSnapshot>): ReplicaSetSnapshot =>
  ({ podTemplateHash, formerRevisions: [], createdAt: 0, ...more }) as ReplicaSetSnapshot
const began = (podTemplateHash: string, revision: string): Release =>
  ({ podTemplateHash, applied: { application: 'argocd/web', revisions: [revision] } }) as unknown as Release
const application = (compared: string, more: Partial<ApplicationSnapshot> = {}): ApplicationSnapshot =>
  ({
    rollouts: ['shop/web'],
    driftedRollouts: ['shop/web'],
    comparedRevisions: [compared],
    syncStatus: 'OutOfSync',
    ...more,
  }) as ApplicationSnapshot

const wish = (given: Partial<WishInput>) =>
  wishOf({
    application: application('b'),
    seesApplications: true,
    rollout,
    replicaSets: [],
    syncs: [sync('b', 10), sync('a', 1)],
    version: () => undefined,
    past: [],
    ...given,
  })

describe('the wish of Git', () => {
  it('is met by a Rollout that Argo CD calls Synced, whatever else of the Application is not', () => {
    expect(wish({ application: application('b', { driftedRollouts: ['shop/worker'] }) })).toEqual({ state: 'met', revisions: ['b'] })
  })

  it.each([
    ['no one Application owns it', { application: undefined }],
    ['Argo CD does not list it', { application: application('b', { rollouts: [] }) }],
    ['the comparison failed', { application: application('b', { syncStatus: 'Unknown' }) }],
    ['nothing was compared', { application: application('b', { comparedRevisions: [] }) }],
    ['it has no template yet', { rollout: { ...rollout, currentPodHash: undefined } }],
  ])('is unknown where %s', (_, given) => {
    expect(wish(given).state).toBe('unknown')
  })

  it('was undone where another template than that of the newest known sync runs', () => {
    const past = [began('new', 'b'), began('old', 'a')]
    expect(wish({ past })).toMatchObject({ state: 'undone', by: 'hand', wanted: 'new', revisions: ['b'] })
    // Another team's commit, compared or synced since, changes nothing about it.
    expect(wish({ past, application: application('c') })).toMatchObject({ state: 'undone', wanted: 'new' })
    expect(wish({ past, syncs: [sync('c', 20), sync('b', 10), sync('a', 1)], application: application('c') }).state).toBe('undone')
  })

  it('was not undone where a later sync was missed, and what runs was made by it', () => {
    const missed = (given: Partial<WishInput>) =>
      wish({ past: [began('new', 'a')], replicaSets: [set('old', { createdAt: 10 * MINUTE, rolloutRevision: 3 })], ...given }).state
    expect(missed({})).toBe('met')
    expect(missed({ replicaSets: [set('old', { createdAt: 16 * MINUTE, rolloutRevision: 3 })] })).toBe('undone')
    expect(missed({ replicaSets: [set('old', { createdAt: 10 * MINUTE, rolloutRevision: 3, formerRevisions: [1] })] })).toBe('undone')
    // Kedge saw it begin, and no sync with it.
    const byHand = { podTemplateHash: 'old', applied: null } as unknown as Release
    expect(missed({ past: [began('new', 'a'), byHand] })).toBe('undone')
  })

  it('is newer than what was undone once a commit was compared that no sync has applied', () => {
    const past = [began('new', 'b'), began('old', 'a')]
    expect(askedBy(wish({ past }))).toEqual({ revisions: ['b'], by: 'synced' })
    const newer = wish({ past, application: application('c') })
    expect(newer).toMatchObject({ state: 'undone', isNewer: true })
    expect(askedBy(newer)).toEqual({ revisions: ['c'], by: 'compared' })
    expect(wishSentence(newer, 'old')).toBe('Git asks for c, and not for old: the Rollout was changed by hand.')
    // What was synced since has left the template as it was.
    const synced = wish({ past, syncs: [sync('c', 20), sync('b', 10), sync('a', 1)], application: application('c') })
    expect(askedBy(synced)).toEqual({ revisions: ['b'], by: 'synced' })
    const rolledBack = { syncs: [sync('a', 20), sync('b', 10), sync('a', 1)], past }
    expect(askedBy(wish(rolledBack))).toEqual({ revisions: ['b'], by: 'synced' })
    expect(askedBy(wish({ ...rolledBack, application: application('c') }))).toEqual({ revisions: ['c'], by: 'compared' })
  })

  it.each([
    ['Argo CD cannot compare it', { application: application('b', { syncStatus: 'Unknown' }) }],
    ["Argo CD's Applications cannot be seen", { seesApplications: false }],
  ])('says why it is unknown: %s', (why, given) => {
    expect(wishSentence(wish(given), 'old')).toBe(`What Git asks for is not known: ${why}.`)
  })

  it('was undone by a sync that applied an older revision again', () => {
    const syncs = [sync('a', 20), sync('b', 10), sync('a', 1)]
    const found = wish({ syncs, past: [began('new', 'b'), began('old', 'a')] })
    expect(found).toMatchObject({ state: 'undone', by: 'older-sync', wanted: 'new', revisions: ['b'] })
    expect(wishSentence(found, 'old')).toContain('an older revision')
  })

  it('waits for a sync where what was synced last runs, and something newer was compared', () => {
    const found = wish({ past: [began('old', 'b')], application: application('c', { autoSync: false }) })
    expect(found).toEqual({ state: 'waiting-for-sync', revisions: ['c'], syncedByHand: true })
    expect(wishSentence(found, 'old')).toContain('Automated sync is off')
    expect(wish({ syncs: [] }).state).toBe('waiting-for-sync')
  })

  it('is met where what was synced last runs, and nothing newer was compared: the template is not what differs', () => {
    expect(wish({ past: [began('old', 'b')] }).state).toBe('met')
  })

  it('is read from the ReplicaSets where nothing is remembered', () => {
    const asOld = (more: Partial<ReplicaSetSnapshot>, madeAt = 10) =>
      wish({ replicaSets: [set('new', { rolloutRevision: 2, createdAt: madeAt * MINUTE }), set('old', more)] })
    expect(asOld({ createdAt: 10 * MINUTE, rolloutRevision: 3 }).state).toBe('met')
    expect(asOld({ createdAt: 16 * MINUTE, rolloutRevision: 3 })).toMatchObject({ state: 'undone', wanted: 'new' })
    expect(asOld({ createdAt: 0, formerRevisions: [1], rolloutRevision: 3 })).toMatchObject({ state: 'undone', wanted: 'new' })
    // The newest sync came after what ran before: it may have brought the old one back.
    expect(asOld({ createdAt: 0, formerRevisions: [1], rolloutRevision: 3 }, 5).state).toBe('met')
  })

  it('takes no template for that of a sync that is remembered as made by hand', () => {
    const remembered = (byHand: boolean): WishInput['version'] => {
      const applied = { application: 'argocd/web', revisions: ['b'], sources: [] }
      return (hash) =>
        hash === 'new' ? ({ podTemplateHash: 'new', byHand, applied } as unknown as ReturnType<WishInput['version']>) : undefined
    }
    const replicaSets = [set('old', {}), set('new', {})]
    expect(wish({ replicaSets, version: remembered(false) })).toMatchObject({ state: 'undone', wanted: 'new' })
    expect(wish({ replicaSets, version: remembered(true) })).not.toMatchObject({ wanted: 'new' })
  })

  it('does not believe a memory that names two templates for one sync', () => {
    const past = [began('new', 'b'), began('old', 'b')]
    expect(wish({ past, replicaSets: [set('old', { createdAt: 10 * MINUTE })] }).state).toBe('met')
  })
})

describe('a wish that was undone', () => {
  it('is none where Argo CD calls the Rollout Synced, whatever is remembered', () => {
    const synced = application('c', { driftedRollouts: [], comparedAt: 7 })
    expect(wish({ past: [began('new', 'b')], application: synced })).toEqual({ state: 'met', revisions: ['b'], comparedAt: 7 })
  })

  it('names what the Rollout takes its template from where that was changed by hand, and where nothing else was', () => {
    const referring = { ...rollout, workloadRef: 'Deployment/web' } as RolloutSnapshot
    const past = [began('new', 'b'), began('old', 'a')]
    const workloads = application('b', { driftedWorkloads: ['Deployment/shop/web'] })
    expect(wish({ past, rollout: referring, application: workloads })).toMatchObject({
      state: 'undone',
      by: 'hand',
      workload: 'Deployment/web',
    })
    expect(wish({ past, rollout: referring, application: application('b', { driftedWorkloads: [] }) })).not.toHaveProperty('workload')
    const syncs = [sync('a', 20), sync('b', 10), sync('a', 1)]
    const older = wish({ syncs, replicaSets: [], rollout: referring, application: { ...workloads, comparedRevisions: ['b'] } })
    expect(older).toMatchObject({ state: 'undone', by: 'older-sync' })
    expect(older).not.toHaveProperty('workload')
  })

  it('was undone though what runs is as new as the sync whose template is known: that one asked for another', () => {
    const replicaSets = [set('old', { createdAt: 10 * MINUTE })]
    expect(wish({ past: [began('new', 'b')], replicaSets })).toMatchObject({ state: 'undone', by: 'hand', wanted: 'new' })
  })

  it('is none where one revision was synced twice in a row', () => {
    expect(wish({ syncs: [sync('b', 20), sync('b', 10)], application: application('c') }).state).toBe('waiting-for-sync')
  })

  it.each<[string, Partial<WishInput>, string]>([
    ['nothing is known of what runs', { replicaSets: [] }, 'met'],
    ['no sync is known', { replicaSets: [set('old', {})], syncs: [], application: application('c') }, 'waiting-for-sync'],
    ['nothing ran before', { replicaSets: [set('old', { formerRevisions: [1], rolloutRevision: 3 })] }, 'met'],
    [
      'nobody knows when the sync began',
      {
        replicaSets: [set('new', { rolloutRevision: 2, createdAt: 20 * MINUTE }), set('old', { formerRevisions: [1], rolloutRevision: 3 })],
        syncs: [{ ...sync('b', 10), startedAt: undefined }],
      },
      'met',
    ],
  ])('is none without a memory, where %s', (_, given, state) => {
    expect(wish(given).state).toBe(state)
  })

  const ran = [set('unnumbered', {}), set('first', { rolloutRevision: 1 }), set('new', { rolloutRevision: 2 })]
  it.each([
    ['oldest first', ran],
    ['newest first', ran.toReversed()],
  ])('was, without a memory, what ran right before, in whichever order that is listed: %s', (_, before) => {
    const replicaSets = [...before, set('old', { createdAt: 16 * MINUTE, rolloutRevision: 3 })]
    expect(wish({ replicaSets })).toMatchObject({ state: 'undone', wanted: 'new' })
  })

  it('is told by the first twelve characters of each commit', () => {
    const waiting = { state: 'waiting-for-sync', revisions: ['c'.repeat(40), 'v1'], syncedByHand: false } as const
    expect(wishSentence(waiting, 'old')).toBe('Git asks for cccccccccccc, v1, which Argo CD has compared and not synced.')
  })
})
