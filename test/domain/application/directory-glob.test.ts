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
