import { describe, expect, it } from 'vitest'
import { asCommitSha, type CommitSha, type GitCommit } from '../../../src/domain/application/commit.ts'
import { endedAtForge, openedAtForge, retargeted } from '../../../src/domain/revert/at-forge.ts'
import { closingComment, whyClosed } from '../../../src/domain/revert/closing-words.ts'
import { DEFAULT_COMMITS } from '../../../src/domain/revert/commit-rules.ts'
import { formerOf, withTakenBack } from '../../../src/domain/revert/former.ts'
import { closingMarker } from '../../../src/domain/revert/keys.ts'
import { MARKS } from '../../../src/domain/revert/marks.ts'
import { plannedRevert, planRevert } from '../../../src/domain/revert/plan.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { aRevert } from '../../contract/ledger-documents.ts'
import { commit as aCommit, source } from '../decision/clear.ts'

const sha = (digit: string): CommitSha => asCommitSha(digit.repeat(40)) as CommitSha
const PULL = { number: 9, url: 'https://git.example/9' }
const planned = aRevert({ key: 'k', state: 'planned', pullRequest: null, openedAt: null, commit: null } as Partial<Revert> & {
  key: string
})

describe('a revert that was opened at the forge', () => {
  it('was opened when that was first seen, and not when it was seen again', () => {
    const first = openedAtForge(planned, { at: 5, pullRequest: PULL, commit: sha('c') })
    expect(first.openedAt).toBe(5)
    expect(openedAtForge(first, { at: 8, pullRequest: PULL, commit: sha('c') }).openedAt).toBe(5)
  })

  it('says how it is proven where that is told, and has no word of it where it is not', () => {
    const told = openedAtForge(planned, { at: 5, pullRequest: PULL, commit: sha('c'), provenBy: 'files' })
    expect(told.provenBy).toBe('files')
    expect(openedAtForge(told, { at: 6, pullRequest: PULL, commit: sha('c') }).provenBy).toBe('files')
    expect(Object.keys(openedAtForge(planned, { at: 5, pullRequest: PULL, commit: sha('c') }))).not.toContain('changes')
  })

  it('is turned to another branch, and back', () => {
    const away = retargeted(planned, 'next')
    expect(away.mergesInto).toBe('next')
    expect(retargeted(away, planned.baseBranch)).not.toHaveProperty('mergesInto')
  })

  it('keeps its pull request at the end, where the forge tells of none', () => {
    const open = openedAtForge(planned, { at: 5, pullRequest: PULL, commit: sha('c') })
    const end = { at: 9, headSha: undefined, pullRequest: undefined } as unknown as Parameters<typeof endedAtForge>[1]
    expect(endedAtForge(open, end)).toMatchObject({ pullRequest: PULL, endedAt: 9 })
    expect(endedAtForge(open, { ...end, pullRequest: { ...PULL, number: 10 } }).pullRequest?.number).toBe(10)
  })
})

describe('a revert that was pushed and taken back', () => {
  const answer = { detail: 'no' } as unknown as NonNullable<Revert['takenBackFor']>

  it('is counted each time', () => {
    const once = withTakenBack(planned, { commit: undefined, answer: undefined })
    expect([once.takenBackTimes, withTakenBack(once, { commit: undefined, answer: undefined }).takenBackTimes]).toEqual([1, 2])
    expect(once).not.toHaveProperty('takenBack')
    expect(once).not.toHaveProperty('takenBackFor')
  })

  it('keeps what the renderer said of it until the renderer says something of another commit', () => {
    const said = withTakenBack(planned, { commit: sha('c'), answer })
    expect(said).toMatchObject({ takenBack: sha('c'), takenBackFor: answer })
    expect(withTakenBack(said, { commit: undefined, answer: undefined })).toMatchObject({ takenBack: sha('c'), takenBackFor: answer })
    expect(withTakenBack(said, { commit: sha('d'), answer: undefined })).not.toHaveProperty('takenBackFor')
  })

  it('leaves nothing in a new plan where nothing was before, and the number of every pull request where there were some', () => {
    expect(formerOf(undefined)).toEqual({})
    expect(formerOf(planned)).toEqual({})
    expect(formerOf({ ...planned, pullRequest: PULL, formerPullRequests: [3] })).toEqual({ formerPullRequests: [3, 9] })
    expect(formerOf({ ...planned, pullRequest: PULL, formerPullRequests: [9, 3] })).toEqual({ formerPullRequests: [3, 9] })
  })
})

it('an event that tells no more than that it has happened says just that', () => {
  expect(MARKS).toEqual({
    'revert-waits': { awaitsTurn: true },
    'revert-reopened': { endedAt: null },
    'restore-overdue': { toldNotRestored: true },
  })
})

it('a close that a new pull request may follow is marked otherwise than one that none may', () => {
  expect([closingMarker('k', true), closingMarker('k', false)]).toEqual(['<!-- kedge:v1 lapsed=k -->', '<!-- kedge:v1 closing=k -->'])
})

describe('why a pull request is closed', () => {
  const restored: Pick<Revert, 'outcome' | 'closedFor'> = { outcome: 'restored' }

  it('is said of the running version, or of an Experiment', () => {
    expect(closingComment(restored, false)).toMatch(/^Git asks for the running version again/)
    expect(closingComment(restored, false, true)).toMatch(/^Git asks for the failed Experiment no more/)
    expect(whyClosed(restored)).toBe('Git asks for the running version again')
    expect(whyClosed(restored, true)).toBe('Git asks for the failed Experiment no more')
  })

  it('is said though nobody knows it any more', () => {
    expect(closingComment({ outcome: null }, false)).toBe('The Rollout is gone. Closing it.')
    expect(whyClosed({ outcome: null })).toBe('it was no longer right')
  })
})

describe('a revert is planned', () => {
  it('as what Git says was there before', () => {
    const other = { otherApplications: ['shop/b'], untoldApplications: ['shop/a'] }
    expect(plannedRevert({ ...source, ...other }, 'analysis-failed', 7)).toMatchObject({
      key: 'key',
      repoURL: source.repoURL,
      branch: source.branch,
      baseBranch: 'main',
      goodRevision: sha('a'),
      paths: source.paths,
      provenBy: 'rendering',
      plannedAt: 7,
      otherApplications: ['shop/a', 'shop/b'],
    })
    expect(plannedRevert({ ...source, provenBy: null } as unknown as typeof source, 'analysis-failed', 7)).not.toHaveProperty('provenBy')
  })

  it.each(['revertKey', 'repoURL', 'repository', 'branch', 'baseBranch', 'good'] as const)(
    'not before Git says which %s it has',
    (field) => {
      expect(plannedRevert({ ...source, [field]: null }, 'analysis-failed', 7)).toBeUndefined()
    },
  )
})

describe('the commit of a revert', () => {
  type Scope = Parameters<typeof planRevert>[0]
  const plan = (change: Partial<Scope> = {}): ReturnType<typeof planRevert> =>
    planRevert({
      culprits: [aCommit() as GitCommit],
      good: sha('a'),
      key: 'k',
      rollouts: ['shop/web'],
      paths: ['a', 'b'],
      byFields: [],
      cause: 'analysis-failed',
      commits: DEFAULT_COMMITS,
      ...change,
    })

  it('is signed off where the configuration says so, and nowhere else', () => {
    expect(plan().message).not.toContain('Signed-off-by')
    const author = { name: 'Bot', email: 'bot@x' }
    expect(plan({}).message).not.toContain('Signed-off-by')
    expect(plan({ commits: { ...DEFAULT_COMMITS, author, signOff: true } }).message).toMatch(/\nSigned-off-by: Bot <bot@x>\n$/)
  })

  it.each<[string, Partial<Scope>, RegExp]>([
    ['failed', {}, /^shop\/web failed and went back to the version before\.$/m],
    ['failed by a cause that nobody knows', { cause: null }, /^shop\/web failed and went back to the version before\.$/m],
    ['was undone', { cause: 'undone' }, /^shop\/web was taken back by hand/m],
    ['burns', { cause: 'slo-burn' }, /^shop\/web was promoted, and an alert/m],
    ['changed flags', { cause: 'slo-burn', isFlags: true }, /^shop\/web has its flags changed/m],
    ['is an Experiment', { isExperiment: true }, /^shop\/web failed by its analysis: this takes it out of Git/m],
  ])('says of what %s what has happened', (_, change, words) => {
    expect(plan(change).message).toMatch(words)
  })

  it('speaks of fields only where it restores some files by fields', () => {
    expect(plan().message).toMatch(/^Restores 2 file\(s\) as they are at a{40}\.$/m)
    const byFields = [{ path: 'a' }] as unknown as Scope['byFields']
    expect(plan({ byFields }).message).toMatch(/at a{40}, of them 1 only in the fields/)
  })

  it('has the time of the newest commit that it takes back, and none where it takes back none', () => {
    expect(plan({ culprits: [aCommit({ committedAt: 3 }), aCommit({ committedAt: 5, subject: 'web v3' })] })).toMatchObject({
      date: 5,
      title: 'Revert 2 commits up to "web v3"',
    })
    expect(plan({ culprits: [] })).toMatchObject({ date: 0, title: 'Revert 0 commits up to "release"' })
  })
})
