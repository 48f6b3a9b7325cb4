import { describe, expect, it } from 'vitest'
import { endOf, isOverForAlert, restoredBy } from '../../../src/domain/release/end.ts'
import type { Observation } from '../../../src/domain/release/observation.ts'
import type { End, Release } from '../../../src/domain/release/release.ts'
import type { RolloutSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { aBurnedRelease, aLook, anAlert, applied, aReplicaSet, aSync, MINUTE } from './a-look.ts'

type Told = Partial<RolloutSnapshot> | null
type Seen = Partial<Observation>
type Row = readonly [what: string, release: Partial<Release>, rollout: Told, look: Seen, end: End | undefined]

/** A release of `abc` over `old` that failed, unless it is told otherwise. */
const endsAs = (release: Partial<Release>, rollout: Told, look: Seen): End | undefined =>
  endOf(aRelease({ key: 'r', ...release }), aLook(rollout, look))

const failure = { kind: 'abort', attempt: 't', at: 1 } as const
const at = (podTemplateHash: string, rolloutRevision: number, more: Partial<Observation['serving']> = {}): Observation['serving'] => ({
  state: 'in-step',
  reason: '',
  failure: undefined,
  current: { podTemplateHash, rolloutRevision },
  ...more,
})
const firing = { askedAt: 1, fault: undefined, alerts: [anAlert()] }
const quiet = { ...firing, alerts: [] }
const unanswered = { ...firing, fault: 'nobody answers' }
const burned = (change: Partial<Release> = {}, burn: Parameters<typeof aBurnedRelease>[0] = {}): Partial<Release> =>
  aBurnedRelease(burn, change)
const promoted = (podTemplateHash: string, rolloutRevision: number, outcome: Release['outcome'] = 'promoted'): Release =>
  aRelease({ key: `${podTemplateHash}|${rolloutRevision}`, podTemplateHash, rolloutRevision, state: 'ended', outcome })

const ANYTHING: readonly Row[] = [
  ['the Rollout is gone', {}, null, {}, 'gone'],
  ['it may be gone, and that has not settled', {}, null, { settled: false }, undefined],
  ['another object has its name, at once', {}, { uid: 'uid-2' }, { settled: false }, 'gone'],
  ['its status is of before', {}, { observed: false }, {}, undefined],
  ['the controller refuses its spec', {}, { invalidSpec: 'no strategy' }, {}, undefined],
  ['the controller has named no template', {}, { currentPodHash: undefined }, {}, undefined],
]

const moved: Partial<Release> = { applied: applied('v2') }
const AT_N: readonly Row[] = [
  ['it serves and Git has moved', {}, {}, {}, 'restored'],
  ['another version is stable still', {}, { stableRS: 'abc' }, {}, undefined],
  ['it is not Healthy yet', {}, { phase: 'Progressing' }, {}, undefined],
  ['it was the first one', { stableHash: 'abc', podTemplateHash: 'abc' }, {}, {}, 'superseded'],
  ['something was told by hand', {}, {}, { wish: { state: 'undone', revisions: [] } }, undefined],
  [
    'Git asks for it, whatever was told by hand',
    {},
    {},
    { restoredInGit: () => true, wish: { state: 'undone', revisions: [] } },
    'restored',
  ],
  ['there was another sync, and nobody knows its own', {}, {}, { syncs: [aSync('v3')] }, 'restored'],
  ['so it is, and Argo CD cannot compare', {}, {}, { syncs: [aSync('v3')], wish: { state: 'unknown', revisions: [] } }, undefined],
  [
    'its own sync is known, and Argo CD cannot compare',
    moved,
    {},
    { syncs: [aSync('v3')], wish: { state: 'unknown', revisions: [] } },
    'restored',
  ],
  ['no sync is told of, and it has not settled', {}, {}, { settled: false }, undefined],
  ['so it is, and nobody compares', {}, {}, { settled: false, wish: { state: 'unknown', revisions: [] } }, 'restored'],
  ['no sync is told of any more', moved, {}, {}, 'restored'],
  ['Applications are not seen', {}, {}, { seesApplications: false }, undefined],
  ['there was another sync, and Git asks for something else', moved, {}, { syncs: [aSync('v3')] }, 'restored'],
  ['the parameters ask for something else', moved, {}, { syncs: [aSync('v3')], movedInGit: () => 'by-parameters' }, 'restored'],
  ['there was another sync, and Git asks for the same', moved, {}, { syncs: [aSync('v3')], movedInGit: () => false }, undefined],
  ['there was another sync, and Git has not answered', moved, {}, { syncs: [aSync('v3')], movedInGit: () => undefined }, undefined],
  ['the newest sync is its own', moved, {}, { syncs: [aSync('v2')] }, undefined],
  ['it failed by itself, whatever of alerts', {}, {}, { alerts: unanswered }, 'restored'],
  ['its alert fires', burned(), {}, { alerts: firing }, undefined],
  ['nobody says whether its alert fires', burned(), {}, { alerts: unanswered }, undefined],
  ['its alert is over', burned(), {}, { alerts: quiet }, 'restored'],
  ['nobody is asked for alerts any more', burned(), {}, {}, 'restored'],
]

const X = { currentPodHash: 'x', stableRS: 'x' }
const back: Seen = { restoredInGit: () => true }
const later = [promoted('old', 3), promoted('x', 4)]
const undone: Partial<Release> = { cause: 'undone' }
const wish = (state: Observation['wish']['state'], more: Partial<Observation['wish']> = {}): Seen => ({
  wish: { state, revisions: [], ...more },
})
const running: Seen = { ...wish('met'), settled: false, underWay: [aSync('v2')] }

const AT_ANOTHER: readonly Row[] = [
  ['it serves, and Git has taken the release back', {}, X, back, 'restored'],
  ['that is not Healthy yet', {}, { ...X, phase: 'Progressing' }, back, undefined],
  ['that is no stable version yet', {}, { ...X, stableRS: 'old' }, back, undefined],
  ['that fails, too', {}, X, { ...back, serving: at('x', 4, { failure }) }, 'superseded'],
  ['Git has not taken it back', {}, X, {}, 'superseded'],
  ['its alert fires on, and two versions were promoted since', burned(), X, { ...back, alerts: firing, past: later }, 'superseded'],
  [
    'so it is, and the newer one is not Healthy',
    burned(),
    { ...X, phase: 'Degraded' },
    { ...back, alerts: firing, past: later },
    undefined,
  ],
  ['one was promoted', burned(), X, { ...back, alerts: firing, past: [promoted('x', 4)] }, undefined],
  ['one was promoted twice', burned(), X, { ...back, alerts: firing, past: [promoted('x', 3), promoted('x', 5)] }, undefined],
  [
    'one of two was promoted',
    burned(),
    X,
    { ...back, alerts: firing, past: [promoted('old', 3, 'superseded'), promoted('x', 4)] },
    undefined,
  ],
  ['one of two is the release itself', burned(), X, { ...back, alerts: firing, past: [promoted('abc', 2), promoted('x', 4)] }, undefined],
  ['what Git asks for has settled', moved, X, wish('met'), 'superseded'],
  ['its sync runs still', moved, X, running, undefined],
  ['its sync runs still, and it has not failed', { ...moved, state: 'rolling' }, X, running, 'superseded'],
  ['another sync runs', moved, X, { ...running, underWay: [aSync('v3')] }, 'superseded'],
  ['its sync runs still, by a look that has settled', moved, X, { ...running, settled: true }, 'superseded'],
  ['neither its sync nor any other is known', {}, X, { ...running, underWay: [] }, 'superseded'],
  ['nobody compares what was undone', undone, X, wish('unknown', { why: 'not-compared' }), undefined],
  ['nobody owns what was undone', undone, X, wish('unknown'), 'superseded'],
  ['nobody compares what has failed', {}, X, wish('unknown', { why: 'not-compared' }), 'superseded'],
  ['Git asks for it, against what was told by hand', {}, X, wish('undone', { wanted: 'abc' }), undefined],
  ['Git asks for another, against what was told by hand', {}, X, wish('undone', { wanted: 'y' }), 'superseded'],
  ['no sync has applied what Git asks for by now', {}, X, wish('undone', { wanted: 'abc', isNewer: true }), 'superseded'],
  ['so it is of what was undone', undone, X, wish('undone', { wanted: 'abc', isNewer: true }), undefined],
  ['a sync is awaited', {}, X, wish('waiting-for-sync', { wanted: 'abc' }), 'superseded'],
]

const ABC = { currentPodHash: 'abc', stableRS: 'abc' }
const again: Seen = { serving: at('abc', 4), replicaSets: [aReplicaSet('abc', 4), aReplicaSet('old', 3)], syncs: [aSync('v3')] }

const AT_ITSELF: readonly Row[] = [
  ['it serves', {}, ABC, { serving: at('abc', 2) }, 'promoted'],
  ['it is not Healthy yet', {}, { ...ABC, phase: 'Progressing' }, { serving: at('abc', 2) }, undefined],
  ['the controller is moving the numbers', {}, ABC, { serving: at('abc', 2, { current: undefined }) }, undefined],
  ['its alert fires', burned(), ABC, { serving: at('abc', 2), alerts: firing }, undefined],
  [
    'its alert and its window are over',
    burned({}, { bakeMs: MINUTE, state: 'resolved', quietSince: 1 }),
    ABC,
    { serving: at('abc', 2), alerts: quiet },
    'promoted',
  ],
  ['an alert named it, and it runs under a new number', burned(), ABC, again, 'superseded'],
  ['it was undone, and serves again under a new number', undone, ABC, again, 'promoted'],
  ['it was undone, and does not serve yet under a new number', undone, { ...ABC, phase: 'Progressing' }, again, undefined],
  [
    'it was undone, and fails under a new number',
    { ...undone, ...moved },
    ABC,
    { ...again, serving: at('abc', 4, { failure }) },
    'restored',
  ],
  ['N ran in between, and Git has moved', moved, ABC, again, 'restored'],
  ['N ran in between, and the parameters have moved', moved, ABC, { ...again, movedInGit: () => 'by-parameters' }, 'restored'],
  ['N ran in between, and Git knows it restored', {}, ABC, { ...again, restoredInGit: () => true }, 'restored'],
  ['N ran in between, and Git has not answered', moved, ABC, { ...again, movedInGit: () => undefined }, undefined],
  ['N ran in between, and Git asks for the same', moved, ABC, { ...again, movedInGit: () => false }, 'superseded'],
  ['N ran in between, and its own sync is not known', {}, ABC, again, 'superseded'],
  ['N ran in between, and no sync is told of', moved, ABC, { ...again, syncs: [] }, 'superseded'],
  ['N ran in between, and the newest sync is its own', moved, ABC, { ...again, syncs: [aSync('v2')] }, 'superseded'],
  ['N has a number of before', moved, ABC, { ...again, replicaSets: [aReplicaSet('old', 1)] }, 'superseded'],
  ['N has its number', moved, ABC, { ...again, replicaSets: [aReplicaSet('old', 2)] }, 'superseded'],
  ["N's ReplicaSet is gone", moved, ABC, { ...again, replicaSets: [] }, 'superseded'],
  ['there was no N', { ...moved, stableHash: null }, ABC, again, 'superseded'],
]

describe.each([
  ['whatever is asked for', ANYTHING],
  ['where N is asked for', AT_N],
  ['where another version is asked for', AT_ANOTHER],
  ['where it is asked for itself', AT_ITSELF],
])('how a release has ended, %s', (_, rows) => {
  it.each(rows)('is told where %s', (_what, ...[release, rollout, look, end]) => {
    expect(endsAs(release, rollout, look)).toBe(end)
  })
})

it('a release is over for its alert where no alert named it, nobody is asked, or the alert is gone', () => {
  const over = (release: Partial<Release>, alerts: Seen['alerts']) =>
    isOverForAlert(aRelease({ key: 'r', ...release }), aLook({}, { alerts }))
  expect([over({}, firing), over(burned(), undefined), over(burned(), quiet)]).toEqual([true, true, true])
  expect([over(burned(), firing), over(burned(), unanswered), over(burned(), { ...quiet, askedAt: undefined })]).toEqual([
    false,
    false,
    false,
  ])
})

describe('what brought N back', () => {
  const byParameters: Seen = { syncs: [aSync('v3')], movedInGit: () => 'by-parameters' }
  const brought = (outcome: End, look: Seen, release: Partial<Release> = moved) =>
    restoredBy(aRelease({ key: 'r', ...release }), outcome, aLook({}, { ...byParameters, ...look }))

  it("is told where the Application's own parameters did", () => {
    expect(brought('restored', {})).toBe('parameters')
  })

  it.each<[string, End, Seen, Partial<Release>]>([
    ['a commit did', 'restored', { movedInGit: () => true }, moved],
    ['it did not end so', 'superseded', {}, moved],
    ['Git knows it restored', 'restored', { restoredInGit: () => true }, moved],
    ['Git knows its flags restored', 'restored', { restoredInGit: () => true }, { ...moved, ...burned({}, { flags: ['a.yaml'] }) }],
    ['Git need not be asked', 'restored', { syncs: [aSync('v2')] }, moved],
  ])('is a commit, or nothing to be told, where %s', (_, outcome, look, release) => {
    expect(brought(outcome, look, release)).toBeUndefined()
  })
})
