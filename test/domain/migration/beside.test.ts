import { expect, test } from 'vitest'
import {
  besideIn,
  besideNote,
  besideWords,
  deploymentsBeside,
  type BesideDeployment,
  type BesideRollout,
} from '../../../src/domain/migration/beside.ts'
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

const one = (name: string, fields: Partial<MigratingDeployment> = {}): MigratingDeployment => {
  return { name, wanted: 1, available: 1, labels: { of: name }, selector: { of: name }, ...fields }
}

test('beside a Rollout is first what it refers to, then what it selects or what selects it, then its namesake, of those with pods', () => {
  const deployments = [
    one('web'),
    one('z-selected', { labels: { app: 'web' } }),
    one('a-selecting', { selector: { app: 'web' } }),
    one('referred', { available: 3 }),
    one('other'),
    one('gone', { labels: { app: 'web' }, available: 0 }),
  ]
  const rollout = { selector: { app: 'web' }, labels: { app: 'web', tier: 'new' }, refersTo: { name: 'referred', scaleDown: 'never' } }
  const found: readonly BesideDeployment[] = [
    { name: 'referred', available: 3, how: 'refers' },
    { name: 'a-selecting', available: 1, how: 'selector' },
    { name: 'z-selected', available: 1, how: 'selector' },
    { name: 'web', available: 1, how: 'name' },
  ]
  expect(deploymentsBeside({ name: 'web', rollout, deployments })).toEqual(found)
  expect(besideIn(deployments)({ name: 'web', rollout })).toEqual(found)
  expect(deploymentsBeside({ name: 'web', rollout: undefined, deployments })).toEqual(found.slice(3))
  expect(besideIn(deployments)({ name: 'web', rollout: undefined })).toEqual(found.slice(3))
})

test.each<[string, (at: number) => Record<string, string>]>([
  ['first', (at) => ({ own: `${at}`, all: 'x' })],
  ['last', (at) => ({ all: 'x', own: `${at}` })],
])('of hundreds that share a label, the one that also has the rare one is found, where that stands %s', (_, labels) => {
  const name = 'rollout'
  const selecting = besideIn(Array.from({ length: 250 }, (_one, at) => one(`d-${at}`, { selector: labels(at) })))
  const selected = besideIn(Array.from({ length: 250 }, (_one, at) => one(`d-${at}`, { labels: labels(at) })))
  const [none, last] = [{ of: 'none' }, [{ name: 'd-249', available: 1, how: 'selector' }]]
  expect(selecting({ name, rollout: { selector: none, labels: labels(249), refersTo: undefined } })).toEqual(last)
  expect(selected({ name, rollout: { selector: labels(249), labels: none, refersTo: undefined } })).toEqual(last)
})

test('hundreds that are scaled down hide none that serves', () => {
  const labels = { app: 'web' }
  const deployments = Array.from({ length: 250 }, (_, at) => one(`d-${at}`, { labels, selector: labels, available: at < 249 ? 0 : 1 }))
  const last = [{ name: 'd-249', available: 1, how: 'selector' }]
  const beside = besideIn(deployments)
  expect(beside({ name: 'x', rollout: { selector: labels, labels: { of: 'none' }, refersTo: undefined } })).toEqual(last)
  expect(beside({ name: 'x', rollout: { selector: { of: 'none' }, labels, refersTo: undefined } })).toEqual(last)
})

test('what is beside a Rollout is told a line each, five at most, or that it is not known', () => {
  const item = (how: BesideDeployment['how'], available = 1): BesideDeployment => ({ name: 'web', available, how })
  expect(besideWords({ items: [item('refers'), item('selector', 2), item('name', 0)], fault: null })).toEqual([
    'Deployment web serves beside it: the one whose template it takes, with 1 available pod',
    'Deployment web serves beside it: one of the two selects the pods of the other, with 2 available pods',
    'Deployment web of the same name is beside it, with 0 available pods',
  ])
  expect(besideWords({ items: Array.from({ length: 6 }, () => item('name')), fault: null })).toHaveLength(5)
  expect(besideWords({ items: [item('name')], fault: 'no right' })).toEqual([
    'Whether a Deployment serves beside it is not known: no right',
  ])
  expect(besideWords({ items: [], fault: null })).toEqual([])
})
