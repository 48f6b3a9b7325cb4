import { expect, it } from 'vitest'
import { chooseManifests, importsByCode, PLAIN } from '../../../src/domain/application/directory-files.ts'
import { compileGlob, createBudget } from '../../../src/domain/application/directory-glob.ts'
import type { DirectoryOptions } from '../../../src/domain/application/snapshots.ts'

it('a pattern that costs too much is given up, however many files there are', () => {
  const include = `{${Array(64).fill('*').join(',')}}${'*a'.repeat(400)}b`
  const files = Array.from({ length: 1_000 }, (_, index) => `${'a'.repeat(200)}${index}.yaml`)
  const before = process.cpuUsage()
  expect(chooseManifests(files, { recurse: true, include, exclude: undefined, anyEnding: false })).toBeUndefined()
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000)
})

/** What is left once a pattern was read, and what it then costs to hold a path against it, in steps. */
function costs(include: string, path: string): { left: number; each: number } {
  const budget = createBudget()
  const glob = compileGlob(include, budget)
  const { left } = budget
  glob?.(path)
  return { left, each: left - budget.left }
}

it('a pattern that costs all that it may, and no more, is followed', () => {
  const pairs = Array.from({ length: 20 }, (_, marks) => `*${'?'.repeat(marks)}a*`).flatMap((pattern) =>
    Array.from({ length: 100 }, (_, more): [string, string] => [pattern, `${'a'.repeat(22 + more)}.yaml`]),
  )
  const [include = '', path = ''] = pairs.find((pair) => Number.isInteger(costs(...pair).left / costs(...pair).each)) ?? []
  const { left, each } = costs(include, path)
  const files = Array<string>(left / each).fill(path)
  const chosen = (paths: readonly string[]) => chooseManifests(paths, { recurse: true, include, exclude: undefined, anyEnding: false })
  expect(chosen([path])).toEqual([path])
  expect(chosen(files)).toEqual(files)
  expect(chosen([...files, path])).toBeUndefined()
})

const FILES = ['a.yaml', 'b.yml', 'c.json', 'd.jsonnet', 'e.txt', 'yaml', 'in/f.yaml', 'in/g.txt']
it.each<[string, Partial<DirectoryOptions>, readonly string[] | undefined]>([
  ['as nothing is said', {}, ['a.yaml', 'b.yml', 'c.json', 'd.jsonnet']],
  ['with the folders in it', { recurse: true }, ['a.yaml', 'b.yml', 'c.json', 'd.jsonnet', 'in/f.yaml']],
  ['whatever they end in', { anyEnding: true }, ['a.yaml', 'b.yml', 'c.json', 'd.jsonnet', 'e.txt', 'yaml']],
  ['those of a pattern alone', { include: '{a,b}.*' }, ['a.yaml', 'b.yml']],
  ['but for those of a pattern', { exclude: '{a,b}.*' }, ['c.json', 'd.jsonnet']],
  ['those of one pattern, but for those of another', { include: '*.y*', exclude: 'a*' }, ['b.yml']],
  ['not at all by what is no pattern', { include: '[' }, undefined],
  ['not at all but for what is no pattern', { exclude: '[' }, undefined],
  ['not at all where one is a pattern and the other none', { include: '*', exclude: '[' }, undefined],
])('manifests are taken from the files of a folder: %s', (_, options, expected) => {
  expect(chooseManifests(FILES, { ...PLAIN, ...options })).toEqual(expected)
})

it('variables of Jsonnet import files where one of them is code that says so', () => {
  const [code, text] = [
    { code: true, value: 'import "a"' },
    { code: false, value: 'import "a"' },
  ]
  const asked = [[], [text], [{ code: true, value: 'important' }], [{ code: true }], [{ code: true, value: '1 + 1' }, code]]
  expect(asked.map(importsByCode)).toEqual([false, false, true, false, true])
})
