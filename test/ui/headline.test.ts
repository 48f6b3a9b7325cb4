import { describe, expect, test } from 'vitest'
import { SERVING_STATES } from '../../src/api/contract.ts'
import type { ServingState } from '../../src/domain/rollout/serving.ts'
import { headlineOf } from '../../src/ui/headline.ts'

const fleetOf = (counts: Partial<Record<ServingState, number>>) =>
  Object.fromEntries(SERVING_STATES.map((state) => [state, counts[state] ?? 0])) as Record<ServingState, number>

/** Unfiltered: all match. */
function said(counts: Partial<Record<ServingState, number>>, { ill = 0, blind = 0 } = {}): string {
  const fleet = fleetOf(counts)
  const total = Object.values(fleet).reduce((sum, one) => sum + one, 0)
  const trouble = total - fleet.rolling - fleet['in-step'] + ill
  const { headline, tone } = headlineOf({
    total,
    fleet,
    matching: total,
    trouble: { matching: trouble, hidden: 0 },
    filter: { q: undefined },
    blind: Array.from({ length: blind }),
  })
  return `${tone}: ${headline}`
}

describe('the sentence over the board', () => {
  test.each([
    [said({}), 'unknown: No Rollouts seen yet'],
    [said({ 'in-step': 1 }), 'good: Git and cluster are in step'],
    [said({ 'in-step': 3 }), 'good: All 3 in step: the clusters run what Git wants'],
    [said({ 'in-step': 3, rolling: 1 }), 'moving: 1 of 4 rolling, the others in step'],
    [said({ 'in-step': 3 }, { ill: 1 }), 'bad: 1 of 3 in step, and Degraded all the same'],
    [said({ 'in-step': 3 }, { blind: 1 }), 'warn: Not everything can be seen'],
    [said({ 'in-step': 3, unknown: 1 }), 'warn: Not everything can be seen'],
    [said({ 'in-step': 3, undone: 1, 'waiting-for-sync': 1 }), 'warn: 2 of 5 not told what Git asks for'],
    [said({ stuck: 1, aborting: 1, 'first-deploy-failed': 1, 'invalid-spec': 1 }), 'bad: 4 of 4 need a look'],
    [said({ split: 2, stuck: 1, unknown: 4 }), 'bad: 2 of 7 split: Git asks for a version that the cluster has given up'],
  ])('%s', (sentence, expected) => {
    expect(sentence).toBe(expected)
  })

  test.each([
    [{ matching: 2, trouble: { matching: 2, hidden: 0 } }, '2 of 9 shown, all need a look'],
    [{ matching: 1, trouble: { matching: 1, hidden: 1 } }, '1 of 9 shown, and it needs a look; 1 that needs a look hidden by the filter'],
    [{ matching: 3, trouble: { matching: 1, hidden: 0 } }, '3 of 9 shown, 1 needs a look'],
    [{ matching: 5, trouble: { matching: 2, hidden: 3 } }, '5 of 9 shown, 2 need a look; 3 that need a look hidden by the filter'],
    [{ matching: 0, trouble: { matching: 0, hidden: 0 } }, 'None of 9 is like that'],
  ])('with a filter, %j reads %s', (counted, expected) => {
    const { headline } = headlineOf({ total: 9, fleet: fleetOf({ 'in-step': 9 }), blind: [], filter: { q: 'x' }, ...counted })
    expect(headline).toBe(expected)
  })
})
