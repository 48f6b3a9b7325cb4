import { expect, it } from 'vitest'
import { compileGlob, type Budget } from '../../../src/domain/application/directory-glob.ts'

it.each<[string, string, boolean, boolean]>([
  ['conf/*.ini', 'conf/eu/a.ini', true, false],
  ['conf/?a.ini', 'conf//a.ini', true, false],
  ['conf/**.ini', 'conf/eu/a.ini', true, true],
  ['conf/{a,b}.ini', 'conf/b.ini', true, true],
  ['conf/[!b].ini', 'conf/b.ini', false, false],
  ['*', 'a.ini', true, true],
])('without separators, stars and question marks stand for them, and with them only two stars: %s, %s', (glob, text, without, within) => {
  expect([compileGlob(glob)?.(text), compileGlob(glob, undefined, '/')?.(text)]).toEqual([without, within])
})

it('one budget is spent by all globs that are given it, by their braces and by what they are matched with', () => {
  const budget: Budget = { left: 100_000 }
  compileGlob('{a,b}'.repeat(8), budget)
  const afterBraces = budget.left
  compileGlob('**b', budget)?.('a'.repeat(100))
  expect(afterBraces).toBeLessThan(100_000 - 8 * 5)
  expect(budget.left).toBeLessThan(afterBraces - 100)
})

it.each<[string, readonly string[], readonly string[]]>([
  ['a*b', ['ab', 'a/x/b'], ['a', 'b', 'abc', 'xab']],
  ['a?b', ['axb', 'a/b', 'a😀b'], ['ab', 'axxb']],
  ['[a-c]x', ['ax', 'bx', 'cx'], ['dx', 'x', '-x', 'a']],
  ['[!a-c]x', ['dx', '-x'], ['ax', 'bx', 'cx', 'x']],
  ['[abc]', ['a', 'b', 'c'], ['d', '', 'ab']],
  ['[!abc]', ['d', '!'], ['a', 'b', 'c']],
  ['[a-a]', ['a'], ['b', '-']],
  ['[ab-]', ['a', 'b', '-'], ['c']],
  ['[-a]', ['-', 'a'], ['b']],
  ['[a\\]b]', ['a', ']', 'b'], ['\\', 'a]b']],
  ['[!\\!]', ['a'], ['!']],
  ['\\*', ['*'], ['a', '\\*', '']],
  ['a\\{b,c}', ['a{b,c}'], ['ab', 'ac']],
  ['{a,b}c', ['ac', 'bc'], ['c', 'a,bc']],
  ['{a,{b,c}d}e', ['ae', 'bde', 'cde'], ['be', 'de', 'ade']],
  ['{a\\,b,c}', ['a,b', 'c'], ['a', 'b']],
  ['{a\\}b,c}', ['a}b', 'c'], ['a', 'a}']],
  ['{,a}b', ['b', 'ab'], ['a']],
  ['a,b', ['a,b'], ['a', 'b']],
  ['', [''], ['a']],
])('a pattern stands for what it says: %j', (pattern, texts, others) => {
  const glob = compileGlob(pattern)
  expect([texts.map((text) => glob?.(text)), others.map((text) => glob?.(text))]).toEqual([texts.map(() => true), others.map(() => false)])
})

it.each(['[abc', '[', '[!]', '[]]', '[]', '[a-]', '[a-zx]', '[z-a]', 'a\\', '{a', '{a,{b}', '{a,[}'])(
  'what is no pattern is none: %j',
  (pattern) => {
    expect(compileGlob(pattern)).toBeUndefined()
  },
)

it('a pattern is no longer than a thousand characters, and has no more than 64 alternatives', () => {
  const [long, many] = [(count: number) => 'a'.repeat(count), (count: number) => `{${Array(count).fill('a').join(',')}}`]
  expect([compileGlob(long(1_000)), compileGlob(long(1_001)), compileGlob(many(64)), compileGlob(many(65))]).toEqual([
    expect.any(Function),
    undefined,
    expect.any(Function),
    undefined,
  ])
})

it('nothing matches once the budget is spent, and all of it may be', () => {
  // A step for the pattern, and one for each character.
  expect([compileGlob('ab', { left: 4 })?.('ab'), compileGlob('ab', { left: 3 })?.('ab')]).toEqual([true, false])
})
