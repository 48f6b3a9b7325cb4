import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/domain/canonical-json.ts'
import { isSameJson } from '../../src/domain/same-json.ts'

/** Values of few names, so that two are often nearly the same; `undefined`, numbers that JSON has not, and names of every object's own. */
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, undefined, true, 0, -0, 1, Number.NaN, '', 'a', '1'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', '10', '9', 'toString', 'constructor', '__proto__'), tie('value'), { maxKeys: 3 }),
  ),
})).value

describe('two values are the same', () => {
  test('exactly where their canonical JSON is', () => {
    let same = 0
    fc.assert(
      fc.property(values, values, (one, other) => {
        const isSame = canonicalJson(one) === canonicalJson(other)
        if (isSame) same += 1
        expect(isSameJson(one, other)).toBe(isSame)
        expect(isSameJson(one, structuredClone(one))).toBe(true)
      }),
      { numRuns: 5_000 },
    )
    expect(same).toBeGreaterThan(100)
  })

  test('whatever the order of their members, and not where one has a member more', () => {
    expect(isSameJson({ a: 1, b: [{ c: 2, d: undefined }] }, { b: [{ c: 2 }], a: 1 })).toBe(true)
    expect(isSameJson({ a: 1 }, { a: 1, b: 2 })).toBe(false)
    expect(isSameJson({ a: 1, b: 2 }, { a: 1 })).toBe(false)
    expect(isSameJson({ constructor: null }, {})).toBe(false)
    expect(isSameJson([], {})).toBe(false)
    // `null` is there, and neither what is undefined nor what every object has; the number of members tells none of these apart.
    expect(isSameJson({ a: null }, { a: undefined, b: 1 })).toBe(false)
    expect(isSameJson({ toString: null }, { b: 1 })).toBe(false)
  })
})

test('canonical JSON spells a name as JSON does, at the first time and later', () => {
  const names = ['a"b', '\u2028', 'ü', '\ud800', 'x'.repeat(41)]
  for (const name of [...names, ...names]) expect(canonicalJson({ [name]: '' })).toBe(JSON.stringify({ [name]: '' }))
  expect(canonicalJson({ 10: 'b', 9: 'c', a: [undefined, ''] })).toBe('{"10":"b","9":"c","a":[null,""]}')
})

test('a list is no object that counts like one', () => {
  expect(isSameJson([], { length: 0 })).toBe(false)
  expect(isSameJson({ length: 0 }, [])).toBe(false)
})
