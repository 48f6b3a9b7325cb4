import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRepositoryName } from '../../../../src/adapters/forges/github/repository-name.ts'
import { fitBody, fitTitle } from '../../../../src/adapters/forges/github/text.ts'
import { MARKER } from './github-edge.ts'

describe('texts of a pull request', () => {
  it('a body that fits stays as it is', () => {
    expect(fitBody('Why.')).toBe('Why.')
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 1_000 }), (body) => fitBody(body) === body))
  })

  it('a body that is cut keeps its last line, its start and whole characters', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 3_000 })
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), fc.constantFrom('', '\n', '\n\n'), (lines, end) => {
        const start = `${lines.join('\n')}\n`.repeat(Math.ceil(70_000 / (lines.join('\n').length + 1)))
        const body = fitBody(start + MARKER + end)
        expect(body.length).toBeLessThanOrEqual(65_536)
        expect(body.length).toBeGreaterThan(60_000)
        expect(body.endsWith(`\n${MARKER}`)).toBe(true)
        expect(body.isWellFormed()).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('one line that is longer than all that is allowed is cut like any other', () => {
    expect(fitBody('x'.repeat(200_000)).length).toBeLessThanOrEqual(65_536)
  })

  it('a title is one line of at most 255 characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), (title) => {
        expect(fitTitle(title).length).toBeLessThanOrEqual(255)
        expect(fitTitle(title)).not.toMatch(/[\n\r]/)
        expect(fitTitle(title).isWellFormed()).toBe(true)
      }),
    )
  })
})

describe('the name of a repository', () => {
  it('is on the host that a browser would go to, or there is none', () => {
    const piece = fc.constantFrom(
      'https://',
      'http://',
      'github.com',
      'evil.example',
      '/',
      '\\',
      '@',
      ':',
      '443',
      'acme',
      'deploy',
      '.git',
      '?',
      '#',
      '%2f',
      '..',
      '\t',
      '[',
      ']',
      'user',
    )
    const pieces = fc.array(piece, { maxLength: 4 }).map((parts) => parts.join(''))
    const repoURL = fc.tuple(pieces, pieces).map(([before, after]) => `https://${before}github.com${after}/acme/deploy`)
    fc.assert(
      fc.property(repoURL, (url) => {
        const host = parseRepositoryName(url)?.host
        expect(host === undefined || host === new URL(url).host).toBe(true)
      }),
      { numRuns: 20_000 },
    )
  })

  it.each([
    'https://github.com/acme/deploy',
    'https://github.com/acme/deploy.git/',
    'HTTPS://GitHub.com:443/acme/deploy',
    'https://someone@github.com/acme/deploy.git',
    'git@github.com:acme/deploy.git',
    'ssh://git@github.com/acme/deploy',
  ])('%s is read', (repoURL) => {
    expect(parseRepositoryName(repoURL)).toEqual({ host: 'github.com', owner: 'acme', name: 'deploy' })
  })

  it.each(['ssh://evil.example\\@github.com/acme/deploy', 'git@github.com:acme/deploy\n', 'git@github.com:acme/dep loy', 'github.com'])(
    '%j names none',
    (repoURL) => {
      expect(parseRepositoryName(repoURL)).toBeUndefined()
    },
  )
})
