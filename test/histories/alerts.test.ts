import { expect, it } from 'vitest'
import { playAlerts, type PlayedAlerts } from './alerts/play.ts'

/** Most hold several changes at once, so that none may be taken back; in the last ones something is alone. */
const SEEDS = [...Array.from({ length: 18 }, (_, index) => index + 1), 37, 64, 114, 118, 144, 155]

it('histories with alerts open PRs for releases that burn, and none for an innocent one', async () => {
  const all: PlayedAlerts[] = []
  for (const seed of SEEDS) all.push(await playAlerts(seed))
  expect(all.flatMap(({ seed, wrong }) => wrong.map((one) => ({ seed, ...one })))).toEqual([])
  const sum = (count: (played: PlayedAlerts) => number): number => all.reduce((total, played) => total + count(played), 0)
  expect(sum(({ burns }) => burns)).toBeGreaterThan(10)
  expect(sum(({ told }) => told)).toBeGreaterThan(5)
  expect(sum(({ pulls }) => pulls)).toBeGreaterThan(3)
}, 120_000)

it('an alert that comes and goes names nobody where nobody remembers twice the window (seed 910001439)', async () => {
  expect(await playAlerts(910001439)).toMatchObject({ pulls: 0, wrong: [] })
})

it('a history with alerts is played the same way again', async () => {
  expect(await playAlerts(3)).toEqual(await playAlerts(3))
})
