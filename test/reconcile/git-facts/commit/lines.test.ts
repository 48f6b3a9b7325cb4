import { expect, it } from 'vitest'
import { less, linesIn, nameOf, namesOf } from '../../../../src/reconcile/git-facts/commit/lines.ts'

const asObject = (lines: ReadonlyMap<string, number>): unknown => Object.fromEntries(lines)

it('lines are counted without their indentation, the comma at their end, and those that are blank', () => {
  expect(asObject(linesIn(['a: 1\n  a: 1,\n\n   \nb', 'b,,\n,\n']))).toEqual({ 'a: 1': 2, b: 1, 'b,': 1 })
})

it('what there is more of in one than in the other is told with how much more', () => {
  const lines = (...all: readonly string[]) => linesIn([all.join('\n')])
  expect(asObject(less(lines('a', 'a', 'a', 'b', 'c'), lines('a', 'c', 'd')))).toEqual({ a: 2, b: 1 })
})

it('lines of one name are counted together', () => {
  expect(asObject(namesOf(linesIn(['tag: v1\ntag: v1\ntag: v2\n- x\nARG=1\n'])))).toEqual({ 'tag:': 3, '- x': 1, 'ARG=': 1 })
  expect(nameOf('image: web:v1')).toBe('image:')
})
