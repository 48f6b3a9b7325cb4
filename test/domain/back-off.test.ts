import { expect, it } from 'vitest'
import { backOff } from '../../src/domain/back-off.ts'

const PACE = { firstMs: 1_000, longestMs: 300_000 }
const LAST = 1 - Number.EPSILON

it('doubles with each fault in a row, up to the longest', () => {
  expect([1, 2, 3, 9, 10, 50, 1e9].map((fault) => backOff(fault, PACE, LAST))).toEqual([
    1_000, 2_000, 4_000, 256_000, 300_000, 300_000, 300_000,
  ])
})

it('waits at least half as long, whatever chance says', () => {
  expect([1, 2, 50].map((fault) => backOff(fault, PACE, 0))).toEqual([500, 1_000, 150_000])
  expect(backOff(1, PACE, 0.5)).toBe(750)
})
