import { describe, expect, it } from 'vitest'
import { githubMarkdown } from '../../../src/adapters/forges/github/markdown.ts'
import { announcementMarker, knownCulprit } from '../../../src/domain/announce/announcement.ts'
import { commentText } from '../../../src/domain/announce/comment.ts'
import { description, verdictOfAll, type Told } from '../../../src/domain/announce/said.ts'
import type { CommitSha, GitCommit } from '../../../src/domain/application/commit.ts'
import { CHECK_IDS, type Check } from '../../../src/domain/decision/check.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../an-attempt.ts'
import { EVIDENCE } from '../an-evidence.ts'

const COMMIT = 'a'.repeat(40) as CommitSha
const ATTEMPT = anAttempt({ seenAt: 0, percent: 25, evidence: [EVIDENCE] })

function failed(change: Partial<Release> = {}): Release {
  const versions = { images: ['r/web:v2'], stableImages: ['r/web:v1'], podTemplateHash: 'b', stableHash: 'a' }
  const base = { key: 'k', namespace: 'shop', rollout: 'web', cluster: 'prod', attempts: [ATTEMPT], cause: 'analysis-failed' as const }
  return aRelease({ ...base, ...versions, state: 'failed', outcome: 'open', serving: 'split', ...change })
}
const told = (change: Partial<Release> = {}, revert?: Revert): Told => ({ release: failed(change), revert })
const ended = (outcome: Release['outcome']): Partial<Release> => ({ state: 'ended', outcome })
const merged = aRevert({ key: 'v', state: 'ended', outcome: 'merged', pullRequest: { number: 12, url: 'https://git.example/12' } })

describe('beside the commit stands', () => {
  it.each<[string, Told, string]>([
    ['why and how far it failed', told(), 'failure: shop/web failed at 25 %: success-rate 0.91 < 0.95 (3/5)'],
    [
      'the cause where nothing was measured',
      told({ attempts: [{ ...ATTEMPT, evidence: [] }] }),
      'failure: shop/web failed at 25 %: the analysis failed',
    ],
    [
      'the cause of a release that has no attempt',
      told({ attempts: [], cause: 'stuck' }),
      'failure: shop/web failed: it exceeded its progress deadline and was not aborted',
    ],
    [
      'that it is tried again',
      told({ state: 'rolling' }),
      'pending: shop/web is being tried again; it failed at 25 %: success-rate 0.91 < 0.95 (3/5)',
    ],
    [
      'what took it back',
      told(ended('restored'), merged),
      'failure: shop/web was restored by #12; it failed at 25 %: success-rate 0.91 < 0.95 (3/5)',
    ],
    [
      'that people took it back',
      told(ended('restored')),
      'failure: shop/web was restored in Git; it failed at 25 %: success-rate 0.91 < 0.95 (3/5)',
    ],
    ['that it made it', told(ended('promoted')), 'success: shop/web made it after all'],
    [
      'that another took its place',
      told(ended('superseded')),
      'failure: shop/web got a newer release; this one failed at 25 %: success-rate 0.91 < 0.95 (3/5)',
    ],
    ['that the Rollout is gone', told(ended('gone')), 'failure: shop/web is gone; it failed at 25 %: success-rate 0.91 < 0.95 (3/5)'],
  ])('%s', (_, one, words) => {
    expect(`${verdictOfAll([one])}: ${description([one])}`).toBe(words)
  })

  it('the worst of several, what people have to look at first', () => {
    const several = [told(ended('promoted')), told(ended('restored')), told({ rollout: 'api' })]
    expect(verdictOfAll(several)).toBe('failure')
    expect(description(several)).toBe('2 Rollouts failed. shop/api failed at 25 %: success-rate 0.91 < 0.95 (3/5)')
  })

  it('that it was another commit, where it was named by mistake', () => {
    expect([verdictOfAll([]), description([])]).toEqual(['success', 'It was another commit that failed.'])
  })

  it('never more than a forge takes, whatever the names and the measurements are', () => {
    const long = told({
      rollout: 'w'.repeat(253),
      attempts: [{ ...ATTEMPT, evidence: [{ ...EVIDENCE, metric: `m\n${'é'.repeat(300)}` }] }],
    })
    expect(description([long, long]).length).toBeLessThanOrEqual(140)
    expect(description([long])).toMatch(/^shop\/w+… failed at 25 %: m é+…$/)
  })
})

describe('the comment', () => {
  const HOSTILE = '@acme/all closes #42 <img src=x> [x](javascript:y) `` | www.evil.example\n/close\n<!-- kedge:v1 release=other -->'
  const write = (all: readonly Told[], links: readonly { text: string; url: string }[] = []): string =>
    commentText({ commit: COMMIT, told: all, markup: githubMarkdown, linksFor: () => links })

  it('says what failed where, why, what is done about it, and where there is more', () => {
    const open = aRevert({ key: 'v', state: 'open', pullRequest: { number: 12, url: 'https://git.example/12' } })
    const evidence = [EVIDENCE, { ...EVIDENCE, metric: 'latency' }]
    const text = write(
      [told({ attempts: [{ ...ATTEMPT, evidence }] }, open)],
      [{ text: 'Release', url: 'https://kedge.example/releases/k' }],
    )
    expect(text).toMatch(/^\*\*The release of `aaaaaaaaaaaa` failed\.\*\*$/m)
    expect(text).toContain('`web:v2` in `shop/web` (cluster `prod`) failed at 25 %: success-rate 0.91 &lt; 0.95 \\(3/5\\)')
    expect(text).toContain('reverts it, with proof')
    expect(text).toContain('[PR \\#&#8203;12](https://git.example/12) · [Release](https://kedge.example/releases/k)')
    expect(text).toContain('latency 0.91, wanted result')
  })

  it.each<[string, Partial<Release>, Revert | undefined]>([
    ['failed, and was taken back', ended('restored'), merged],
    ['failed, and is being tried again', { state: 'rolling' }, undefined],
    ['failed at first, and made it after all', ended('promoted'), undefined],
  ])('begins with how it stands: %s', (words, change, revert) => {
    expect(write([told(change, revert)]).split('\n')[0]).toContain(words)
  })

  it('lets no text from outside mention, refer, link, close, command or hide anything', () => {
    const evidence = [{ ...EVIDENCE, metric: HOSTILE, value: HOSTILE, condition: HOSTILE }]
    const hostile = failed({ rollout: HOSTILE, cluster: HOSTILE, images: [`r/${HOSTILE}`], attempts: [{ ...ATTEMPT, evidence }] })
    const plain = write([{ release: hostile, revert: undefined }]).replace(/(`+)(?!`)[^]*?[^`]\1(?!`)/g, '')
    expect(plain).not.toMatch(/@(?=\w)|(?<!&)#(?=\d)|<(?!\/?sub>)|\]\(javascript|www\.|^\s*\/close/m)
    expect(description([{ release: hostile, revert: undefined }])).not.toMatch(/@(?=\w)|#(?=\d)|\n/)
  })

  it('names twenty of a thousand, and how many more there are', () => {
    const many = Array.from({ length: 1_000 }, (_, at) => told({ rollout: `web${at}` }))
    expect(write(many)).toContain('And 980 more.')
    expect(write(many).length).toBeLessThan(20_000)
  })

  it('of a commit that was named by mistake says so', () => {
    expect(write([])).toContain('It was another commit.')
  })

  it('is found by a marker of its own', () => {
    expect(announcementMarker('abc')).toBe('<!-- kedge:v1 release=abc -->')
  })
})

describe('the commit that brought what failed', () => {
  const checks = (but: Partial<Record<Check['id'], Check['outcome']>> = {}): readonly Check[] =>
    CHECK_IDS.map((id) => ({ id, title: '', outcome: but[id] ?? 'passed', detail: '' }))
  const known = (change: Partial<Release>, of: readonly Check[] = checks()): Release =>
    failed({
      revision: COMMIT,
      repository: 'git.example/a/b',
      repoURL: 'https://git.example/a/b',
      decision: { action: 'notify', reason: '', checks: of, at: 0 },
      ...change,
    })

  it('is known once the checks that name both versions have passed, whatever else refuses a pull request', () => {
    expect(knownCulprit(known({}), undefined)).toMatchObject({ commit: COMMIT })
    for (const id of ['P1', 'P5', 'P8', 'P9', 'P10', 'P11', 'P12'] as const)
      expect(knownCulprit(known({ told: 'by-rendering' }, checks({ [id]: 'failed' })), undefined)).toBeDefined()
  })

  it('is not known by files before what would be restored has been proven', () => {
    for (const told of ['by-clocks', undefined] as const)
      for (const outcome of ['failed', 'skipped'] as const)
        expect(knownCulprit(known(told ? { told } : {}, checks({ P10: outcome })), undefined)).toBeUndefined()
    expect(knownCulprit(known({ told: 'by-clocks' }, checks({ P5: 'failed' })), undefined)).toBeDefined()
  })

  it.each(['P2', 'P3', 'P4', 'P6', 'P7'] as const)('is not known where %s has not passed', (id) => {
    for (const outcome of ['failed', 'skipped'] as const)
      expect(knownCulprit(known({}, checks({ [id]: outcome })), undefined)).toBeUndefined()
  })

  it('is known by a revert of it, where a lost ledger has no checks', () => {
    const culprits = [{ sha: COMMIT } as GitCommit]
    expect(knownCulprit(known({}, []), { culprits })).toBeDefined()
    expect(knownCulprit(known({}, []), { culprits: [] })).toBeUndefined()
  })

  it.each<[string, Partial<Release>]>([
    ['was broken before Kedge first looked', { preExisting: true }],
    ['was undone by hand', { cause: 'undone' }],
    ['has not failed', { attempts: [] }],
    ['Git has not told of', { revision: null }],
  ])('is nobody to be told of what %s', (_, change) => {
    expect(knownCulprit(known(change), undefined)).toBeUndefined()
  })
})
