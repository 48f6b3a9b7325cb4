import { expect, it } from 'vitest'
import { playAlerts, type PlayedAlerts } from './alerts/play.ts'

const ROUNDS = 24

it('histories with alerts open PRs for releases that burn, and none for an innocent one', async () => {
  const all: PlayedAlerts[] = []
  for (let seed = 1; seed <= ROUNDS; seed += 1) all.push(await playAlerts(seed))
  expect(all.flatMap(({ seed, wrong }) => wrong.map((one) => ({ seed, ...one })))).toEqual([])
  const sum = (count: (played: PlayedAlerts) => number): number => all.reduce((total, played) => total + count(played), 0)
  expect(sum(({ burns }) => burns)).toBeGreaterThan(10)
  expect(sum(({ told }) => told)).toBeGreaterThan(5)
  expect(sum(({ pulls }) => pulls)).toBeGreaterThan(0)
}, 120_000)

it('a history with alerts is played the same way again', async () => {
  expect(await playAlerts(3)).toEqual(await playAlerts(3))
})
