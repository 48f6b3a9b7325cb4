import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nestsDeeperThan } from '../../../src/http/webhooks/json-depth.ts'

describe('depth of JSON', () => {
  test('agrees with the parsed value, whatever its strings hold', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 6 }), (value, max) => {
        expect(nestsDeeperThan(Buffer.from(JSON.stringify(value)), max)).toBe(depthOf(value) > max)
      }),
    )
  })

  test('a million brackets cost no stack', () => {
    expect(nestsDeeperThan(Buffer.from('['.repeat(1_000_000)), 64)).toBe(true)
  })
})
