import { describe, expect, it } from 'vitest'
import type { CheckId } from '../../../src/domain/decision/check.ts'
import { decide } from '../../../src/domain/decision/decision.ts'
import type { KeptWish, Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { ofInput, ofPolicy, ofRelease, ofSource, type Change } from './changes.ts'
import { clear, commit, sha } from './clear.ts'

// What each check says and where its bounds are, one at a time: decision.test.ts puts them together.

const all =
  (...changes: readonly Change[]): Change =>
  (input) =>
    changes.reduce((changed, change) => change(changed), input)

function checkOf(id: CheckId, change: Change): readonly [outcome: string | undefined, detail: string | undefined] {
  const check = decide(change(clear)).checks.find((one) => one.id === id)
  return [check?.outcome, check?.detail]
}

const revert = (fields: object): Revert => fields as unknown as Revert
const lapsed = (fields: object = {}): Revert =>
  revert({ state: 'ended', outcome: 'superseded', pullRequest: { number: 9, url: '' }, formerPullRequests: [], ...fields })
const bots = commit({ author: { name: 'renovate[bot]', email: 'bot@x' } })
const botAgain = all(ofSource({ culprits: [bots] }), ofInput({ failedBefore: [{ isSameTemplate: true, images: [], commit: sha('1') }] }))

describe('P3', () => {
  it('names the branch, and the repository where that is known', () => {
    expect(checkOf('P3', ofSource({}))).toEqual(['passed', 'Branch main of git.example/shop/gitops.'])
    expect(checkOf('P3', ofSource({ repository: null }))).toEqual(['passed', 'Branch main of .'])
  })
})

describe('P4', () => {
  it('says that nobody has rendered the commit where who renders was away, and no other check says that', () => {
    const away = ofSource({ rendererAway: true })
    expect(checkOf('P4', ofSource({}))).toEqual(['passed', 'N+1 is bbbbbbbbbbbb “web v2”.'])
    expect(checkOf('P4', away)).toEqual(['passed', expect.stringMatching(/^N\+1 is bbbbbbbbbbbb “web v2”\. \S/)])
    const refused = (check: CheckId) => all(away, ofSource({ refusal: { check, reason: 'unknown.' }, revision: null, good: null }))
    expect(checkOf('P4', refused('P4'))[1]).toMatch(/^unknown\. \S/)
    expect(checkOf('P6', refused('P6'))).toEqual(['failed', 'unknown.'])
  })
})

describe('P4 fails for what no commit that Git asks for has brought', () => {
  const wish: KeptWish = { state: 'undone', revisions: ['a'], podTemplateHash: 'x', images: [] }
  const told = (how: 'hand' | 'older-sync', more: Partial<Release> = {}) => ofRelease({ wish: { ...wish, how }, ...more })

  it('by hand, and by a rollback', () => {
    expect(checkOf('P4', told('hand'))).toEqual(['failed', expect.stringContaining('made by hand')])
    expect(checkOf('P4', told('older-sync'))).toEqual(['failed', expect.stringContaining('rollback in Argo CD')])
  })

  it('and not where Git asks for something newer, or what was undone is adopted', () => {
    expect(checkOf('P4', ofRelease({ wish: { ...wish, state: 'waiting-for-sync' } }))[0]).toBe('passed')
    expect(checkOf('P4', told('hand', { cause: 'undone' }))[0]).toBe('passed')
    expect(checkOf('P4', all(told('hand'), ofInput({ serving: 'undone' })))[0]).toBe('passed')
  })
})

describe('P6', () => {
  it('says so where N is no more than the newest commit that renders it', () => {
    expect(checkOf('P6', ofSource({ goodStandsIn: true }))[1]).toContain('No sync that is known brought it')
    expect(checkOf('P6', ofSource({}))[1]).toBe('N is aaaaaaaaaaaa “web v1”.')
  })
})

describe('P7 fails where Git did not change what runs', () => {
  it.each([
    ['no commit, whatever files differ', ofSource({ culprits: [] })],
    ['no file, whatever commits there are', ofSource({ paths: [] })],
  ])('%s', (_, change) => expect(checkOf('P7', change)).toEqual(['failed', expect.stringContaining('mutable tag')]))
})

describe('P7 and files of other Rollouts', () => {
  const leftOut = { paths: ['apps/web/other.yaml'], commits: [] }
  it('fails where there is nothing else, and passes where there is', () => {
    expect(checkOf('P7', ofSource({ leftOut, paths: [] }))).toEqual(['failed', expect.stringContaining('only other Rollouts')])
    expect(checkOf('P7', ofSource({ leftOut }))[0]).toBe('passed')
  })
})

describe('P8', () => {
  it('lets a bot be where nobody has pushed again: the very same revert is planned anew', () => {
    expect(checkOf('P8', botAgain)).toEqual(['failed', expect.stringContaining('pushed it again')])
    const [outcome, detail] = checkOf('P8', all(botAgain, ofInput({ sameRevert: lapsed() })))
    expect([outcome, detail]).toEqual(['passed', expect.stringContaining('nobody has pushed them again')])
  })

  it('counts no image as failed before that N runs, too', () => {
    const change = (image: string): Change =>
      all(ofSource({ culprits: [bots] }), ofInput({ failedBefore: [{ isSameTemplate: false, images: [image], commit: sha('1') }] }))
    expect(checkOf('P8', change('proxy:v1'))).toEqual(['passed', expect.stringContaining('None says')])
    expect(checkOf('P8', change('web:v2'))[0]).toBe('failed')
  })
})

describe('P9', () => {
  it('is not asked while it is not known which revert it would be', () => {
    expect(checkOf('P9', all(ofSource({ revertKey: null }), ofInput({ foundPullRequest: 'closed' })))[0]).toBe('skipped')
  })

  it("leaves it to a person's pull request, which the decision names", () => {
    const theirs = { number: 4, url: 'https://git.example/pr/4' }
    const decision = decide(ofInput({ theirs } as never)(clear))
    expect(decision).toMatchObject({
      action: 'notify',
      theirs,
      reason: expect.stringContaining('PR #4 is open and restores the same files'),
    })
    expect(decide(clear)).not.toHaveProperty('theirs')
    expect(decide(ofPolicy({ mode: 'notify' })(clear))).not.toHaveProperty('theirs')
  })

  it.each<[string, Partial<{ sameRevert: Revert; foundPullRequest: 'open' | 'lapsed' }>, string]>([
    ['none', {}, 'None.'],
    ['one is open', { sameRevert: revert({ state: 'open', pullRequest: { number: 3 } }) }, 'One is open; it stands for this release too.'],
    ['the forge has one', { foundPullRequest: 'open' }, 'One is open; it stands for this release too.'],
    [
      'one is open, after three that were closed',
      { sameRevert: revert({ state: 'open', pullRequest: { number: 3 }, formerPullRequests: [0, 1, 2] }) },
      'One is open; it stands for this release too.',
    ],
    [
      'Kedge closed one',
      { sameRevert: lapsed() },
      'Kedge closed one when Git asked for something else. Git asks for the failed version again.',
    ],
    [
      'the forge says that',
      { foundPullRequest: 'lapsed' },
      'Kedge closed one when Git asked for something else. Git asks for the failed version again.',
    ],
    [
      'two were closed',
      { sameRevert: lapsed({ formerPullRequests: [3] }) },
      'Kedge closed one when Git asked for something else. Git asks for the failed version again.',
    ],
  ])('allows one where %s', (_, change, detail) => {
    expect(checkOf('P9', ofInput(change))).toEqual(['passed', detail])
  })

  it.each([
    ['promoted', 'ana', 'passed'],
    ['promoted', undefined, 'failed'],
    ['declined', 'ana', 'failed'],
  ] as const)('of what was undone by hand, and %s before, is what a person has to hand over: %s', (outcome, adoptedBy, expected) => {
    const undone = { release: { ...clear.release, cause: 'undone', adoptedBy }, sameRevert: revert({ state: 'ended', outcome }) }
    expect(checkOf('P9', ofInput(undone as never))[0]).toBe(expected)
  })

  it.each([
    [
      { state: 'ended', outcome: 'declined', pullRequest: { number: 3 } },
      'PR #3 takes the same commit back, and somebody has closed it: that is a No to this one, too.',
    ],
    [
      { state: 'open', outcome: 'open', pullRequest: { number: 3 } },
      'the open PR #3 restores one of the same files, for another version: that one comes first.',
    ],
    [
      { state: 'planned', outcome: 'open', pullRequest: null },
      'a PR that is about to be opened restores one of the same files, for another version: that one comes first.',
    ],
  ])('says what stands in the way: %o', (overlapping, detail) => {
    expect(checkOf('P9', ofInput({ overlapping: revert(overlapping) }))).toEqual(['failed', detail])
  })
})

describe('P10', () => {
  it('fails for a file that has changed since, however well the rest is proven', () => {
    expect(checkOf('P10', ofSource({ conflicts: ['apps/web/x.yaml'] }))).toEqual([
      'failed',
      'these files have changed since: apps/web/x.yaml.',
    ])
  })

  it('is not asked where P5 says already why nothing is restored', () => {
    expect(checkOf('P10', ofSource({ proof: null, restoredInGit: true }))[0]).toBe('skipped')
    expect(checkOf('P10', ofSource({ proof: null, later: [commit({ sha: sha('d') })] }))[0]).toBe('skipped')
    expect(checkOf('P10', ofSource({ proof: null }))[0]).toBe('failed')
  })

  const long = { commit: sha('c'), tree: 't', atGood: 'f'.repeat(40), atRevert: 'f'.repeat(40), files: [] }
  it.each<[string, Change, string]>([
    ['by rendering', ofSource({}), 'Proven by rendering: the commits render what ran, and the revert renders what runs. Inputs at'],
    [
      'by what the commits render',
      ofSource({ notRendered: 'The revert was not.' }),
      'The commits render what ran. The revert was not. Inputs',
    ],
    ['by files', ofSource({ provenBy: 'files', notRendered: 'Nobody answered.' }), 'Proven by files: Nobody answered. Inputs'],
    ['by files, without a reason', ofSource({ provenBy: 'files' }), 'Proven by files: nothing was rendered. Inputs'],
  ])('says by what it is proven: %s', (_, change, detail) => {
    const found = checkOf('P10', all(change, ofSource({ proof: long })))
    expect(found).toEqual(['passed', expect.stringMatching(/\(f{12}\)\.$/)])
    expect(found[1]?.startsWith(detail)).toBe(true)
  })

  it('fails by files where the policy wants a rendering', () => {
    const files = all(ofPolicy({ proof: 'rendered' }), ofSource({ provenBy: 'files', notRendered: 'Nobody answered.' }))
    expect(checkOf('P10', files)).toEqual(['failed', expect.stringMatching(/by files only\. Nobody answered\.$/)])
    expect(checkOf('P10', all(files, ofSource({ notRendered: null })))).toEqual(['failed', expect.stringMatching(/by files only\. ?$/)])
    expect(checkOf('P10', ofPolicy({ proof: 'rendered' }))[0]).toBe('passed')
  })
})

describe('P11', () => {
  it('takes a folder that bears the name of the Rollout for no folder of migrations', () => {
    const files = ofSource({ paths: ['apps/data-migration/rollout.yaml'] })
    expect(checkOf('P11', all(files, ofRelease({ rollout: 'data-migration' })))[0]).toBe('passed')
    expect(checkOf('P11', files)[0]).toBe('failed')
  })

  it.each([
    ['restored', ofSource({ paths: ['apps/web/a.yaml', 'db/migrate.sql'] })],
    ['of the same commits', ofSource({ otherFiles: ['docs/a.md', 'db/migrate.sql'] })],
  ])('fails for an irreversible file that is %s', (_, change) => {
    const irreversible = ofPolicy({ irreversible: ['x/**', 'db/**'] })
    expect(checkOf('P11', all(change, irreversible))).toEqual(['failed', expect.stringContaining('db/migrate.sql')])
  })

  it('says who wants a PR where it is no listed cause but a person', () => {
    const adopted = all(ofRelease({ cause: 'undone', adoptedBy: 'Ada' }), ofInput({ serving: 'undone' }))
    expect(checkOf('P11', adopted)).toEqual(['passed', 'Ada wants a PR.'])
    expect(checkOf('P11', ofSource({}))).toEqual(['passed', 'analysis-failed opens a PR.'])
  })
})

describe('what failed together with many others', () => {
  it('waits where all checks allow a PR, and says what stands in its way where one does not', () => {
    const held = ofInput({ held: 'many failed at once.' })
    expect(decide(held(clear))).toMatchObject({ action: 'notify', reason: 'No revert PR: held, because many failed at once.' })
    expect(decide(all(held, ofSource({ proof: null }))(clear)).reason).toMatch(/^No revert PR: restoring would change nothing/)
  })
})

describe('a mute', () => {
  it.each([
    [undefined, 'open-revert'],
    [500, 'open-revert'],
    [1_000, 'open-revert'],
    [1_001, 'none'],
  ])('until %s holds before that moment and no longer', (mutedUntil, action) => {
    expect(decide(ofPolicy({ mutedUntil } as never)(clear)).action).toBe(action)
  })
})
