import { describe, expect, it } from 'vitest'
import type { SeenAlert } from '../../../src/domain/alert/alert.ts'
import { isKnownClean, weighAlert, weighFlags, type Weighed, type Windows } from '../../../src/domain/alert/weigh.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { ReplicaSetSnapshot } from '../../../src/domain/rollout/snapshots.ts'

const MINUTE = 60_000
const NOW = Date.parse('2026-12-01T12:00:00Z')
const BAKE = 60 * MINUTE

const release = (hash: string, rolloutRevision: number, more: Partial<Release> = {}): Release =>
  ({
    key: `${hash}|${rolloutRevision}`,
    podTemplateHash: hash,
    rolloutRevision,
    stableHash: 'n',
    startedAt: NOW - 30 * MINUTE,
    state: 'ended',
    outcome: 'promoted',
    endedAt: NOW - 20 * MINUTE,
    attempts: [],
    cause: null,
    ...more,
  }) as Release

const set = (podTemplateHash: string, rolloutRevision: number, createdAt: number, formerRevisions: number[] = []) =>
  ({ podTemplateHash, rolloutRevision, createdAt, formerRevisions }) as unknown as ReplicaSetSnapshot

const alert = (beganAt: number, more: Partial<SeenAlert> = {}): SeenAlert => ({
  fingerprint: 'f',
  name: 'Burn',
  labels: {},
  annotations: {},
  state: 'firing',
  beganAt,
  link: undefined,
  past: { result: 'told', since: NOW - 24 * 60 * MINUTE, spells: [{ from: beganAt, to: NOW }] },
  ...more,
})

const weighed = (more: Partial<Weighed> = {}): Weighed => ({
  serving: { state: 'in-step', current: { podTemplateHash: 'a', rolloutRevision: 2 } },
  past: [release('a', 2)],
  replicaSets: [set('a', 2, NOW - 30 * MINUTE), set('n', 1, NOW - 24 * 60 * MINUTE)],
  ...more,
})

const WINDOWS: Windows = { bakeMs: BAKE }

const verdictOf = (one: SeenAlert, more: Partial<Weighed> = {}): unknown => weighAlert(one, weighed(more), WINDOWS).verdict

describe('an alert', () => {
  it('that begins within the window of what runs names it', () => {
    expect(weighAlert(alert(NOW), weighed(), WINDOWS)).toMatchObject({ verdict: 'burn', release: { key: 'a|2' }, others: 0 })
  })

  it.each([
    ['at the promotion', -20 * MINUTE, 'before-promotion'],
    ['a moment after it, by two clocks', -20 * MINUTE + 5_000, 'before-promotion'],
    ['right after that', -20 * MINUTE + 5_001, 'burn'],
    ['at the end of the window', 40 * MINUTE, 'burn'],
    ['after it', 40 * MINUTE + 1, 'after-window'],
  ])('that begins %s is weighed by that', (_, at, verdict) => {
    expect(verdictOf(alert(NOW + at))).toBe(verdict)
  })

  it('whose condition held before the promotion began then, whenever it fired', () => {
    const from = NOW - 21 * MINUTE
    const past = { result: 'told', since: 0, spells: [{ from, to: NOW }] } as const
    expect(verdictOf(alert(NOW - MINUTE, { past }))).toBe('before-promotion')
  })

  it('that has fired before the promotion, too, names nothing', () => {
    const before = { from: NOW - 90 * MINUTE, to: NOW - 80 * MINUTE }
    const past = { result: 'told', since: 0, spells: [before, { from: NOW, to: NOW }] } as const
    expect(verdictOf(alert(NOW, { past }))).toBe('fired-before')
  })

  it('names nothing while the Rollout is between two versions, or what runs was not seen being promoted', () => {
    expect(verdictOf(alert(NOW), { serving: { state: 'rolling', current: { podTemplateHash: 'b', rolloutRevision: 3 } } })).toBe(
      'during-rollout',
    )
    const rolling = release('b', 3, { state: 'rolling', outcome: 'open', endedAt: null, startedAt: NOW - MINUTE })
    expect(verdictOf(alert(NOW), { past: [rolling, release('a', 2)] })).toBe('during-rollout')
    expect(verdictOf(alert(NOW), { past: [] })).toBe('not-seen-promoted')
  })

  it.each([
    ['was promoted within twice the window', { past: [release('a', 2), release('n', 1, { endedAt: NOW - 110 * MINUTE, startedAt: 0 })] }],
    [
      'was tried since the promotion',
      { past: [release('a', 2), release('b', 3, { startedAt: NOW - 10 * MINUTE, outcome: 'superseded' })] },
    ],
    ['was made within twice the window, and nobody saw it promoted', { replicaSets: [set('n', 1, NOW - 110 * MINUTE)] }],
    ['came back once, and nobody saw when', { replicaSets: [set('n', 1, 0, [1])] }],
  ])('leaves it open which release it is where another %s', (_, more) => {
    expect(weighAlert(alert(NOW), weighed(more), WINDOWS)).toMatchObject({ verdict: 'burn', others: 1 })
  })

  it('leaves nothing open where the other one is longer ago, or is known never to have been promoted', () => {
    const old = release('n', 1, { endedAt: NOW - 121 * MINUTE, startedAt: 0 })
    expect(weighAlert(alert(NOW), weighed({ past: [release('a', 2), old] }), WINDOWS)).toMatchObject({ others: 0 })
    const failed = release('x', 2, { outcome: 'superseded', startedAt: NOW - 40 * MINUTE })
    const replicaSets = [set('x', 2, NOW - 40 * MINUTE)]
    expect(weighAlert(alert(NOW), weighed({ past: [release('a', 2), failed], replicaSets }), WINDOWS)).toMatchObject({ others: 0 })
  })
})

describe('what an alert has done before', () => {
  const promoted = NOW - 20 * MINUTE
  const clean = (past: SeenAlert['past']): boolean => isKnownClean({ beganAt: NOW, past }, promoted, BAKE)

  it('is known where it reaches back for twice the window, and has the alert itself', () => {
    const spells = [{ from: NOW, to: NOW }]
    expect(clean({ result: 'told', since: promoted - 2 * BAKE, spells })).toBe(true)
    expect(clean({ result: 'told', since: promoted - 2 * BAKE + 1, spells })).toBe(false)
    expect(clean({ result: 'told', since: 0, spells: [] })).toBe(false)
    const long = 600 * MINUTE
    const isClean = (before: number): boolean =>
      isKnownClean({ beganAt: NOW, past: { result: 'told', since: promoted - before, spells } }, promoted, long)
    expect([isClean(12 * 60 * MINUTE), isClean(12 * 60 * MINUTE - 1)]).toEqual([true, false])
    expect(clean({ result: 'told', since: 0, spells: [{ from: NOW - 10 * MINUTE, to: NOW - 9 * MINUTE }] })).toBe(false)
    expect(clean({ result: 'unknown', detail: 'nobody keeps it' })).toBe(false)
  })
})

describe('an alert after a sync of flags', () => {
  const applied = NOW - 20 * MINUTE
  const long = NOW - 24 * 60 * MINUTE
  const old = { past: [], replicaSets: [set('a', 2, long)], rollout: { healthySince: long } }
  const verdict = (one: SeenAlert, { bakeMs = BAKE, ruledBakeMs, ...more }: Partial<Weighed & Windows> = {}): unknown =>
    weighFlags(one, weighed({ ...old, ...more }), { bakeMs, ruledBakeMs }, applied)

  it.each([
    ['before it had ended', applied - 1, 'before-promotion'],
    ['a moment after it, by two clocks', applied + 5_000, 'before-promotion'],
    ['right after that', applied + 5_001, 'burn'],
    ['at the end of the window', applied + BAKE, 'burn'],
    ['after it', applied + BAKE + 1, 'after-window'],
  ])('that begins %s is weighed by that', (_, at, expected) => {
    expect(verdict(alert(at))).toMatchObject({ verdict: expected })
  })

  it('that has fired before it, too, names no flag', () => {
    const before = { from: applied - 90 * MINUTE, to: applied - 80 * MINUTE }
    const past = { result: 'told', since: 0, spells: [before, { from: NOW, to: NOW }] } as const
    expect(verdict(alert(NOW, { past }))).toMatchObject({ verdict: 'fired-before' })
  })

  it.each([
    ['a template was promoted within twice the window', { past: [release('a', 2, { endedAt: NOW - 110 * MINUTE, startedAt: 0 })] }],
    ['one was tried', { past: [release('x', 3, { endedAt: NOW - 100 * MINUTE, startedAt: 0, outcome: 'superseded' })] }],
    ['what runs was made, and nobody saw it promoted', { replicaSets: [set('a', 2, NOW - 110 * MINUTE)] }],
    ['what runs was tried for long, and nobody saw it promoted', { rollout: { healthySince: NOW - 110 * MINUTE } }],
    ['nobody says since when what runs does so', { rollout: {} }],
    [
      'a window of its own is shorter than that of the rules',
      { past: [release('x', 3, { endedAt: NOW - 200 * MINUTE, startedAt: 0 })], ruledBakeMs: 2 * BAKE },
    ],
    ['what runs came back once, and nobody saw when', { replicaSets: [set('a', 2, 0, [1])] }],
  ])('leaves it open where %s', (_, more) => {
    expect(verdict(alert(NOW), more)).toMatchObject({ verdict: 'burn', others: 1 })
  })

  it('leaves nothing open where Kedge has seen for long what runs, though its pods came and went since', () => {
    const rollout = { healthySince: NOW - 30 * MINUTE }
    expect(verdict(alert(NOW), { rollout, version: () => ({ healthyAt: long }) })).toMatchObject({ verdict: 'burn', others: 0 })
    expect(verdict(alert(NOW), { rollout, version: () => ({ healthyAt: NOW - 110 * MINUTE }) })).toMatchObject({ others: 1 })
  })

  it('leaves nothing open where one version has served for long', () => {
    expect(verdict(alert(NOW))).toMatchObject({ verdict: 'burn', others: 0 })
    const seen = release('a', 2, { endedAt: NOW - 121 * MINUTE, startedAt: 0 })
    expect(verdict(alert(NOW), { past: [seen] })).toMatchObject({ verdict: 'burn', others: 0 })
  })
})
