import { describe, expect, it } from 'vitest'
import { inFleet } from './fleet.ts'
import { generate } from './generate.ts'
import { judge } from './history.ts'

describe('histories of a hub and three clusters, with namesakes and clusters that are away', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('seed %i has no false and no second PR, and all are told and opened that should be', async (seed) => {
    const { script } = inFleet(generate(seed))
    expect((await judge(script, 'rendering')).violations).toEqual([])
  })
})
