import { describe, expect, it } from 'vitest'
import { isKnownClean, lastSpell, promotedAt, weighAlert, weighFlags, type Weighed } from '../../../src/domain/alert/weigh.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { aBurn, anAlert, anAttempt, aReplicaSet, MINUTE, NOW } from '../release/a-look.ts'

// What is weighed at its very edges: `a` was promoted twenty minutes ago, over `n`, and an alert begins now. An hour is its window.

const PROMOTED = NOW - 20 * MINUTE
const WINDOWS = { bakeMs: 60 * MINUTE }
/** Twice the window before the alert. */
const EARLIEST = NOW - 120 * MINUTE
const release = (podTemplateHash: string, rolloutRevision: number, fields: Partial<Release> = {}): Release =>
  aRelease({
    key: `${podTemplateHash}|${rolloutRevision}`,
    podTemplateHash,
    rolloutRevision,
    stableHash: 'n',
    state: 'ended',
    outcome: 'promoted',
    startedAt: 0,
    endedAt: PROMOTED,
    ...fields,
  })
const A = release('a', 2)
const SET = aReplicaSet('a', 2, { createdAt: 0 })
const weighed = (fields: Partial<Weighed> = {}): Weighed => ({
  serving: { state: 'in-step', current: { podTemplateHash: 'a', rolloutRevision: 2 } },
  past: [A],
  replicaSets: [SET],
  rollout: { healthySince: 0 },
  ...fields,
})
/** It begins now, and was in these spells before. */
const alert = (...before: readonly (readonly [from: number, to: number])[]) =>
  anAlert({
    beganAt: NOW,
    past: { result: 'told', since: 0, spells: [...before, [NOW, NOW] as const].map(([from, to]) => ({ from, to })) },
  })
const byRelease = (fields: Partial<Weighed> = {}, one = alert()) => weighAlert(one, weighed({ rollout: undefined, ...fields }), WINDOWS)
const byFlags = (fields: Partial<Weighed> = {}, one = alert()) => weighFlags(one, weighed({ past: [], ...fields }), WINDOWS, PROMOTED)
const superseded = (hash: string, revision: number, fields: Partial<Release> = {}): Release =>
  release(hash, revision, { outcome: 'superseded', endedAt: NOW + 1, ...fields })

it('a release was promoted when it ended so, or when what burns since says; and else never', () => {
  const burned = [anAttempt(), anAttempt({ burn: aBurn({ promotedAt: 7 }) })]
  expect([promotedAt(A), promotedAt({ ...A, attempts: burned }), promotedAt({ ...A, outcome: 'open', attempts: burned })]).toEqual([
    PROMOTED,
    7,
    7,
  ])
  expect([promotedAt({ ...A, outcome: 'superseded' }), promotedAt({ ...A, endedAt: null })]).toEqual([undefined, undefined])
})

describe('an alert', () => {
  it.each(['pending', 'silenced', 'inhibited'] as const)('that is %s says nothing, whatever it is about', (state) => {
    expect([byRelease({}, anAlert({ state })).verdict, byFlags({}, anAlert({ state })).verdict]).toEqual([state, state])
  })

  it('says nothing while the Rollout is between two versions, and where a release had begun by then', () => {
    const rolling = { serving: { ...weighed().serving, state: 'rolling' } } as const
    const nameless = { serving: { state: 'in-step', current: undefined } } as const
    const begun = (startedAt: number): Partial<Weighed> => ({ past: [A, release('x', 3, { state: 'failed', outcome: 'open', startedAt })] })
    expect([rolling, nameless, begun(NOW)].map((seen) => [byRelease(seen).verdict, byFlags(seen).verdict])).toEqual(
      Array.from({ length: 3 }, () => ['during-rollout', 'during-rollout']),
    )
    expect(byRelease(begun(NOW + 1)).verdict).toBe('burn')
  })

  it('names the release of the version and the number that run, and no other', () => {
    expect(byRelease({ past: [release('b', 2, { endedAt: 1 }), release('a', 1, { endedAt: 1 }), A] })).toMatchObject({
      release: { key: 'a|2' },
    })
    expect(byRelease({ past: [superseded('a', 2)] }).verdict).toBe('not-seen-promoted')
  })

  it('has fired before where it did so until a moment after the promotion, by two clocks', () => {
    const fired = (from: number): unknown[] => [
      byRelease({}, alert([from, from + 1])).verdict,
      byFlags({}, alert([from, from + 1])).verdict,
    ]
    expect(fired(PROMOTED + 5_000)).toEqual(['fired-before', 'fired-before'])
    expect(fired(PROMOTED + 5_001)).toEqual(['burn', 'burn'])
  })

  it('is held against when what runs was healthy, where that was seen more than a minute later', () => {
    const promotion = (healthySince: number): unknown => byRelease({ rollout: { healthySince } })
    expect(promotion(PROMOTED - MINUTE)).toMatchObject({ promotedAt: PROMOTED })
    expect(promotion(PROMOTED - MINUTE - 1)).toMatchObject({ promotedAt: PROMOTED - MINUTE - 1 })
  })
})

describe('another template may be meant', () => {
  const N = (createdAt: number, formerRevisions: readonly number[] = []): Partial<Weighed> => ({
    replicaSets: [SET, aReplicaSet('n', 1, { createdAt, formerRevisions })],
  })
  type Row = [others: number, what: string, fields: Partial<Weighed>]

  it.each<Row>([
    [1, 'promoted twice the window before', { past: [A, release('x', 1, { endedAt: EARLIEST })] }],
    [0, 'promoted longer ago', { past: [A, release('x', 1, { endedAt: EARLIEST - 1 })] }],
    [1, 'promoted at that very moment', { past: [A, release('x', 3, { endedAt: NOW })] }],
    [0, 'promoted later', { past: [A, release('x', 3, { endedAt: NOW + 1 })] }],
    [1, 'tried since the promotion', { past: [A, superseded('x', 3, { startedAt: PROMOTED })] }],
    [0, 'tried before it', { past: [A, superseded('x', 3, { startedAt: PROMOTED - 1 })] }],
    [1, 'tried at that very moment', { past: [A, superseded('x', 3, { startedAt: NOW })] }],
    [0, 'tried later', { past: [A, superseded('x', 3, { startedAt: NOW + 1 })] }],
    [1, 'made twice the window before, unseen', N(EARLIEST)],
    [0, 'made longer ago, unseen', N(EARLIEST - 1)],
    [0, 'made since, and promoted long ago', { ...N(NOW), past: [A, release('n', 1, { endedAt: 1 })] }],
    [1, 'made since, and promoted long ago under another number', { ...N(NOW), past: [A, release('n', 0, { endedAt: 1 })] }],
    [1, 'made since as N, and not seen promoted', { ...N(NOW), past: [A, superseded('n', 1)] }],
    [
      0,
      'made since, and tried without being promoted',
      { replicaSets: [aReplicaSet('x', 3, { createdAt: NOW })], past: [A, superseded('x', 3)] },
    ],
    [
      1,
      'made since, and nobody has heard of it',
      { replicaSets: [aReplicaSet('x', 3, { createdAt: NOW })], past: [A, superseded('y', 3)] },
    ],
  ])('by a release, %i of one: %s', (others, _, fields) => {
    expect(byRelease(fields)).toMatchObject({ verdict: 'burn', others })
  })

  it.each<Row>([
    [1, 'promoted twice the window before', { past: [release('x', 1, { endedAt: EARLIEST })] }],
    [0, 'promoted longer ago', { past: [release('x', 1, { endedAt: EARLIEST - 1 })] }],
    [1, 'promoted at that very moment', { past: [release('x', 1, { endedAt: NOW })] }],
    [0, 'promoted later', { past: [release('x', 1, { endedAt: NOW + 1 })] }],
    [1, 'tried within twice the window', { past: [superseded('x', 1, { startedAt: EARLIEST })] }],
    [1, 'made twice the window before, unseen', { replicaSets: [aReplicaSet('x', 1, { createdAt: EARLIEST })] }],
    [0, 'made longer ago', { replicaSets: [aReplicaSet('x', 1, { createdAt: EARLIEST - 1 })] }],
    [
      0,
      'made since, and promoted long ago',
      { replicaSets: [aReplicaSet('x', 1, { createdAt: NOW })], past: [release('x', 1, { endedAt: 1 })] },
    ],
    [
      1,
      'made since, and promoted under another number',
      { replicaSets: [aReplicaSet('x', 1, { createdAt: NOW })], past: [release('x', 0, { endedAt: 1 })] },
    ],
    [
      1,
      'made since, and only another promoted',
      { replicaSets: [aReplicaSet('x', 1, { createdAt: NOW })], past: [release('y', 1, { endedAt: 1 })] },
    ],
    [1, 'made since, and never promoted', { replicaSets: [aReplicaSet('x', 1, { createdAt: NOW })], past: [superseded('x', 1)] }],
    [1, 'seen to serve twice the window before', { rollout: { healthySince: EARLIEST } }],
    [0, 'seen to serve longer ago', { rollout: { healthySince: EARLIEST - 1 } }],
  ])('than a flag, %i of one: %s', (others, _, fields) => {
    expect(byFlags(fields)).toMatchObject({ verdict: 'burn', others })
  })
})

describe('what is kept of an alert', () => {
  const clean = (...before: readonly (readonly [number, number])[]): boolean => isKnownClean(alert(...before), PROMOTED, WINDOWS.bakeMs)

  it('speaks for it where each spell began after the promotion', () => {
    expect([clean(), clean([PROMOTED + 5_001, NOW - 1]), clean([PROMOTED + 5_000, NOW - 1])]).toEqual([true, true, false])
    expect(clean([1, 2], [PROMOTED + 5_001, NOW - 1])).toBe(false)
  })

  it('is of the spell that it is in, by two clocks', () => {
    const of = (from: number, to: number) => lastSpell({ beganAt: NOW, past: { result: 'told', since: 0, spells: [{ from, to }] } })
    expect([of(NOW + 5_000, NOW + 9_000), of(NOW - 9_000, NOW - 5_000)].map((spell) => spell !== undefined)).toEqual([true, true])
    expect([of(NOW + 5_001, NOW + 9_000), of(NOW - 9_000, NOW - 5_001)]).toEqual([undefined, undefined])
  })
})
