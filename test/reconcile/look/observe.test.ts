import { describe, expect, it } from 'vitest'
import { appliedSyncs } from '../../../src/domain/application/applied.ts'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import type { AnalysisRunSnapshot, ExperimentSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import type { ClusterView } from '../../../src/ports/cluster-view.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { lookAt, type Look } from '../../../src/reconcile/look/observe.ts'
import { verdictOf } from '../../../src/reconcile/look/settle.ts'
import { aRelease, aRevert, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { AT, burning, FLAGS } from '../../domain/an-attempt.ts'
import { aReplicaSet, aRollout, aView } from '../../http/fleet-fixture.ts'
import { applicationOf } from '../../http/large-fleet.ts'
import { aCluster, aWorld } from '../a-world.ts'

const REF = { cluster: 'east', namespace: 'shop', name: 'web' }
const WEB = aRollout({ name: 'web' })
const SET = aReplicaSet(WEB, {})
const APPLICATION: ApplicationSnapshot = {
  ...applicationOf(WEB),
  history: [{ id: 1, revisions: ['a'], sources: [], deployStartedAt: 1, deployedAt: 2 }],
  comparedRevisions: ['a'],
  comparedAt: 3,
}
const SYNCS = appliedSyncs(APPLICATION, REF)
/** All that hangs on a Rollout, by its uid. */
const VIEW: ClusterView = {
  ...aView('east', { rollouts: [WEB], replicaSets: [SET] }),
  analysisRuns: (uid) => [{ name: `run of ${uid}` } as AnalysisRunSnapshot],
  experiments: (uid) => [{ name: `experiment of ${uid}` } as ExperimentSnapshot],
}

interface Given {
  entries?: readonly LedgerEntry[]
  view?: ClusterView
  applications?: readonly ApplicationSnapshot[]
  /** Whether Argo CD's cluster is in sight. */
  isSeen?: boolean
  more?: Partial<Environment>
  name?: string
}

async function look({
  entries = [],
  view = VIEW,
  applications = [APPLICATION],
  isSeen = true,
  more,
  name = 'web',
}: Given = {}): Promise<Look> {
  const hub = {
    ...aCluster('hub', [], isSeen ? undefined : 'applications'),
    applicationsOf: () => applications,
    applications: () => applications,
  }
  const { environment, put } = await aWorld({}, { views: [view], applications: hub, ...more })
  if (entries.length > 0) await put(...entries)
  return lookAt(environment, view, { ...REF, name })
}
const release = (key: string, fields: Partial<Release> = {}): Release => aRelease({ key, uid: 'uid-web', startedAt: 1, ...fields })
const keys = (releases: readonly Release[] | undefined): readonly string[] => (releases ?? []).map(({ key }) => key).toSorted()

describe('a look at a Rollout', () => {
  it('sees all that hangs on it, and no alerts where nobody is asked for any', async () => {
    const { observation, ...seen } = await look()
    expect(seen).toMatchObject({ ref: REF, view: VIEW, rollout: WEB, applications: [APPLICATION], releases: [] })
    expect(Object.keys(seen)).not.toContain('experiment')
    expect(observation).toMatchObject({
      replicaSets: [SET],
      analysisRuns: [{ name: 'run of uid-web' }],
      experiments: [{ name: 'experiment of uid-web' }],
      serving: seen.serving,
      seesApplications: true,
      syncs: SYNCS,
      underWay: SYNCS,
      wish: { state: 'met', revisions: ['a'], comparedAt: 3 },
      alerts: undefined,
      now: AT,
    })
    expect(SYNCS).toHaveLength(1)
  })

  it('sees nothing of one that is gone', async () => {
    const alerts = { of: () => ({ askedAt: 1, fault: undefined, alerts: [] }) } as unknown as Environment['alerts']
    const view = aView('east', { rollouts: [] })
    const { observation, applications } = await look({ view, more: { alerts } })
    expect([applications, observation.replicaSets, observation.analysisRuns, observation.experiments]).toEqual([[], [], [], []])
    expect([observation.alerts, observation.version('good')]).toEqual([undefined, undefined])
    expect((await look({ more: { alerts } })).observation.alerts).toEqual({ askedAt: 1, fault: undefined, alerts: [] })
  })

  it('sees the Experiment of its own that it is of, and whose that is', async () => {
    const experiment = { name: 'try', own: { trackingId: 'shop-web:argoproj.io/Experiment:shop/try' } } as ExperimentSnapshot
    const view = { ...VIEW, standaloneExperiment: (_: string, name: string) => (name === 'try' ? experiment : undefined) }
    const applications = [APPLICATION, { ...APPLICATION, name: 'other' }]
    const seen = await look({ view, applications, name: 'experiment:try' })
    expect([seen.experiment, seen.rollout, seen.applications]).toEqual([experiment, undefined, [APPLICATION]])
    expect((await look({ view, applications, name: 'experiment:gone' })).applications).toEqual([])
  })

  const tracked = aRollout({ name: 'web', trackingId: 'other:argoproj.io/Rollout:shop/web' })
  const UNSAID = { syncs: [], underWay: [], wish: { state: 'unknown', revisions: [] } }
  it.each<[string, Given, object]>([
    ['that two Applications list', { applications: [APPLICATION, { ...APPLICATION, name: 'other' }] }, UNSAID],
    ['that no Application lists', { applications: [] }, UNSAID],
    ['that another Application tracks', { view: aView('east', { rollouts: [tracked], replicaSets: [SET] }) }, UNSAID],
    [
      'whose Application is out of sight',
      { isSeen: false },
      { syncs: [], underWay: [], seesApplications: false, wish: { why: expect.any(String) } },
    ],
  ])('is told of no sync, %s', async (_, given, seen) => {
    expect((await look(given)).observation).toMatchObject(seen)
  })

  it('knows its releases by object, by what goes on, and by flags', async () => {
    const flags = (key: string, fields: Partial<Release>): Release => burning(FLAGS, { key, startedAt: 1, ...fields })
    const all = [
      release('open'),
      release('over', { state: 'ended', outcome: 'promoted' }),
      release('of another object', { uid: 'before' }),
      release('over of another object', { uid: 'before', state: 'ended', outcome: 'gone' }),
      flags('flags', { uid: 'uid-web' }),
      flags('flags that are over', { uid: 'uid-web', state: 'ended', outcome: 'restored' }),
      flags('flags of another object', { uid: 'before' }),
      flags('flags of another object that are over', { uid: 'before', state: 'ended', outcome: 'restored' }),
    ]
    const { releases, observation } = await look({ entries: all.map((one) => releaseEntry(one)) })
    expect(keys(releases)).toEqual(keys(all))
    expect(keys(observation.past)).toEqual(['open', 'over'])
    expect(keys(observation.open)).toEqual(['of another object', 'open'])
    expect(keys(observation.flags?.releases)).toEqual(['flags', 'flags of another object', 'flags that are over'])
  })

  it.each<[string, Partial<Release>, readonly string[]]>([
    ['has its images named, where it has ended without any', { state: 'ended', outcome: 'promoted', images: [] }, SET.images],
    ['keeps those that it was recorded with', { state: 'ended', outcome: 'promoted', images: ['web:own'] }, ['web:own']],
    ['is left to its next step while it is open', { images: [] }, []],
  ])('at a release that %s', async (_, fields, images) => {
    const { releases } = await look({ entries: [releaseEntry(release('r', { podTemplateHash: 'good', ...fields }))] })
    expect(releases[0]?.images).toEqual(images)
  })

  it('remembers a version by this very object', async () => {
    const document = { templateKey: 'east|uid-web|good', podTemplateHash: 'good', healthyAt: 1, applied: null, images: [] }
    const { observation } = await look({ entries: [{ kind: 'version', key: document.templateKey, event: 'seen-healthy', document }] })
    expect([observation.version('good'), observation.version('bad')]).toEqual([document, undefined])
  })
})

describe('the revert of a release', () => {
  const of = (key: string, revertKey: string | null, fields: Partial<Release> = {}): LedgerEntry =>
    releaseEntry(release(key, { templateKey: 't', revertKey, ...fields }))
  const revert = (key: string, fields: Partial<Revert> = {}): LedgerEntry => revertEntry(aRevert({ key, ...fields }))

  it.each<[string, readonly LedgerEntry[], string | null]>([
    ['stands for the template that it was opened for', [of('r', null), of('r2', 'v'), revert('v')], 'v'],
    ['stands no more once it has ended', [of('r', 'v'), revert('v', { state: 'ended', outcome: 'merged' })], null],
    ['stands for no other template', [of('r', 'v', { templateKey: 'other' }), revert('v')], null],
    ['stands for no other object', [of('r', 'v', { uid: 'before' }), revert('v')], null],
    [
      'stands where an older one has ended',
      [of('r', 'a'), of('r2', 'v'), revert('a', { state: 'ended', outcome: 'gone' }), revert('v')],
      'v',
    ],
  ])('%s', async (_, entries, key) => {
    expect((await look({ entries })).observation.standingRevert('t')).toBe(key)
  })

  it.each<[string, Partial<Revert>, string | null, boolean]>([
    ['merged', { state: 'ended', outcome: 'merged' }, 'v', true],
    ['closed as Git had gone back without it', { state: 'ended', outcome: 'restored' }, 'v', true],
    ['declined', { state: 'ended', outcome: 'declined' }, 'v', false],
    ['open', {}, 'v', false],
    ['not there', { state: 'ended', outcome: 'merged' }, null, false],
  ])('has Git ask for N again where it is %s', async (_, fields, ...[revertKey, isRestored]) => {
    const { observation } = await look({ entries: [of('r', revertKey), revert('v', fields)] })
    expect(observation.restoredInGit(release('r', { revertKey }))).toBe(isRestored)
  })
})

describe('the verdict that has to hold', () => {
  const seen = (fields: object = {}, observation: object = {}): Look =>
    ({
      rollout: { uid: 'u', currentPodHash: 'h', pauseReasons: [], phase: 'Healthy' },
      serving: { state: 'split', failure: { attempt: 'a' }, reason: 'Because.' },
      observation: { drift: 'none', syncs: [{ revisions: ['a'] }], ...observation },
      ...fields,
    }) as unknown as Look
  const serving = (state: string, reason = 'Because.') => ({ serving: { state, failure: { attempt: 'a' }, reason } })

  it.each<[string, Look, Look, boolean]>([
    ['is the same at the same look', seen(), seen(), true],
    ['is another of another object', seen(), seen({ rollout: { uid: 'v', currentPodHash: 'h', pauseReasons: [] } }), false],
    ['is another of another template', seen(), seen({ rollout: { uid: 'u', currentPodHash: 'i', pauseReasons: [] } }), false],
    ['is another where another pause holds it', seen(), seen({ rollout: { uid: 'u', currentPodHash: 'h', pauseReasons: ['x'] } }), false],
    ['is another where others serve', seen(), seen(serving('stuck')), false],
    ['is another of another failure', seen(), seen({ serving: { state: 'split', failure: { attempt: 'b' }, reason: 'Because.' } }), false],
    ['is the same by other words', seen(), seen(serving('split', 'Since.')), true],
    [
      'is another of a spec that is refused for something else',
      seen(serving('invalid-spec')),
      seen(serving('invalid-spec', 'Since.')),
      false,
    ],
    ['is the same whatever was synced, while nothing is in step', seen(), seen({}, { syncs: [{ revisions: ['b'] }] }), true],
    ['is another in step with another sync', seen(serving('in-step')), seen(serving('in-step'), { syncs: [{ revisions: ['b'] }] }), false],
    ['is another in step where something drifts', seen(serving('in-step')), seen(serving('in-step'), { drift: 'some' }), false],
    [
      'is another of another Experiment',
      seen({ experiment: { uid: 'a', phase: 'p' } }),
      seen({ experiment: { uid: 'b', phase: 'p' } }),
      false,
    ],
    [
      'is another of an Experiment that fares otherwise',
      seen({ experiment: { uid: 'a' } }),
      seen({ experiment: { uid: 'a', phase: 'q' } }),
      false,
    ],
  ])('%s', (_, ...[one, other, isSame]) => {
    expect(verdictOf(one) === verdictOf(other)).toBe(isSame)
  })
})
