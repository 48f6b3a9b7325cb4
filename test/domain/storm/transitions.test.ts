import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Storm } from '../../../src/domain/storm/storm.ts'
import { moveStorm, STORM_TABLE, stormStanding, type StormEvent } from '../../../src/domain/storm/transitions.ts'

const cause: Storm['cause'] = { kind: 'metric', key: 'k', words: 'w', cluster: 'prod', metrics: [] }

/** Each event. The compiler asks for every one of them, so that none can be left out below. */
const EVENTS: { readonly [Type in StormEvent['type']]: Extract<StormEvent, { type: Type }> } = {
  'storm-begun': { type: 'storm-begun', storm: { key: 's', cause }, at: 1 },
  'storm-held': { type: 'storm-held' },
  'storm-passed': { type: 'storm-passed', at: 2 },
  'storm-released': { type: 'storm-released', by: 'ada', at: 3 },
  'storm-ended': { type: 'storm-ended', at: 4 },
}

/** Anything that may happen, at any time. */
const event: fc.Arbitrary<StormEvent> = fc.constantFrom(...Object.values(EVENTS))
const after = (events: readonly StormEvent[]) => events.reduce<Storm | undefined>((storm, one) => moveStorm(storm, one) ?? storm, undefined)

describe('the table of a storm', () => {
  it('is where every event leads, from wherever events can have led before; what has no row changes nothing', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), event, (events, last) => {
        const storm = after(events)
        expect(moveStorm(storm, last)?.state).toBe(STORM_TABLE[stormStanding(storm)][last.type]?.to)
      }),
      { numRuns: 2_000 },
    )
  })

  it('is never over and begins again, and who released it stays known', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), event, (events, last) => {
        const storm = after(events)
        const next = after([...events, last])
        expect(storm?.state === 'over' ? next : undefined).toEqual(storm?.state === 'over' ? storm : undefined)
        expect(next?.releasedBy ?? storm?.releasedBy).toBe(next?.releasedBy)
      }),
      { numRuns: 1_000 },
    )
  })

  it('holds PRs where enough have failed, also once the cause has passed, and lets a person alone release them', () => {
    const held: StormEvent[] = [{ type: 'storm-begun', storm: { key: 's', cause }, at: 1 }, { type: 'storm-held' }]
    expect(after(held)?.state).toBe('holding')
    expect(after([...held, { type: 'storm-passed', at: 2 }])).toMatchObject({ state: 'passed', endedAt: 2 })
    expect(after([...held, { type: 'storm-passed', at: 2 }, { type: 'storm-released', by: 'ada', at: 3 }])).toMatchObject({
      state: 'released',
      releasedBy: 'ada',
    })
  })

  it('holds nothing where the cause passes before enough have failed', () => {
    expect(
      after([
        { type: 'storm-begun', storm: { key: 's', cause }, at: 1 },
        { type: 'storm-passed', at: 2 },
      ])?.state,
    ).toBe('over')
  })
})
