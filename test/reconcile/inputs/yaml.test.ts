import { expect, test, vi } from 'vitest'
import { field, isBrokenYaml, readDocuments, readMapping } from '../../../src/reconcile/inputs/yaml.ts'
import { HOSTILE_YAML } from '../../hostile-yaml.ts'

test.each(Object.entries(HOSTILE_YAML))('%s in a kustomization hold nobody up', (_, text) => {
  const before = process.cpuUsage()
  readMapping(text)
  readMapping(`resources: [base]\n---\n${text}`)
  const { user, system } = process.cpuUsage(before)
  // Of the processor, not of the clock: others may be at work on the machine.
  expect((user + system) / 1_000).toBeLessThan(200)
})

test('what Kustomize and Helm read is read', () => {
  expect(readMapping('resources: [../base]\nimages:\n- {name: web, newTag: v1}\n')).toEqual({
    resources: ['../base'],
    images: [{ name: 'web', newTag: 'v1' }],
  })
  expect(readMapping('a: &a {x: 1}\nb: *a\n')).toEqual({ a: { x: 1 }, b: { x: 1 } })
})

test('a file with binary values is read', () => {
  expect(readMapping('resources: [x]\na: !!binary aGVsbG8=\n')).toEqual({ resources: ['x'], a: Buffer.from('hello') })
})

test.each(['', '- a\n', 'a: [', '{a: 1}: b\n', 'a: 1\n---\nb: 2\n'])('%j is no mapping', (text) => {
  expect(readMapping(text)).toEqual(text === '' ? {} : undefined)
})

test('nothing of a file is said on a terminal', () => {
  const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  readMapping('x: !unknown planted\ny: *planted\n%planted\n---\n!unknown planted\n')
  expect(emit).not.toHaveBeenCalled()
  emit.mockRestore()
})

test('a text is parsed once, and nobody can change what others are given', () => {
  const text = 'a: { b: [1] }\n'
  const [first] = readDocuments(text) ?? []
  expect(readDocuments(text)?.[0]).toBe(first)
  expect(() => (first as { a: { b: number[] } }).a.b.push(2)).toThrow(TypeError)
})

test.each([
  ['a merge that somebody has left off', '<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> b\n', true],
  ['a bracket that is not closed', 'a: [1\n', true],
  ['a tab for an indent', 'a:\n\tb: 1\n', true],
  ['a tag that nobody knows', 'a: !strange 1\n', false],
  ['a name that is given twice', 'a: 1\na: 2\n', false],
  ['what may cost too much to be read', Object.values(HOSTILE_YAML)[0] ?? '', false],
  ['nothing', '', false],
])('what no tool can read is told for certain: %s', (_, text, isBroken) => {
  expect(isBrokenYaml(text)).toBe(isBroken)
})

test.each<[string, string, unknown]>([
  ['brings fields', 'x: &x {a: 1}\ny: {<<: *x, b: 2}\n', { a: 1, b: 2 }],
  ['loses to what stands after it, and wins over what stands before', 'x: &x {a: 1, b: 1}\ny: {a: 2, <<: *x, b: 2}\n', { a: 1, b: 2 }],
  ['of a list gives the first', 'x: &x {a: 1}\nz: &z {a: 2, b: 2}\ny: {<<: [*x, *z]}\n', { a: 1, b: 2 }],
  ['may bring what a merge has brought', 'x: &x {a: 1}\nz: &z {<<: *x, b: 2}\ny: {<<: *z}\n', { a: 1, b: 2 }],
])('a merge %s, as in Go', (_, text, expected) => {
  expect(readMapping(text)?.['y']).toEqual(expected)
})

const CHAIN = Array.from({ length: 40 }, (_, at) => `a${at + 1}: &a${at + 1} {<<: [*a${at}, *a${at}], b${at}: 1}\n`).join('')
const WIDE = `a: &a {${Array.from({ length: 1_500 }, (_, at) => `k${at}: 1`).join(',')}}\n`

test.each([
  ['of no mapping', 'a: &a [1]\nb: {<<: *a}\n'],
  ['beside another in one mapping', 'a: &a {x: 1}\nb: &b {y: 1}\nc: {<<: *a, <<: *b}\n'],
  ['of very many fields', `${WIDE}${Array.from({ length: 40 }, (_, at) => `b${at}: {<<: *a}\n`).join('')}`],
])('a merge %s is not read', (_, text) => {
  expect(readDocuments(text)).toBeUndefined()
})

test('merges of merges cost no more than their fields', () => {
  const before = process.cpuUsage()
  readDocuments(`a0: &a0 {a: 1}\n${CHAIN}`)
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(200)
})

test('a field is found in any case, and the last by name wins, as in Go', () => {
  expect(field({ Resources: 1 }, 'resources')).toBe(1)
  expect(field({ configmapGenerator: 1, configMapGenerator: 2 }, 'configMapGenerator')).toBe(1)
  expect(field({ 'resource\u017F': 1 }, 'resources')).toBe(1)
  expect(field({ resource: 1, resources2: 2 }, 'resources')).toBeUndefined()
})
