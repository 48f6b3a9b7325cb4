import { describe, expect, it } from 'vitest'
import { closingMarker } from '../../../src/domain/revert/keys.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { aRelease, releaseEntry } from '../../contract/ledger-documents.ts'
import { aFailure, type Failure } from './a-failure.ts'
import { REPO } from './a-host.ts'
import { justDecided, openAtForge, opens } from './opens.ts'

const FOUND = 'the ledger did not know this pull request: it was found at the forge'

describe('a pull request that the forge has for the branch already', () => {
  it.each<[string, Partial<Revert>, boolean, boolean]>([
    ['is taken as it is, and told as one that the ledger did not know', {}, true, true],
    ['is taken as it is after a try that was cut off', {}, false, false],
    ['is taken as it is where the ledger knows it', { state: 'open', pullRequest: { number: 1, url: 'u' } }, true, false],
  ])('%s', async (_, fields, isFirst, isNews) => {
    const failure = await aFailure()
    const { number, url, headSha } = await openAtForge(failure)
    const { delivered, pulls, kept } = await opens(failure, fields, isFirst)
    const receipt = { number, url, commit: headSha, ...(isNews && { found: 1 }) }
    expect(delivered).toEqual({ state: 'done', event: 'revert-opened', receipt })
    expect(pulls).toMatchObject([{ body: 'Proven by files: as it was.' }])
    expect(kept).toMatchObject({ state: 'open', commit: fields.state === 'open' ? null : headSha, provenBy: 'files' })
    const told = { code: 'E_LEDGER_OLDER', revert: kept?.key, number, url, state: 'open' }
    expect(failure.lines).toEqual(isNews ? [{ level: 'warn', message: FOUND, fields: told }] : [])
  })

  it.each<[string, Partial<Revert>, boolean]>([
    ['has its labels set where a crash may have left it without', {}, true],
    ['keeps its labels as people have them where the ledger knows it', { state: 'open', pullRequest: { number: 1, url: 'u' } }, false],
  ])('%s', async (_, fields, isSet) => {
    const failure = await aFailure()
    failure.policy.current = { labels: ['revert'] }
    await openAtForge(failure)
    expect((await opens(failure, fields)).pulls).toMatchObject([{ labels: isSet ? ['revert'] : [] }])
  })

  it('is told of by every release that it stands for, once there are several', async () => {
    const failure = await aFailure()
    await failure.ledger.append([releaseEntry(aRelease({ key: 'r2', rollout: 'worker' }))])
    await openAtForge(failure)
    const { pulls, kept } = await opens(failure, { releases: ['r', 'r2'] })
    expect(pulls[0]?.body).toMatch(/shop\/web[^]*shop\/worker/)
    expect(kept).toMatchObject({ provenBy: 'files' })
  })

  it.each<[number[], RegExp]>([
    [[1], /^(?![^]*Follows)[^]*shop\/worker/],
    [[4, 1], /Follows [^\n]*#4\b/],
  ])('follows those before it, of %j, and never itself, where people have reopened it', async (formerPullRequests, words) => {
    const failure = await aFailure()
    await failure.ledger.append([releaseEntry(aRelease({ key: 'r2', rollout: 'worker' }))])
    await openAtForge(failure)
    expect((await opens(failure, { releases: ['r', 'r2'], formerPullRequests })).pulls[0]?.body).toMatch(words)
  })

  it.each([['r'], ['r', 'r2']])('keeps its words and gets no labels where its branch holds the work of others', async (...releases) => {
    const failure = await aFailure()
    failure.policy.current = { labels: ['revert'] }
    await failure.ledger.append([releaseEntry(aRelease({ key: 'r2', rollout: 'worker' }))])
    const theirs = failure.commit({ 'apps/web/note.yaml': '# mine\n' }, { branch: failure.branch, parents: [failure.bad] })
    await openAtForge(failure, theirs)
    const { delivered, pulls, kept } = await opens(failure, { releases, provenBy: 'rendering' }, false)
    expect(delivered).toMatchObject({ receipt: { number: 1, commit: '' } })
    expect(pulls).toMatchObject([{ body: 'Proven by files: as it was.', labels: [] }])
    expect(kept).toMatchObject({ state: 'open', commit: null, touchedByOthers: true, provenBy: 'rendering' })
  })

  it.each<[string, (failure: Failure) => void, Revert['outcome']]>([
    ['merged', ({ forges, bad }) => forges.merge(REPO, 1, bad), 'merged'],
    ['closed', ({ forges }) => forges.closeByHuman(REPO, 1), 'declined'],
  ])('has the end that people gave it: %s', async (_, end, outcome) => {
    const failure = await aFailure()
    await openAtForge(failure)
    end(failure)
    const { delivered, pulls, kept } = await opens(failure)
    expect([delivered, pulls.length]).toEqual([{ state: 'done', event: 'revert-found-ended', receipt: { found: 1 } }, 1])
    expect(kept).toMatchObject({ state: 'ended', outcome, pullRequest: { number: 1 } })
  })
})

describe('what merging changes', () => {
  const image = (before?: string, after?: string): object => ({ path: 'spec.image', image: { before, after } })
  it.each<[string, readonly object[] | null, readonly object[] | undefined]>([
    ['is not kept where it is not known', null, undefined],
    ['is not kept where it is nothing', [], undefined],
    [
      'is kept by its fields, with the values of images alone',
      [{ path: 'spec.replicas', before: 'secret' }, image('a', 'b'), image('a'), image(undefined, 'b')],
      [
        { path: 'spec.replicas' },
        { path: 'spec.image', image: { before: 'a', after: 'b' } },
        { path: 'spec.image', image: { before: 'a' } },
        { path: 'spec.image', image: { after: 'b' } },
      ],
    ],
  ])('%s', async (_, changedFields, fields) => {
    const failure = await aFailure()
    justDecided(failure, { changedFields })
    await openAtForge(failure)
    const { kept } = await opens(failure)
    expect(kept?.changes).toStrictEqual(fields && { release: 'r', fields })
  })
})

describe('a pull request of the branch that Kedge has closed before', () => {
  type Closed = 'lapsed' | 'for good' | 'by a person' | 'by nobody that the forge names'
  it.each<[string, Closed, readonly number[] | undefined, boolean]>([
    ['is followed by a new one where Git asked for something else then', 'lapsed', undefined, true],
    ['is followed by a new one where its release had made it then', 'for good', [1], true],
    ['stays the last where the ledger does not say that it may be followed', 'for good', undefined, false],
    ['stays the last where a person has closed it', 'by a person', undefined, false],
    ['stays the last where a person has reopened and closed it', 'by a person', [1], false],
    [
      'is followed by a new one where the forge does not say who has closed it, and the ledger does',
      'by nobody that the forge names',
      [1],
      true,
    ],
    ['stays the last where neither says who has closed it', 'by nobody that the forge names', undefined, false],
  ])('%s', async (_, by, formerPullRequests, isFollowed) => {
    const failure = await aFailure()
    const { number } = await openAtForge(failure)
    const forge = failure.forges.forRepository(REPO)
    await forge.comment(number, closingMarker(failure.planned().key, by === 'lapsed'), 'closing it')
    if (by === 'by a person') failure.forges.closeByHuman(REPO, number)
    else await forge.close(number)
    if (by === 'by nobody that the forge names') failure.instead.forge.hasClosed = async () => undefined
    const { delivered, pulls } = await opens(failure, formerPullRequests && { formerPullRequests })
    expect(delivered.event).toBe(isFollowed ? 'revert-opened' : 'revert-found-ended')
    expect(pulls.slice(1).map(({ body }) => /#1\b/.test(body))).toEqual(isFollowed ? [true] : [])
  })

  it.each<[string, (failure: Failure) => void, object]>([
    ['merged', ({ forges, bad }) => forges.merge(REPO, 1, bad), { state: 'ended', outcome: 'merged' }],
    ['reopened', () => undefined, { state: 'open', pullRequest: { number: 1, url: 'https://git.example/shop/gitops/pull/1' } }],
  ])('is the one that counts where people have %s it since, whatever was said there', async (_, deed, kept) => {
    const failure = await aFailure()
    await openAtForge(failure)
    deed(failure)
    failure.instead.forge.hasClosed = async () => true
    const done = await opens(failure, { formerPullRequests: [1] })
    expect([done.kept, done.pulls.length]).toEqual([expect.objectContaining(kept), 1])
  })

  it('is named by the next one also where the forge has it no more', async () => {
    const failure = await aFailure()
    const { pulls } = await opens(failure, { formerPullRequests: [4, 9] })
    expect(pulls[0]?.body).toMatch(/#9\b/)
  })
})
