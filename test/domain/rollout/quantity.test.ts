import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalQuantity, sameQuantity } from '../../../src/domain/rollout/quantity.ts'

test.each([
  ['1', '1000m'],
  [1, '1'],
  ['0.5', '500m'],
  ['0.5Gi', '512Mi'],
  ['1Ki', '1024'],
  ['1e3', '1k'],
  ['1E3', '1000'],
  ['1E', '1000P'],
  ['.5', '0.50'],
  ['5.', '5'],
  ['-1', '-1000m'],
  ['+1', '1'],
  ['0.0001', '1m'],
  ['1n', '1m'],
  ['0.0010', '1m'],
  ['0.0009', '1m'],
  ['0.0011', '2m'],
  [`${'0'.repeat(39)}1`, '1'],
  ['1e-3', '1m'],
])('%s is %s', (a, b) => expect(sameQuantity(a, b)).toBe(true))

test.each([
  ['1', '1001m'],
  ['1G', '1Gi'],
  ['1M', '1m'],
  ['1', '-1'],
  ['', '0'],
  ['.', '0'],
  ['1x', '1'],
  ['1 ', '1'],
  ['one', 'two'],
  [`${'0'.repeat(40)}1`, '1'],
  [null, 0],
  ['9'.repeat(41), `${'9'.repeat(40)}8`],
])('%s is not %s', (a, b) => expect(sameQuantity(a, b)).toBe(false))

test('a number of thousandths is the same quantity however it is written', () => {
  const samples = fc.sample(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), 1_000)
  const wrong = samples.filter((thousandths) => {
    const digits = String(Math.abs(thousandths)).padStart(4, '0')
    const decimal = `${thousandths < 0 ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`
    const same = [`${thousandths}m`, `${thousandths}e-3`, `${thousandths + 1}m`].map((other) => sameQuantity(decimal, other))
    return String(same) !== 'true,true,false'
  })
  expect(wrong).toEqual([])
})

test.each([
  ['1', '1000'],
  ['-1', '-1000'],
  ['+1.5', '1500'],
  ['1Ki', '1024000'],
  ['one', undefined],
  [null, undefined],
])('a quantity has one spelling, in thousandths: %s is %s', (value, expected) => expect(canonicalQuantity(value)).toBe(expected))
