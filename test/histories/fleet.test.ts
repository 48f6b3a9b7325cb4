import { describe, expect, it } from 'vitest'
import { inFleet } from './fleet.ts'
import { generate } from './generate.ts'
import { judge } from './history.ts'

const SEEDS = [3, 9, 12, 14, 25, 28, 39, 51]

describe('histories of a hub and three clusters', () => {
  it.each(SEEDS)('seed %i has no false and no second PR, and all are told and opened that should be', async (seed) => {
    const { script } = inFleet(generate(seed))
    expect((await judge(script, 'rendering')).violations).toEqual([])
  })

  it.each([['tell of nothing new in a cluster that has left the configuration in the midst of a storm', 511_000_012]])(
    '%s (seed %i)',
    async (_, seed) => {
      expect((await judge(inFleet(generate(seed)).script, 'rendering')).violations).toEqual([])
    },
  )

  it.each([
    'three namesakes',
    'an overlay for each cluster',
    'a cluster is away',
    'a cluster is removed',
    'a cluster is renamed',
    'a cluster is given back',
    'it fails while its cluster or the hub is away',
    'Kedge calls a cluster otherwise',
    'Kedge has a cluster no more',
    'one of several clusters goes a way of its own',
  ])('are of all kinds: %s', (kind) => {
    expect(SEEDS.some((seed) => inFleet(generate(seed)).kinds.includes(kind))).toBe(true)
  })
})
