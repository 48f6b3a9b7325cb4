import { expect, it } from 'vitest'
import {
  countOf,
  entriesOf,
  entryAt,
  fieldsOf,
  generationOf,
  isLongerThan,
  isPresent,
  isTable,
  lengthOf,
  numberOr,
  textOf,
} from '../../../src/domain/health/fields.ts'

it.each([
  [0, 0],
  [5, 5],
  [-1, undefined],
  [1.5, undefined],
  [2 ** 53, undefined],
  ['5', undefined],
  [null, undefined],
])('a count is a whole number that can be told exactly, none below zero: %j is %j', (value, expected) => {
  expect(countOf(value)).toBe(expected)
})

it.each([
  [5, 5],
  ['5', 5],
  ['-5', -5],
  ['05', undefined],
  ['5.0', undefined],
  [' 5', undefined],
  ['', undefined],
  ['0x5', undefined],
  ['6c8f9d', undefined],
  ['9007199254740993', undefined],
  [1.5, undefined],
  [Number.NaN, undefined],
  [null, undefined],
  [[5], undefined],
])('a generation is a number, or its plain digits: %j is %j', (value, expected) => {
  expect(generationOf(value)).toBe(expected)
})

it('a list loses its nulls where it is counted, as in Lua, and what is none has no entries', () => {
  const list = ['a', null, 'b', undefined]
  expect([lengthOf(list), entryAt(list, 1), entryAt(list, 2), lengthOf(['a']), entryAt(['a', 'b'], 1)]).toEqual([2, 'b', undefined, 1, 'b'])
  expect([lengthOf('ab'), lengthOf({ length: 2 }), entryAt(null, 0), entriesOf({}), entriesOf(list)]).toEqual([0, 0, undefined, [], list])
})

it('fields are read of objects and lists, and of nothing else', () => {
  const asked = [{ a: 1 }, [1], null, undefined, 'text', 5]
  expect(asked.map(isTable)).toEqual([true, true, false, false, false, false])
  expect(asked.map(fieldsOf)).toEqual([{ a: 1 }, [1], {}, {}, {}, {}])
  expect(asked.map(isPresent)).toEqual([true, true, false, false, true, true])
  expect([textOf('a'), textOf(''), textOf(5), numberOr(5, 1), numberOr('5', 1)]).toEqual(['a', undefined, undefined, 5, 1])
})

it.each([
  ['a', 1],
  ['\u007F', 1],
  ['\u0080', 2],
  ['\u07FF', 2],
  ['\u0800', 3],
  ['\uFFFF', 3],
  ['\u{10000}', 4],
  ['\u{10FFFF}', 4],
])('a text is as long as its bytes: %j has %d', (character, bytes) => {
  const text = character.repeat(10)
  expect([isLongerThan(text, bytes * 10), isLongerThan(text, bytes * 10 - 1)]).toEqual([false, true])
})
