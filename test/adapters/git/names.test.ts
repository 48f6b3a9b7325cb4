import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodePath, encodePath, isBranchName, pathspecs, revertRef } from '../../../src/adapters/git/names.ts'

/** Text that is likely to meet the rules of Git's references and to break them. */
const refText = fc.string({
  unit: fc.constantFrom(
    'a',
    'B',
    '1',
    '-',
    '.',
    '/',
    '@',
    '{',
    '~',
    '^',
    ':',
    '?',
    '*',
    '[',
    '\\',
    ' ',
    '\t',
    '\x7f',
    'é',
    '.lock',
    '..',
    '//',
    '@{',
  ),
  maxLength: 8,
})

describe('names', () => {
  test('a branch name is what git check-ref-format takes for one, and never what looks like an option', () => {
    const texts = fc.sample(refText, { numRuns: 120, seed: 7 })
    const wrong = texts.filter((text) => {
      const git =
        text !== '' &&
        spawnSync('git', ['check-ref-format', '--branch', `${text}`], { stdio: 'ignore' }).status === 0 &&
        !text.includes('@{')
      return git !== isBranchName(text)
    })
    expect(wrong).toEqual([])
  })

  test('file names of any bytes come back as they were', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (bytes) => {
        expect(encodePath(decodePath(Buffer.from(bytes)))).toEqual(Buffer.from(bytes))
      }),
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        expect(decodePath(Buffer.from(text))).toBe(text)
      }),
    )
  })

  test('different names stay different', () => {
    expect(decodePath(Buffer.of(0xc3, 0xa9))).toBe('é')
    expect(decodePath(Buffer.of(0xe9))).toBe('\udce9')
    expect(decodePath(Buffer.from('\ufeffa'))).toBe('\ufeffa')
  })

  test('every ref to push is a branch under kedge/revert/, whatever is asked for', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `kedge/revert/${text}`),
          refText.map((text) => `kedge/revert/${text}`),
        ),
        (text) => {
          let ref: string
          try {
            ref = revertRef(text)
          } catch {
            return
          }
          expect(ref).toMatch(/^refs\/heads\/kedge\/revert\/[^\s:^~*?[\\]+$/)
          expect(ref).not.toContain('..')
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('a pathspec never begins with anything but its own magic', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.boolean(), (path, glob) => {
        let specs: readonly string[]
        try {
          specs = pathspecs([{ path, glob }])
        } catch {
          return
        }
        expect(specs).toEqual([`:(top,${glob ? 'glob' : 'literal'})${path}`])
      }),
    )
  })

  test('more inputs than a command line takes are refused', () => {
    const inputs = Array.from({ length: 1_000 }, (_, i) => ({ path: `${'x'.repeat(200)}${i}`, glob: false }))
    expect(() => pathspecs(inputs)).toThrow(expect.objectContaining({ code: 'E_GIT_BAD_INPUT' }))
  })
})
