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

const facts = { key: 'r1', serving: 'rolling', waiting: null, attempts: [], preExisting: false } as unknown as ReleaseFacts
const NEWS = [
  'release-updated',
  'release-retried',
  'release-relapsed',
  'release-decided',
  'release-adopted',
  'release-traced',
  'release-freed',
  'release-gathered',
  'release-acknowledged',
  'release-snoozed',
] as const

/** Anything that may happen, at any time. */
const event: fc.Arbitrary<ReleaseEvent> = fc.oneof(
  fc.constantFrom('release-started' as const, 'release-failed' as const).map((type): ReleaseEvent => ({ type, facts })),
  fc.constantFrom(...NEWS).map((type): ReleaseEvent => ({ type, facts: { author: 'Ada' } })),
  fc
    .constantFrom('restored' as const, 'superseded' as const, 'promoted' as const, 'gone' as const)
    .map((outcome): ReleaseEvent => ({ type: 'release-ended', outcome, at: 7 })),
)

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

  it('never leaves an end', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), event, (events, last) => {
        const release = events.reduce<Release | undefined>((one, next) => moveRelease(one, next)?.release ?? one, undefined)
        fc.pre(release?.state === 'ended')
        const after = moveRelease(release, last)?.release ?? release
        expect([after?.state, after?.outcome, after?.endedAt]).toEqual([release?.state, release?.outcome, release?.endedAt])
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
