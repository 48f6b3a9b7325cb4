import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Release } from '../../../src/domain/release/release.ts'
import {
  moveRelease,
  RELEASE_TABLE,
  releaseStanding,
  type ReleaseEvent,
  type ReleaseFacts,
} from '../../../src/domain/release/transitions.ts'
import { aRelease } from '../../contract/ledger-documents.ts'

const facts = { key: 'r1', serving: 'rolling', waiting: null, attempts: [], preExisting: false } as unknown as ReleaseFacts

/** What each event carries. The compiler asks for every one of them, so that none can be left out below. */
const CARRIES = {
  'release-started': 'all facts',
  'release-failed': 'all facts',
  'release-undone': 'all facts',
  'release-burned': 'all facts',
  'release-updated': 'news',
  'release-retried': 'news',
  'release-relapsed': 'news',
  'release-decided': 'news',
  'release-adopted': 'news',
  'release-traced': 'news',
  'release-freed': 'news',
  'release-shown': 'news',
  'release-policy': 'news',
  'release-gathered': 'news',
  'release-acknowledged': 'news',
  'release-snoozed': 'news',
  'release-ended': 'an outcome',
} as const satisfies Record<ReleaseEvent['type'], string>
const TYPES = Object.keys(CARRIES) as ReleaseEvent['type'][]
const outcome = fc.constantFrom('restored' as const, 'superseded' as const, 'promoted' as const, 'gone' as const)

function eventOf(type: ReleaseEvent['type']): fc.Arbitrary<ReleaseEvent> {
  if (type === 'release-ended') return outcome.map((one) => ({ type, outcome: one, at: 7 }))
  const news = CARRIES[type] === 'news' ? { author: 'Ada' } : facts
  return fc.constant({ type, facts: news } as ReleaseEvent)
}

/** Anything that may happen, at any time. */
const event: fc.Arbitrary<ReleaseEvent> = fc.oneof(...TYPES.map(eventOf))
/** What brings back what has ended. */
const BACK: readonly ReleaseEvent['type'][] = ['release-undone', 'release-burned']

describe('the table of a release', () => {
  it('is where every event leads, from wherever events can have led before; what has no row changes nothing', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        let release: Release | undefined
        for (const one of events) {
          const step = RELEASE_TABLE[releaseStanding(release)][one.type]
          const next = moveRelease(release, one)
          expect(next && { to: releaseStanding(next.release), effects: next.effects }).toEqual(
            step && { to: step.to, effects: step.effects },
          )
          release = next?.release ?? release
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('has no event but these, and each of them in a row', () => {
    const inTable = Object.values(RELEASE_TABLE).flatMap((rows) => Object.keys(rows))
    expect([...new Set(inTable)].sort()).toEqual(TYPES.toSorted())
  })

  it('has more to be written at a beginning, where a PR may stand for it already, and at an end; at nothing else', () => {
    const all = Object.entries(RELEASE_TABLE).flatMap(([standing, rows]) =>
      Object.entries(rows).map(([type, { effects }]) => [`${standing} ${type}`, effects] as const),
    )
    expect(Object.fromEntries(all.filter(([, effects]) => effects.length > 0))).toEqual({
      'none release-started': ['follow-revert'],
      'none release-failed': ['follow-revert'],
      'rolling release-ended': ['trace-release', 'tell-people'],
      'failed release-ended': ['trace-release', 'tell-people'],
    })
  })

  it('ends with who serves from then on, waits for nobody, and says what brought N back only where that is told', () => {
    const release = aRelease({ key: 'r', serving: 'split', waiting: { reason: 'Inconclusive', evidence: [] } })
    const ended = (event: Partial<Extract<ReleaseEvent, { type: 'release-ended' }>>): Release | undefined =>
      moveRelease(release, { type: 'release-ended', outcome: 'restored', at: 7, ...event })?.release
    const over = { ...release, state: 'ended', outcome: 'restored', endedAt: 7, waiting: null, serving: 'in-step' }
    expect(ended({})).toStrictEqual(over)
    expect(ended({ restoredBy: 'parameters' })).toStrictEqual({ ...over, restoredBy: 'parameters' })
    expect(ended({ outcome: 'gone' })).toStrictEqual({ ...over, outcome: 'gone', serving: 'unknown' })
  })

  it('leaves an end only for what somebody has undone by hand, or an alert names: then it is failed and open again', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), event, (events, last) => {
        const release = events.reduce<Release | undefined>((one, next) => moveRelease(one, next)?.release ?? one, undefined)
        fc.pre(release?.state === 'ended')
        const after = moveRelease(release, last)?.release ?? release
        const expected = BACK.includes(last.type) ? ['failed', 'open', null] : [release?.state, release?.outcome, release?.endedAt]
        expect([after?.state, after?.outcome, after?.endedAt]).toEqual(expected)
      }),
      { numRuns: 2_000 },
    )
  })

  it('is open as long as it has not ended', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const release = events.reduce<Release | undefined>((one, next) => moveRelease(one, next)?.release ?? one, undefined)
        expect(release?.outcome === 'open').toBe(release !== undefined && release.state !== 'ended')
      }),
      { numRuns: 1_000 },
    )
  })
})
