import { describe, expect, it } from 'vitest'
import { githubMarkdown } from '../../../src/adapters/forges/github/markdown.ts'
import { knownCulprit } from '../../../src/domain/announce/announcement.ts'
import { commentText } from '../../../src/domain/announce/comment.ts'
import { happened, inOrder, wordsOf, type Told } from '../../../src/domain/announce/said.ts'
import type { CommitSha, GitCommit } from '../../../src/domain/application/commit.ts'
import { CHECK_IDS } from '../../../src/domain/decision/check.ts'
import type { Evidence } from '../../../src/domain/release/evidence.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../an-attempt.ts'
import { EVIDENCE } from '../an-evidence.ts'

const COMMIT = 'a'.repeat(40) as CommitSha

const evidenceOf = (metric: string): Evidence => ({ ...EVIDENCE, metric })

function failed(change: Partial<Release> = {}, ...metrics: readonly string[]): Release {
  const attempt = anAttempt({ seenAt: 0, percent: 25, evidence: metrics.map(evidenceOf) })
  const named = { key: 'k', namespace: 'shop', rollout: 'web', cluster: 'prod', images: ['r/web:v2'], stableImages: ['r/web:v1'] }
  return aRelease({ ...named, attempts: [attempt], cause: 'analysis-failed', state: 'failed', outcome: 'open', ...change })
}

const told = (change: Partial<Release>, ...metrics: readonly string[]): Told => ({ release: failed(change, ...metrics), revert: undefined })
const write = (...all: readonly Told[]): string => commentText({ commit: COMMIT, told: all, markup: githubMarkdown, linksFor: () => [] })
const ended = (outcome: Release['outcome']): Partial<Release> => ({ state: 'ended', outcome })

describe('an alert names a release, and not its commit', () => {
  const checks = CHECK_IDS.map((id) => ({ id, title: '', outcome: 'passed' as const, detail: '' }))
  const burned = failed({
    cause: 'slo-burn',
    revision: COMMIT,
    repository: 'git.example/a/b',
    repoURL: 'https://git.example/a/b',
    decision: { action: 'notify', reason: '', checks, at: 0 },
  })

  it('nobody is told that their commit broke what an alert was about, though every check has passed', () => {
    expect(knownCulprit(burned, undefined)).toBeUndefined()
  })

  it('nobody is told before anything was decided', () => {
    expect(knownCulprit({ ...burned, cause: 'analysis-failed', decision: null }, undefined)).toBeUndefined()
  })

  it('whoever made the commit is told once a revert of it stands', () => {
    expect(knownCulprit(burned, { culprits: [{ sha: COMMIT } as GitCommit] })).toMatchObject({ commit: COMMIT })
  })
})

it('what stands failed is named first, then what is tried again, what has ended, and last what made it', () => {
  const all = [told(ended('promoted')), told(ended('gone')), told({ state: 'rolling' }), told({})]
  expect(inOrder(all)).toEqual(all.toReversed())
})

describe('the comment', () => {
  it('does not say that all was taken back while one still stands failed', () => {
    expect(write(told(ended('restored')), told({}))).toMatch(/^\*\*The release of `aaaaaaaaaaaa` failed\.\*\*/)
  })

  it('has no line without words: no links, no second measurement and none left out are not spoken of', () => {
    const text = write(told({}, 'success-rate'))
    expect(text).not.toMatch(/And 0 more|^\s+$|^ {2}- /m)
    expect(text.split('\n\n').every((part) => part.trim() !== '')).toBe(true)
  })

  it('shows five measurements of one failure, and of several failures only the first of each', () => {
    const many = Array.from({ length: 7 }, (_, at) => `metric-${at}`)
    expect(write(told({}, ...many)).match(/^ {2}- /gm)).toHaveLength(5)
    expect(write(told({}, ...many), told({ rollout: 'api' }, ...many))).not.toMatch(/^ {2}- /m)
  })

  it('is whole where nothing has failed any more, and where nothing was measured', () => {
    expect(write().split('\n\n')).toHaveLength(2)
    expect(write(told({ attempts: [] }))).not.toMatch(/undefined|^ {2}- /m)
  })

  it('links the pull request of a person that does what ours would', () => {
    const theirs = { number: 7, url: 'https://git.example/7' }
    const decision = { action: 'notify' as const, reason: '', checks: [], at: 0, theirs }
    expect(write(told({ decision } as Partial<Release>))).toContain('(https://git.example/7)')
  })
})

describe('what has become of a release', () => {
  it('is said of who took it back: the parameters of the Application, a pull request, or Git', () => {
    const merged = aRevert({ key: 'v', outcome: 'merged', pullRequest: { number: 12, url: 'https://git.example/12' } })
    const by = (revert: Told['revert'], change: Partial<Release> = {}): string =>
      happened({ release: failed({ ...ended('restored'), ...change }), revert })
    expect(by(merged, { restoredBy: 'parameters' } as Partial<Release>)).toMatch(/^was restored by the Application's parameters;/)
    expect(by(merged)).toMatch(/^was restored by #12;/)
    expect(by({ ...merged, outcome: 'declined' })).toMatch(/^was restored in Git;/)
  })

  it('names the cause of the newest attempt where nothing was measured, else that of the release', () => {
    const [attempt] = failed().attempts
    expect(
      happened({ release: failed({ attempts: attempt ? [{ ...attempt, cause: 'progress-deadline' }] : [] }), revert: undefined }),
    ).not.toBe(happened({ release: failed(), revert: undefined }))
    expect(happened({ release: failed({ attempts: [] }), revert: undefined })).toMatch(/^failed: \S/)
  })

  it('is said anew when the verdict, the pull request or what was decided on it changes, and not otherwise', () => {
    const open = aRevert({ key: 'v' })
    const words = wordsOf({ release: failed(), revert: open })
    expect(wordsOf({ release: failed(), revert: { ...open } })).toBe(words)
    expect(wordsOf({ release: failed(), revert: { ...open, pullRequest: { number: 7, url: 'https://git.example/8' } } })).not.toBe(words)
    expect(wordsOf({ release: failed(ended('promoted')), revert: open })).not.toBe(words)
    const theirs = { decision: { action: 'notify', reason: '', checks: [], at: 0, theirs: { number: 7, url: 'https://git.example/7' } } }
    expect(wordsOf(told(theirs as unknown as Partial<Release>))).toContain('https://git.example/7')
    expect(wordsOf(told({}))).not.toContain('undefined')
  })
})
