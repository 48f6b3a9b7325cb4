import { expect, it } from 'vitest'
import type { Evidence } from '../../../src/domain/release/evidence.ts'
import { isNoNumber } from '../../../src/domain/release/no-number.ts'
import { evidenceLine } from '../../../src/domain/words/evidence.ts'

const nan = { metric: 'success-rate', phase: 'Failed', value: '[NaN]', limit: 'failureLimit 0', failed: 1, count: 1 } as Evidence

it.each<[string, Partial<Evidence>, string]>([
  [
    'that it could not be measured, and whence that may come',
    { condition: 'result[0] >= 0.95' },
    'could not be measured: [NaN], as the rate of no requests is, wanted result[0] >= 0.95',
  ],
  ['what was measured, where the condition asks for it', { condition: 'not (isNaN(result[0]))' }, '[NaN], wanted not (isNaN(result[0]))'],
])('a value that is no number says %s', (_, change, said) => {
  expect(evidenceLine({ ...nan, ...change })).toBe(`success-rate ${said} (1 of 1 failed, failureLimit 0)`)
})

it.each<[boolean, string, string | undefined]>([
  [true, 'NaN', 'NaN'],
  [true, 'a list of nothing else', ' [ NaN , NaN ] '],
  [true, 'one of a thousand characters', 'NaN'.padEnd(1_000)],
  [false, 'a longer one, which nobody reads', 'NaN'.padEnd(1_001)],
  [false, 'a list with a number in it', '[NaN, 1]'],
  [false, 'an empty list', '[]'],
  [false, 'nothing', undefined],
])('is no number (%s): %s', (isNone, _, value) => {
  expect(isNoNumber(value)).toBe(isNone)
})
