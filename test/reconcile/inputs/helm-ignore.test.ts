import { expect, it } from 'vitest'
import { leftOutByHelm } from '../../../src/reconcile/inputs/helm-ignore.ts'

const left = (names: readonly string[], text: string): readonly string[] => [...leftOutByHelm(names, text)]

it.each<[string, readonly string[], readonly string[]]>([
  ['', ['a.yaml', '.a', 'templates/.a', 'templates/a'], ['templates/.a']],
  ['*.bak', ['a.bak', 'b/c/a.bak', 'a.yaml'], ['a.bak', 'b/c/a.bak']],
  ['/a.yaml', ['a.yaml', 'b/a.yaml'], ['a.yaml']],
  ['b/a.yaml', ['a.yaml', 'b/a.yaml', 'c/b/a.yaml'], ['b/a.yaml']],
  ['a', ['a', 'b/a', 'a/b/c.yaml', 'd.yaml'], ['a', 'b/a', 'a/b/c.yaml']],
  ['a/', ['a', 'b/a', 'a/b/c.yaml', 'd/a/e.yaml', 'd.yaml'], ['a/b/c.yaml', 'd/a/e.yaml']],
  ['*/', ['a.yaml', 'd/b.yaml', 'd/e/f.yaml'], ['d/b.yaml', 'd/e/f.yaml']],
  ['\uFEFF  a.yaml \r\n\n#b.yaml', ['a.yaml', 'b.yaml', '#b.yaml'], ['a.yaml']],
  ['a.yaml\n!b.yaml', ['a.yaml', 'templates/.a'], []],
  ['a.yaml\n**/b', ['a.yaml', 'templates/.a'], []],
  ['a.yaml\n[b]', ['a.yaml', 'templates/.a'], []],
  ['a.yaml\n\\b', ['a.yaml', 'templates/.a'], []],
])('by .helmignore of %j, of %j Helm does not read %j', (text, names, expected) => {
  expect(left(names, text)).toEqual(expected)
})

it('nothing is left out where characters of names and folders times those of rules are more than 2,000,000', () => {
  // 20 with the rule that Helm has by itself.
  const rule = '*aaaaaa'
  const name = (length: number): string => `d/${'a'.repeat(length - 2)}`
  expect(left([name(99_999)], rule)).toEqual([name(99_999)])
  expect(left([name(100_000)], rule)).toEqual([])
  expect(left([name(50_000), name(49_999)], rule)).toHaveLength(2)
  expect(left([name(50_000), name(50_000)], rule)).toEqual([])
})
