import { expect, it } from 'vitest'
import type { Release } from '../../../../src/domain/release/release.ts'
import { isByHand, type StayQuestion } from '../../../../src/reconcile/git-facts/syncs/by-hand.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { anAttempt, applied, aReplicaSet } from '../../../domain/release/a-look.ts'

const SKEW = 5_000
const [FAILED, UNDONE] = [[anAttempt()], [anAttempt({ cause: 'undone' })]]

/** N has left at number 1, X ran at number 2, N came back with number 3, and N+1 has failed with number 4. */
const n = aReplicaSet('old', 3, { formerRevisions: [1], createdAt: 1_000 })
const x = aReplicaSet('x', 2, { createdAt: 50_000 })
const next = aReplicaSet('abc', 4, { createdAt: 90_000 })
const ofNext = aRelease({ key: 'next', rolloutRevision: 4 })

const ofX = (fields: Partial<Release> = {}): Release =>
  aRelease({ key: 'x', podTemplateHash: 'x', rolloutRevision: 2, attempts: FAILED, startedAt: 50_000, applied: applied('x'), ...fields })
const ofN = (fields: Partial<Release> = {}): Release =>
  aRelease({ key: 'n', podTemplateHash: 'old', stableHash: 'x', rolloutRevision: 3, startedAt: 70_000, applied: applied('n'), ...fields })

const ask = (fields: Partial<StayQuestion> = {}): boolean =>
  isByHand({
    replicaSets: [x, n, next],
    stable: n,
    failing: next,
    release: ofNext,
    others: [],
    broughtAt: undefined,
    passedAt: undefined,
    renderN: [],
    ...fields,
  })

it.each<[string, Partial<StayQuestion>, boolean]>([
  ['something else ran since it had left', {}, true],
  ['it never left', { stable: aReplicaSet('old', 3) }, false],
  ['what ran in between is not in view', { replicaSets: [n, next] }, true],
  ['what ran in between is not in view, and a sync came later', { replicaSets: [n, next], broughtAt: 90_000 }, true],
  ['a sync has brought it back from what was made before that', { broughtAt: 50_000 }, false],
  ['the sync came before what ran in between', { broughtAt: 49_999 }, true],
  ['what ran in between had run before', { broughtAt: 50_000, replicaSets: [aReplicaSet('x', 2, { formerRevisions: [0] }), n] }, true],
  ['what ran in between is what fails now', { failing: aReplicaSet('x', 4), release: ofX({ key: 'next', rolloutRevision: 4 }) }, false],
])('whether N is back by hand, by what ran since its stay before: %s', (_, fields, expected) => {
  expect(ask(fields)).toBe(expected)
})

it.each<[string, readonly Release[], boolean]>([
  ['has failed over N', [ofX()], false],
  ['is rolling still', [ofX({ attempts: [] })], true],
  ['was undone before it could fail', [ofX({ attempts: UNDONE })], true],
  ['has failed over another version', [ofX({ stableHash: 'y' })], true],
  ['has failed over N then, and over another version before', [ofX(), ofX({ key: 'b', stableHash: 'y', rolloutRevision: 1 })], false],
  ['has failed over N then, and over another version since', [ofX(), ofX({ key: 'b', stableHash: 'y', rolloutRevision: 3 })], false],
  ['has failed, while another one ran over another version', [ofX(), ofX({ key: 'b', podTemplateHash: 'z', stableHash: 'y' })], false],
  ['has failed before', [ofX({ rolloutRevision: 1 })], false],
  ['has failed before, and not between', [ofX({ rolloutRevision: 1 }), ofX({ key: 'b', attempts: [] })], true],
  ['has failed between, and was undone later', [ofX(), ofX({ key: 'b', rolloutRevision: 5, cause: 'undone' })], true],
  ['has failed between, and not before', [ofX(), ofX({ key: 'b', rolloutRevision: 1, attempts: [] })], false],
  ['has failed between, and fails again', [ofX(), ofX({ key: 'b', rolloutRevision: 5, attempts: [] })], false],
  ['has failed twice between, once without an attempt', [ofX(), ofX({ key: 'b', attempts: [] })], true],
  ['has failed, and was promoted before', [ofX(), ofX({ key: 'b', rolloutRevision: 0, outcome: 'promoted' })], true],
  ['was undone, and has failed', [ofX({ cause: 'undone' })], true],
  ['is not what has failed', [ofX({ podTemplateHash: 'z' })], true],
])('N that came back from what %s', (_, others, expected) => {
  expect(ask({ others })).toBe(expected)
})

it('what fails now has failed as well, when it ran between', () => {
  expect(ask({ release: ofX({ rolloutRevision: 4 }) })).toBe(false)
})

/** N ran with numbers 1, 3 and 5, Y with number 2 and before, X with number 4. */
const y = aReplicaSet('y', 2, { formerRevisions: [0], createdAt: 10_000 })
const later = {
  replicaSets: [y, aReplicaSet('x', 4, { createdAt: 50_000 }), aReplicaSet('old', 5, { formerRevisions: [1, 3] })],
  stable: aReplicaSet('old', 5, { formerRevisions: [1, 3] }),
}
const ofY = ofX({ key: 'y', podTemplateHash: 'y', rolloutRevision: 2 })
const ofX4 = ofX({ rolloutRevision: 4 })

it.each<[string, Partial<StayQuestion>, boolean]>([
  ['by hand, before it came back from a failure', { others: [ofX4] }, true],
  ['from failures each time', { others: [ofX4, ofY] }, false],
  ['from failures, one of what had run over another before', { others: [ofX4, ofY, ofX({ key: 'c', stableHash: 'y' })] }, false],
  ['by hand, before a sync brought it back', { broughtAt: 50_000 }, false],
  ['by hand, before a sync that came earlier than a failure', { broughtAt: 49_999, others: [ofX4] }, true],
  ['from one failure, and from what is not in view', { others: [ofX4], replicaSets: later.replicaSets.slice(1) }, true],
])('N that had come back before %s', (_, fields, expected) => {
  expect(ask({ ...later, ...fields })).toBe(expected)
})

it('a sync brings N back from all that ran since, or from nothing', () => {
  const z = aReplicaSet('z', 5, { createdAt: 60_000 })
  const stable = aReplicaSet('old', 6, { formerRevisions: [1, 3] })
  const others = [ofX4, ofX({ key: 'z', podTemplateHash: 'z', rolloutRevision: 5 })]
  expect(ask({ ...later, stable, replicaSets: [...later.replicaSets.slice(0, 2), z], others, broughtAt: 50_000 })).toBe(true)
})

const RENDERS = { renderN: [applied('n'), applied('m')] }

it.each<[string, Partial<StayQuestion>, boolean]>([
  ['its own release began with what renders N', { ...RENDERS, others: [ofN()] }, false],
  ['that is said in so many words', { ...RENDERS, others: [ofN({ told: 'by-clocks' })] }, false],
  ['that is told by rendering, and is no word', { ...RENDERS, others: [ofN({ told: 'by-rendering' })] }, true],
  ['it began with something else', { ...RENDERS, others: [ofN({ applied: applied('o') })] }, true],
  ['it is not known what it began with', { ...RENDERS, others: [ofN({ applied: null })] }, true],
  ['it is of a former stay', { ...RENDERS, others: [ofN({ rolloutRevision: 1 })] }, true],
  ['others are known as well', { ...RENDERS, others: [ofN(), ofX({ attempts: [] })] }, false],
  ['it began before what was passed by', { others: [ofN()], passedAt: 70_000 + SKEW }, false],
  ['it began too near to what was passed by', { others: [ofN()], passedAt: 69_999 + SKEW }, true],
  ['a former one began before what was passed by', { others: [ofN({ rolloutRevision: 1 })], passedAt: 90_000 }, true],
  ['nothing was passed by', { others: [ofN({ told: 'by-rendering' })] }, true],
])('N is there as Git asks by its own release: %s', (_, fields, expected) => {
  expect(ask(fields)).toBe(expected)
})

const AFTER = 50_000 - SKEW

it.each<[string, Partial<StayQuestion>, boolean]>([
  ['another sync, clearly later', { broughtAt: AFTER - 1, others: [ofN(), ofX({ attempts: [] })] }, true],
  ['another sync, about as late', { broughtAt: AFTER, others: [ofN(), ofX({ attempts: [] })] }, false],
  ['the same sync', { broughtAt: 0, others: [ofN(), ofX({ attempts: [], applied: applied('n') })] }, false],
  ['no sync that is known', { broughtAt: 0, others: [ofN(), ofX({ attempts: [], applied: null })] }, false],
  ['a sync before its stay of then', { broughtAt: 0, others: [ofN(), ofX({ attempts: [], rolloutRevision: 1 })] }, false],
  ['a sync after N', { broughtAt: 0, others: [ofN(), ofX({ attempts: [], rolloutRevision: 3 })] }, false],
  ['several, of which one came later', { broughtAt: 0, others: [ofN(), ofX({ attempts: [], applied: null }), ofX({ key: 'b' })] }, true],
  ['another sync, while nobody knows when N was synced', { others: [ofN(), ofX({ attempts: [] })] }, false],
])("the word of N's own release is old where N came back from what began with %s", (_, fields, expected) => {
  expect(ask({ ...RENDERS, ...fields })).toBe(expected)
})

it('the word is old from the last of several stays on', () => {
  const [older, old] = [aReplicaSet('x', 2, { createdAt: 50_000 }), aReplicaSet('old', 5, { formerRevisions: [1, 3] })]
  const question = { ...RENDERS, stable: old, replicaSets: [older, old], broughtAt: 0 }
  expect(ask({ ...question, others: [ofN({ rolloutRevision: 5 }), ofX({ attempts: [] })] })).toBe(false)
  expect(ask({ ...question, others: [ofN({ rolloutRevision: 5 }), ofX({ attempts: [], rolloutRevision: 4 })] })).toBe(true)
})

it('the word is old where nothing is known of its own sync, and it began before something else', () => {
  const others = [ofN({ applied: null }), ofX({ attempts: [] })]
  expect(ask({ renderN: [{ application: '', revisions: [] }], others, broughtAt: 0 })).toBe(true)
})

const ofNew = (fields: Partial<Release> = {}): Release =>
  ofX({ key: 'new', podTemplateHash: 'new', rolloutRevision: 5, told: 'by-rendering', goodApplied: applied('m'), attempts: [], ...fields })

it.each<[string, Partial<StayQuestion>, boolean]>([
  ['was told to have N from what renders it', { others: [ofNew()] }, false],
  ['had run before', { others: [ofNew()], replicaSets: [x, n, aReplicaSet('new', 5, { formerRevisions: [1] })] }, true],
  ['is not in view', { others: [ofNew()], replicaSets: [x, n] }, true],
  ['has no name', { others: [ofNew({ podTemplateHash: null })] }, true],
  ['failed over another version', { others: [ofNew({ stableHash: 'y' })] }, true],
  ['failed over the stay before', { others: [ofNew({ rolloutRevision: 3 })] }, true],
  ['was told so by times alone', { others: [ofNew({ told: 'by-clocks' })] }, true],
  ['had N from something else', { others: [ofNew({ goodApplied: applied('o') })] }, true],
  ['had N from nothing that is known', { others: [ofNew({ goodApplied: null })] }, true],
])('N is there as Git asks by a new template that %s', (_, fields, expected) => {
  const replicaSets = [x, n, next, aReplicaSet('new', 5)]
  expect(ask({ ...RENDERS, replicaSets, ...fields })).toBe(expected)
})

it('nothing is as Git asks of a stay that has no number', () => {
  const stable = { ...n, rolloutRevision: undefined }
  expect(ask({ ...RENDERS, stable, replicaSets: [x, stable, aReplicaSet('new', 5)], others: [ofNew()] })).toBe(true)
})
