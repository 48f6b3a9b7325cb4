import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeBlock, createMarkdown, inlineCode } from '../../../src/domain/words/markdown.ts'
import { cutWithMark, plainText } from '../../../src/domain/words/plain-text.ts'
import { hostile } from './hostile.ts'

const { inlineText, link } = createMarkdown((escaped) => escaped)

/** What a forge's renderer makes of escapes and entities. */
function rendered(text: string): string {
  return text
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/&#8203;/g, '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
}

describe('text in Markdown', () => {
  it('lets no mention, HTML, reference, link, emphasis or table break through', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const out = inlineText(text)
        expect(out).not.toMatch(/[<>\n\r\0]/)
        expect(out).not.toMatch(/@(?!&#8203;)/)
        expect(out).not.toMatch(/\\#(?!&#8203;)/)
        expect(out).not.toMatch(/(?:https?|ftp):\/\/|www\./i)
        // Each mark is escaped by a backslash that is not itself escaped.
        const unescaped = out.replace(/\\[!-/:-@[-`{-~]/g, '').replace(/&#?\w+;/g, '')
        expect(unescaped).not.toMatch(/[\\`*_{}[\]()#+!|~$^]/)
      }),
      { numRuns: 2_000 },
    )
  })

  it('shows all the same what was said', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(rendered(inlineText(text)).trim()).toBe(plainText(text, 300))
      }),
      { numRuns: 1_000 },
    )
  })

  it('is neither a list nor a heading, whatever it begins with', () => {
    for (const text of ['- x', '= x', '1. x', '12) x', '+ x', '# x', '* x']) expect(inlineText(text)).toMatch(/^(?:\d+)?\\/)
  })

  it('in a code span cannot end it', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const out = inlineCode(text)
        const fence = /^`+/.exec(out)?.[0] ?? ''
        expect(out.endsWith(fence)).toBe(true)
        const inside = out.slice(fence.length, out.length - fence.length)
        expect([...inside.matchAll(/`+/g)].some((run) => run[0].length === fence.length)).toBe(false)
        expect(inside).not.toMatch(/[\n\r\0]|(?<!\\)\|/)
      }),
      { numRuns: 2_000 },
    )
  })

  it('in a fenced block cannot end it', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const lines = codeBlock(text).split('\n')
        const fence = lines[0] ?? ''
        expect(lines.slice(1, -1).some((line) => line.trimStart().startsWith(fence))).toBe(false)
      }),
      { numRuns: 1_000 },
    )
  })

  it('becomes a link only to http and https', () => {
    expect(link('x', 'https://git.example/a')).toBe('[x](https://git.example/a)')
    for (const url of [
      'javascript:alert(1)',
      'data:text/html,x',
      'https://a b',
      'https://a)b',
      undefined,
      'https://ada:planted@git.example/a',
      'https:planted@h',
    ])
      expect(link('x', url)).toBe('x')
  })

  it('is cut to its limit with a mark, and no character in two', () => {
    expect(cutWithMark('👍👍👍', 4)).toBe('👍…')
    expect([cutWithMark('abcd', 4), plainText('abcd', 4)]).toEqual(['abcd', 'abcd'])
    expect([cutWithMark('abcde', 4), plainText('abcde', 4)]).toEqual(['abc…', 'abc…'])
    expect(plainText('👍👍👍', 4)).toBe('👍…')
    expect(inlineText('a'.repeat(1_000), 10)).toBe('aaaaaaaaa…')
  })
})
