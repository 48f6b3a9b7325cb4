import { expect, test } from 'vitest'
import { madeOnce } from '../../src/domain/made-once.ts'

test('of each object something is made once, however alike two of them are', () => {
  const asked: object[] = []
  const made = madeOnce((from: object) => ({ number: asked.push(from) }))
  const [one, other] = [{}, {}]
  expect(made(one)).toBe(made(one))
  expect(made(other)).not.toBe(made(one))
  expect(asked).toEqual([one, other])
})
