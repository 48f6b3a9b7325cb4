import { expect, test } from 'vitest'
import { besideIn, besideNote, deploymentsBeside, type BesideRollout } from '../../../src/domain/migration/beside.ts'
import type { MigratingDeployment } from '../../../src/domain/migration/migration.ts'

/** The same numbers for each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

test('what is told of all Rollouts of a namespace at once is what is told of each by itself', () => {
  const next = numbers(17)
  const labels = (): Record<string, string> =>
    Object.fromEntries(Array.from({ length: 1 + next(3) }, () => [`k${next(3)}`, `v${next(3)}`] as const))
  let found = 0
  for (let world = 0; world < 200; world++) {
    const deployments = Array.from({ length: next(8) }, (_, at): MigratingDeployment => {
      const own = labels()
      return { name: `web-${at}`, wanted: 1, available: next(3), labels: own, selector: next(4) === 0 ? undefined : labels() }
    })
    const rollout = (at: number): BesideRollout => {
      const selector = next(4) === 0 ? undefined : labels()
      const refersTo = next(4) === 0 ? { name: `web-${next(9)}`, scaleDown: 'never' } : undefined
      return { name: `web-${at}`, rollout: { selector, labels: labels(), refersTo } }
    }
    const beside = besideIn(deployments)
    for (let at = 0; at < 5; at++) {
      const one = rollout(at)
      const alone = deploymentsBeside({ ...one, deployments })
      expect(beside(one)).toEqual(alone)
      found += alone.length
    }
  }
  expect(found).toBeGreaterThan(500)
})

test('a namespace where all has one label, thousands on each side, is not looked through pair by pair', () => {
  const deployments = Array.from({ length: 5_000 }, (_, at): MigratingDeployment => {
    return { name: `d-${at}`, wanted: 1, available: 1, labels: { app: 'all' }, selector: { app: 'all' } }
  })
  const beside = besideIn(deployments)
  const rollout = { selector: { app: 'all' }, labels: { app: 'all' }, refersTo: undefined }
  expect(beside({ name: 'd-4999', rollout }).length).toBeLessThanOrEqual(401)
})

test('a row names one, counts several, and says nothing of none or of what is not known', () => {
  const note = (...deployments: string[]): string | undefined => besideNote({ servesBeside: { deployments, asOf: 1 } })
  expect([note('web'), note('web', 'web-b'), note(), besideNote({})]).toEqual([
    'Deployment serves beside',
    '2 Deployments serve beside',
    undefined,
    undefined,
  ])
})
