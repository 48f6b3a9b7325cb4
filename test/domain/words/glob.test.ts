import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesName, matchesPath } from '../../../src/domain/words/glob.ts'

describe('a glob of paths', () => {
  it.each([
    ['crds/x.yaml', 'crds/*', true],
    ['crds/a/x.yaml', 'crds/*', false],
    ['crds/a/x.yaml', 'crds/**', true],
    ['db/migrations/7.sql', '**/migrations/**', true],
    ['migrations/7.sql', '**/migrations/**', true],
    ['db/old-migrations/7.sql', '**/migrations/**', false],
    ['a/b/c/x.sql', 'a/**/x.sql', true],
    ['a/x.sql', 'a/**/x.sql', true],
    ['ax.sql', 'a/**/x.sql', false],
    ['a/b/x.sql', 'a**x.sql', true],
    ['a/b/c', 'a/**/', true],
    ['x', '**', true],
    ['db/migrations/0007_orders.sql', 'db/migrations/000?_*.sql', true],
    ['db/migrations/00071_orders.sql', 'db/migrations/000?_*.sql', false],
    ['a/b', 'a?b', false],
    ['migrations/🐘.sql', 'migrations/?.sql', true],
    ['a+b/x', 'a+b/*', true],
    ['axb/x', 'a.b/*', false],
    ['a/[b]/x', 'a/[b]/x', true],
    ['a/b/x', 'a/[b]/x', false],
    ['Chart.yaml', 'chart.yaml', false],
    ['crds/x.yaml.bak', 'crds/*.yaml', false],
    ['db/\nx.sql', 'db/*', true],
    ['', '', true],
    ['a', '', false],
  ])('%s matches %s: %s', (path, glob, expected) => {
    expect(matchesPath(path, glob)).toBe(expected)
  })
})

it.each([
  ['acme/sre', '*', true],
  ['acme/sre', 'acme/*', true],
  ['acme/sre', 'acme?sre', true],
  ['acme/a/b', 'acme/**/b', true],
  ['pay-eu', 'pay-??', true],
  ['xpay-eu', 'pay-*', false],
  ['ab', 'a(b)', false],
  ['', '?', false],
])('a name has no folders: %s matches %s: %s', (name, glob, expected) => {
  expect(matchesName(name, glob)).toBe(expected)
})

it('agrees with a regular expression on any path and glob', () => {
  const expression = (glob: string): RegExp => {
    const source = glob.replace(/\*\*\/$/, '**').replace(/(?<=^|\/)\*\*\/|\*+|[^*]/gs, (part) => {
      if (part === '**/') return '(?:[^/]+/)*'
      if (part.startsWith('*')) return part.length > 1 ? '.*' : '[^/]*'
      return part === '?' ? '[^/]' : part
    })
    return new RegExp(`^${source}$`, 's')
  }
  const glob = fc.array(fc.constantFrom('a', 'b', '/', '*', '**', '?', '**/'), { maxLength: 8 }).map((parts) => parts.join(''))
  const path = fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 8 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(path, glob, (text, pattern) => {
      fc.pre(!pattern.includes('***'))
      expect([text, pattern, matchesPath(text, pattern)]).toEqual([text, pattern, expression(pattern).test(text)])
    }),
    { numRuns: 5_000 },
  )
})

it.each(['*a'.repeat(200), '**a'.repeat(200), '**/'.repeat(200) + 'b', `${'*?'.repeat(200)}b`])(
  'no glob takes more time than text times glob: %.12s…',
  (glob) => {
    const begin = performance.now()
    expect(matchesPath('a/'.repeat(1_000), glob)).toBe(false)
    expect(matchesName('a'.repeat(2_000), `${glob}c`)).toBe(false)
    expect(performance.now() - begin).toBeLessThan(2_000)
  },
)
