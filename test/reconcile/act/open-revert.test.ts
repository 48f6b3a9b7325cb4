import { describe, expect, it } from 'vitest'
import { asCommitSha } from '../../../src/domain/application/commit.ts'
import { renderPullRequestBody } from '../../../src/domain/revert/pull-request-body.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import type { PullRequest } from '../../../src/ports/forge.ts'
import { aFailure, type Failure } from './a-failure.ts'
import { NOW, REPO } from './a-host.ts'
import { justDecided, opens } from './opens.ts'

describe('a revert that is opened', () => {
  it('is one pull request of the commit that was proven, and the ledger keeps which', async () => {
    const failure = await aFailure()
    const { delivered, pulls, kept } = await opens(failure)
    const commit = failure.known.findings.source?.proof?.commit
    const url = 'https://git.example/shop/gitops/pull/1'
    expect(pulls).toMatchObject([
      { number: 1, branch: failure.branch, base: 'main', headSha: commit, title: 'Revert "web v2"', state: 'open' },
    ])
    expect(delivered).toEqual({ state: 'done', event: 'revert-opened', receipt: { number: 1, url, commit } })
    expect(kept).toMatchObject({ state: 'open', commit, provenBy: 'files', pullRequest: { number: 1, url }, openedAt: NOW })
    expect(failure.lines).toEqual([])
  })

  it('says what was proven, of the releases as the ledger has them, with links and where the ledger stands', async () => {
    const failure = await aFailure()
    const ledgerHead = { sequence: 7, hash: 'h'.repeat(64) }
    const links = [{ text: 'the release', url: 'https://kedge.example/r' }]
    Object.assign(failure.environment, { ledgerHead: async () => ledgerHead, linksFor: () => links })
    const { pulls, revert } = await opens(failure)
    const forge = failure.forges.forRepository(REPO)
    const { source } = (await failure.look()).findings
    const body = renderPullRequestBody({
      releases: [{ ...failure.release, revertKey: revert.key }],
      source: source ?? failure.facts(),
      key: revert.key,
      follows: undefined,
      commitUrl: (sha) => forge.commitUrl(asCommitSha(sha) ?? failure.bad),
      markup: forge.markup,
      imageUpdater: false,
      links,
      ledgerHead,
    })
    expect(pulls.map((pull) => pull.body)).toEqual([body])
  })

  it.each<[string, (failure: Failure) => unknown, string, unknown]>([
    [
      'who brought the release',
      ({ instead }) => (instead.forge.introducedBy = () => Promise.reject(new Error('down'))),
      'the PR that brought the release could not be found',
      { error: 'Error: down' },
    ],
    [
      'labels and reviewers, which fail',
      ({ instead }) => (instead.forge.decorate = () => Promise.reject(new Error('down'))),
      'the PR is open; labels or reviewers could not all be set',
      { problems: ['Error: down'] },
    ],
    [
      'labels and reviewers, of which some cannot be set',
      ({ instead }) => (instead.forge.decorate = async () => ['no such label']),
      'the PR is open; labels or reviewers could not all be set',
      { problems: ['no such label'] },
    ],
    [
      'where the ledger stands',
      ({ environment }) => (environment.ledgerHead = () => Promise.reject(new Error('down'))),
      'the PR does not say where the ledger stands',
      { error: 'Error: down' },
    ],
  ])('costs no fault of %s', async (_, breaks, message, fields) => {
    const failure = await aFailure()
    breaks(failure)
    expect((await opens(failure)).pulls).toMatchObject([{ state: 'open' }])
    expect(failure.lines).toEqual([{ level: 'warn', message, fields }])
  })

  it('asks for the labels and reviewers of the policy, and the people behind the release, each once', async () => {
    const failure = await aFailure()
    failure.policy.current = { labels: ['revert'], reviewers: ['oncall', 'ada'] }
    const people = { number: 3, url: 'https://git.example/pull/3', author: 'ada', approvers: ['bob'] }
    failure.forges.introduce(REPO, failure.bad, people)
    const { pulls } = await opens(failure)
    expect(pulls).toMatchObject([{ labels: ['revert'], reviewers: ['oncall', 'ada', 'bob'] }])
    expect(failure.ledger.read('release', 'r')).toMatchObject({ sourceAsked: failure.bad, sourcePr: { number: 3 } })
  })

  it.each(['ended', 'closing'] as const)('is not opened any more where it is %s', async (state) => {
    const failure = await aFailure()
    failure.instead.forge.findByBranch = () => Promise.reject(new Error('nobody is asked'))
    const { delivered, pulls } = await opens(failure, { state })
    expect([delivered, pulls]).toEqual([{ state: 'abandoned', event: 'revert-not-needed' }, []])
  })
})

describe('a revert that is no longer right', () => {
  const away: Partial<Revert> = { state: 'open', pullRequest: { number: 1, url: 'u' } }
  it.each<[string, Partial<Revert>, object, Revert['outcome']]>([
    ['is withdrawn before anything is pushed', {}, { state: 'abandoned', event: 'revert-withdrawn' }, 'withdrawn'],
    ['is left to be closed where it is open', away, { state: 'abandoned', event: 'revert-not-needed' }, null],
  ])('%s', async (_, fields, delivered, outcome) => {
    const failure = await aFailure()
    failure.policy.current = { mode: 'notify' }
    failure.instead.forge.get = async () => ({ state: 'open' }) as PullRequest
    const done = await opens(failure, fields)
    expect([done.delivered, done.pulls, await failure.repository.remoteBranch(failure.branch)]).toEqual([delivered, [], undefined])
    expect(done.kept).toMatchObject({ outcome })
  })

  it('once its branch is pushed is withdrawn with the branch', async () => {
    const failure = await aFailure()
    justDecided(failure)
    failure.instead.git.push = async (branch, commit) => {
      failure.policy.current = { mode: 'notify' }
      return failure.repository.push(branch, commit)
    }
    const { delivered, pulls, kept } = await opens(failure)
    expect([delivered, pulls]).toEqual([{ state: 'abandoned', event: 'revert-withdrawn' }, []])
    expect(kept).toMatchObject({ state: 'ended', outcome: 'withdrawn' })
    expect(await failure.repository.remoteBranch(failure.branch)).toBeUndefined()
  })

  it('once its branch is pushed keeps what was said of it', async () => {
    const failure = await aFailure()
    justDecided(failure)
    failure.instead.git.push = async (branch, commit) => {
      failure.policy.current = { proof: 'rendered' }
      return failure.repository.push(branch, commit)
    }
    const { kept } = await opens(failure)
    const reason = 'A source is rendered by Helm.'
    expect(kept).toMatchObject({ outcome: 'withdrawn', takenBackTimes: 1, takenBackFor: { provenBy: 'files', reason } })
    expect(failure.ledger.read('release', 'r')).toMatchObject({ revertKey: null, decision: { action: 'notify' } })
  })
})
