import { isDeepStrictEqual } from 'node:util'
import { expect, it } from 'vitest'
import { FULL, SHORT } from '../../bench/sizes.ts'

/** Path and value of each size. */
function leaves(of: object, path = ''): [string, unknown][] {
  return Object.entries(of).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null ? leaves(value, `${path}${key}.`) : [[`${path}${key}`, value]],
  )
}

/** More events a second are the sooner over; noise is less in between where every fifth event is an abort and not every tenth. */
const PACE = /perSecond$|\.every$/

it('the short form of a bench does no more of anything than the full one, and less of something', () => {
  const full = new Map(leaves(FULL))
  const grown = leaves(SHORT).filter(([path, value]) => !PACE.test(path) && Number(value) > Number(full.get(path) ?? Infinity))
  expect(grown).toEqual([])
  const same = Object.entries(SHORT).filter(([name, sizes]) => isDeepStrictEqual(sizes, FULL[name as keyof typeof FULL]))
  expect(same).toEqual([])
})

it('something is left to be measured in the short form once the first were not counted', () => {
  for (const { aborts, warmUp, rollouts } of [SHORT.latency.channels, SHORT.ledger.messages.inTurn, SHORT.ledger.messages.atOnce]) {
    const told = Math.ceil((200 * aborts.seconds) / aborts.every)
    expect(told).toBeGreaterThan(warmUp)
    expect(told).toBeLessThanOrEqual(rollouts / 2)
  }
  expect(SHORT.alerts.rollouts).toBeGreaterThan(SHORT.alerts.warmUp)
  expect(SHORT.growth.asked).toBeGreaterThan(SHORT.growth.warmUp)
})

it('what the documents say was measured is what a full run does', () => {
  const { revert, watch, storm, hints, alerts, ledger } = FULL
  expect(revert.apps * revert.environments * revert.files).toBe(100_000)
  expect(watch.memory.fleet).toEqual({ Rollout: 10_000, Application: 10_000, ReplicaSet: 40_000, AnalysisRun: 20_000 })
  expect([watch.memory.rollouts, watch.listing.rollouts, watch.score]).toEqual([
    50_000,
    50_000,
    { staleAfterMs: 15_000, patienceMs: 5_000, atOnce: 8, faults: undefined },
  ])
  expect([storm.aborts, hints.many, alerts.inOne, ledger.records]).toEqual([500, 10_000, 10_000, 1_000_000])
})
