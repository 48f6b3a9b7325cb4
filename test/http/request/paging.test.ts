import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeId, encodeId, firstInOrder } from '../../../src/http/request/paging.ts'

describe('pages', () => {
  test('the first in order are those of a full sort', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 20 }), (numbers, limit) => {
        expect(firstInOrder(numbers, limit, (a, b) => a - b)).toEqual([...numbers].sort((a, b) => a - b).slice(0, limit))
      }),
    )
  })

  test('an id leads back to its key, and nothing else does', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme' }), (key) => {
        expect(decodeId(encodeId(key))).toBe(key)
      }),
    )
    for (const id of ['', '=', 'YQ==', '../x', 'a'.repeat(2_000)]) expect(decodeId(id)).toBeUndefined()
  })
})
