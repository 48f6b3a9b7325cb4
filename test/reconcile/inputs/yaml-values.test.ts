import { expect, it } from 'vitest'
import { field, list, readDocuments, readMapping, record, strings } from '../../../src/reconcile/inputs/yaml.ts'
import { many } from './a-repository.ts'

let texts = 0
/** A text that nobody has read before: what was, is remembered. */
const anew = (text: string): string => `${text}# ${(texts += 1)}\n`

it.each<[string, string, unknown]>([
  ['the later one of two fields of one name', 'a: 1\na: 2\n', [{ a: 2 }]],
  ['what merges bring in a list', 'x: &x {a: 1}\ny: [{<<: *x}]\n', [{ x: { a: 1 }, y: [{ a: 1 }] }]],
  ['texts, numbers, nothing and bytes', 'a: b\nc: 1\nd: null\ne: !!binary aGk=\n', [{ a: 'b', c: 1, d: null, e: Buffer.from('hi') }]],
  ['each document', 'a: 1\n---\n[2]\n', [{ a: 1 }, [2]]],
  ['nothing where one of them is broken', 'a: 1\n---\nb: [\n', undefined],
  ['nothing where one has a list for a name', 'a: 1\n---\n[b]: 1\n', undefined],
  ['nothing where a merge is of a list with what is none', 'x: &x {a: 1}\ny: {<<: [*x, [1]]}\n', undefined],
  ['nothing where a merge is of bytes', 'y: {<<: !!binary aGk=}\n', undefined],
])('of a file, %s is read', (_, text, expected) => {
  expect(readDocuments(anew(text))).toEqual(expected)
})

it('a file of nothing but bytes is no mapping', () => {
  expect(readMapping(anew('!!binary aGk=\n'))).toBeUndefined()
})

it('aliases stand for one and the same, also within itself', () => {
  const both = readMapping(anew('a: &a {x: &x {b: 1}, y: {<<: *x}}\nc: *a\n'))
  expect(both?.['c']).toBe(both?.['a'])
  const itself = readMapping(anew('a: &a {b: *a}\n'))?.['a']
  expect(Object.keys(itself as object)).toEqual(['b'])
})

const WIDE = `x: &x {${many(1_000, (index) => `k${index}: 1`).join(', ')}}\n`
const merging = (count: number): string => `m: {<<: [${many(count, () => '*x').join(', ')}]}\n`

it('merges bring up to 10,000 fields; fields without merges count for none', () => {
  const keysOf = (text: string) => Object.keys(readMapping(anew(text)) ?? {})
  expect(keysOf(`${WIDE}${merging(10)}n: {a: {b: 1}}\n`)).toEqual(['x', 'm', 'n'])
  expect(keysOf(WIDE + merging(11))).toEqual([])
})

it.each<[Readonly<Record<string, unknown>>, unknown]>([
  [{ Resources: 1, resources: 2, RESOURCES: 3 }, 2],
  [{ resources: undefined, other: 1 }, undefined],
  [{ resourced: 1 }, undefined],
])('of %j, a field is one of its own name in any case, the last by name', (mapping, expected) => {
  expect(field(mapping, 'resources')).toBe(expected)
})

it.each<[unknown, unknown, unknown, unknown]>([
  [{ a: 1 }, { a: 1 }, [], []],
  [[1, 'a', null, 'b'], {}, [1, 'a', null, 'b'], ['a', 'b']],
  ['a', {}, [], []],
  [null, {}, [], []],
  [undefined, {}, [], []],
])('%j is taken as a mapping, a list or texts where it is one', (value, asRecord, asList, asTexts) => {
  expect([record(value), list(value), strings(value)]).toEqual([asRecord, asList, asTexts])
})

it('what is read cannot be changed, however deep it lies; bytes are as they were', () => {
  const text = anew('a: {b: [{c: 1}]}\nd: !!binary aGk=\n')
  const [first] = readDocuments(text) ?? []
  const { a, d } = first as { a: { b: { c: number }[] }; d: Buffer }
  expect([first, a, a.b, a.b[0], d].map((value) => Object.isFrozen(value))).toEqual([true, true, true, true, false])
  expect(readDocuments(text)?.[0]).toBe(first)
})
