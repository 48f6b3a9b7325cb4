import fc from 'fast-check'
import { expect, it } from 'vitest'
import { githubMarkdown } from '../../../../src/adapters/forges/github/markdown.ts'
import { hostile } from '../../../domain/words/hostile.ts'

const CLOSES = /\b(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing))\b(?!&#8203;)/i

it('text on GitHub names no issue as GH-1, and has no word that closes one', () => {
  expect(githubMarkdown.inlineText('Fix rounding (closes #42, GH-7)')).toBe(
    'Fix&#8203; rounding \\(closes&#8203; \\#&#8203;42, GH-&#8203;7\\)',
  )
  fc.assert(
    fc.property(hostile, (text) => {
      const out = githubMarkdown.inlineText(text)
      expect(out).not.toMatch(/\bGH-\d/i)
      expect(out).not.toMatch(CLOSES)
    }),
    { numRuns: 1_000 },
  )
})

it('a link has its text made harmless too', () => {
  expect(githubMarkdown.link('closes GH-1', 'https://git.example/a')).toBe('[closes&#8203; GH-&#8203;1](https://git.example/a)')
})
