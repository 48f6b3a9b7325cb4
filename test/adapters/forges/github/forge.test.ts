import { describe, expect, it } from 'vitest'
import { VERSION } from '../../../../src/domain/program-version.ts'
import { nock } from '../../at-rest-nock.ts'
import { useOnlyNock } from '../../only-nock.ts'
import { edge, forge, MARKER, pull } from './github-edge.ts'

const REQUEST = { branch: 'kedge/revert/a-1', base: 'main', title: 'Revert', body: `Why.\n\n${MARKER}` }

useOnlyNock()

describe('finding pull requests', () => {
  it('leaves out what GitHub lists beyond the branch asked for, branches of forks included', async () => {
    const fork = { ref: REQUEST.branch, sha: 'b'.repeat(40), repo: { full_name: 'mallory/deploy' } }
    edge()
      .get('/repos/acme/deploy/pulls')
      .query({ head: `acme:${REQUEST.branch}`, state: 'all', sort: 'created', direction: 'desc', per_page: 100, page: 1 })
      .reply(200, [
        pull(3, { head: { ...fork, repo: null } }),
        pull(4, { head: fork }),
        pull(5, { head: { ...pull(5).head, ref: 'other' } }),
        pull(6),
      ])
    expect((await forge().findByBranch(REQUEST.branch)).map(({ number }) => number)).toEqual([6])
  })

  it('leaves out drafts and what forks hold among the open ones', async () => {
    const fork = (repo: unknown) => ({ ref: 'calm', sha: 'b'.repeat(40), repo })
    edge()
      .get('/repos/acme/deploy/pulls')
      .query(true)
      .reply(200, [
        pull(3, { head: fork(null) }),
        pull(4, { head: fork({ full_name: 'mallory/deploy' }) }),
        pull(5, { draft: true }),
        pull(6, { draft: false, head: fork({ full_name: 'Acme/Deploy' }) }),
        pull(7),
      ])
    expect((await forge().listOpen('main')).map(({ number }) => number)).toEqual([6, 7])
  })

  it('reads every page of a list', async () => {
    edge()
      .get('/repos/acme/deploy/pulls')
      .query((query) => query['page'] === '1')
      .reply(
        200,
        Array.from({ length: 100 }, (_, index) => pull(300 - index)),
      )
    edge()
      .get('/repos/acme/deploy/pulls')
      .query((query) => query['page'] === '2')
      .reply(200, [pull(7)])
    expect(await forge().findByBranch(REQUEST.branch)).toHaveLength(101)
  })

  it('takes the trial merge of an open pull request for no merge commit', async () => {
    edge().get('/repos/acme/deploy/pulls/6').reply(200, pull(6))
    expect(await forge().get(6)).toMatchObject({ state: 'open', mergeCommit: undefined })
  })

  it('says which version of Kedge asks', async () => {
    edge()
      .get('/repos/acme/deploy/pulls/6')
      .matchHeader('user-agent', (agent) => `${agent}`.startsWith(`kedge/${VERSION} `))
      .reply(200, pull(6))
    expect(await forge().get(6)).toMatchObject({ number: 6 })
  })

  it('names the account of a deleted author as GitHub does', async () => {
    edge()
      .get('/repos/acme/deploy/pulls/6')
      .reply(200, pull(6, { user: null, body: null }))
    expect(await forge().get(6)).toMatchObject({ author: 'ghost', body: '' })
  })
})

describe('opening a pull request', () => {
  it('sends one POST, and none again when GitHub fails', async () => {
    edge().post('/repos/acme/deploy/pulls').once().reply(502, 'Bad gateway')
    await expect(forge().open(REQUEST)).rejects.toMatchObject({ code: 'E_FORGE_UNREACHABLE', retryable: true })
  })

  it('returns the pull request that GitHub says the branch has already', async () => {
    edge()
      .post('/repos/acme/deploy/pulls')
      .reply(422, { message: 'Validation Failed', errors: [{ message: 'A pull request already exists for acme:kedge/revert/a-1.' }] })
    edge()
      .get('/repos/acme/deploy/pulls')
      .query(true)
      .reply(200, [pull(8), pull(6, { state: 'closed' })])
    expect((await forge().open(REQUEST)).number).toBe(8)
  })

  it('does not pass a closed pull request off as the open one', async () => {
    edge()
      .post('/repos/acme/deploy/pulls')
      .reply(422, { message: 'Validation Failed', errors: [{ message: 'No commits between main and kedge/revert/a-1' }] })
    edge()
      .get('/repos/acme/deploy/pulls')
      .query(true)
      .reply(200, [pull(6, { state: 'closed' })])
    await expect(forge().open(REQUEST)).rejects.toMatchObject({
      code: 'E_FORGE_REJECTED',
      message: expect.stringContaining('No commits between'),
    })
  })

  it('cuts a title and a body to what GitHub takes and keeps the marker', async () => {
    let sent: { title: string; body: string } | undefined
    edge()
      .post('/repos/acme/deploy/pulls', (body: { title: string; body: string }) => {
        sent = body
        return true
      })
      .reply(201, pull(9))
    await forge().open({ ...REQUEST, title: '🚢'.repeat(300), body: `${'line of text 🚢\n'.repeat(10_000)}${MARKER}` })
    expect(sent?.title.length).toBeLessThanOrEqual(255)
    expect(sent?.body.length).toBeLessThanOrEqual(65_536)
    expect(sent?.body.endsWith(`\n${MARKER}`)).toBe(true)
    expect([sent?.title, sent?.body].every((text) => text?.isWellFormed())).toBe(true)
  })
})

describe('closing a pull request', () => {
  it('sends nothing to one that has ended', async () => {
    edge()
      .get('/repos/acme/deploy/pulls/6')
      .reply(200, pull(6, { state: 'closed', merged_at: '2026-01-01T00:00:00Z' }))
    await forge().close(6)
    expect(nock.isDone()).toBe(true)
  })
})

describe('comments', () => {
  const comments = '/repos/acme/deploy/issues/6/comments'

  it('edits no comment of a person who has quoted the marker', async () => {
    edge()
      .get(comments)
      .query(true)
      .reply(200, [{ id: 1, body: `> ${MARKER}`, user: { login: 'mallory', type: 'User' } }])
    edge().get('/user').reply(200, { login: 'kedge-robot' })
    edge()
      .post(comments, { body: `news\n\n${MARKER}` })
      .reply(201, { id: 2, body: 'news' })
    await forge().comment(6, MARKER, 'news')
    expect(nock.isDone()).toBe(true)
  })

  it('leaves a comment alone that says the same already', async () => {
    edge()
      .get(comments)
      .query(true)
      .reply(200, [{ id: 1, body: `news\n\n${MARKER}`, user: { login: 'kedge-robot', type: 'User' } }])
    edge().get('/user').reply(200, { login: 'kedge-robot' })
    await forge().comment(6, MARKER, 'news')
    expect(nock.isDone()).toBe(true)
  })

  it('takes the comment of a bot for its own where the forge does not say who asks', async () => {
    edge()
      .get(comments)
      .query(true)
      .reply(200, [{ id: 1, body: `old\n\n${MARKER}`, user: { login: 'github-actions[bot]', type: 'Bot' } }])
    edge().get('/user').reply(403, { message: 'Resource not accessible by integration' })
    edge().patch('/repos/acme/deploy/issues/comments/1').reply(200, { id: 1, body: 'news' })
    await forge().comment(6, MARKER, 'news')
    expect(nock.isDone()).toBe(true)
  })
})

describe('who closed it', () => {
  it.each([
    ['is us by its last close', { login: 'kedge[bot]' }, true],
    ['is another bot that closed it again', { login: 'stale[bot]' }, false],
    ['is not told of an account that is gone', null, undefined],
  ])('%s', async (_, actor, expected) => {
    const [issue, user] = ['/repos/acme/deploy/issues/6', { login: 'kedge[bot]', type: 'Bot' }]
    const events = ['closed', 'reopened', 'closed'].map((event, index) => ({ event, actor: index < 2 ? user : actor }))
    edge()
      .get(`${issue}/comments`)
      .query(true)
      .reply(200, [{ id: 1, body: MARKER, user }])
    edge().get('/user').reply(403, { message: 'Resource not accessible by integration' })
    edge().get(`${issue}/events`).query(true).reply(200, events)
    expect(await forge().hasClosed(6, MARKER)).toBe(expected)
  })
})

describe('labels and reviewers', () => {
  const reviewers = '/repos/acme/deploy/pulls/6/requested_reviewers'
  const decorate = (labels: string[], names: string[]) => {
    edge()
      .get('/repos/acme/deploy/pulls/6')
      .reply(200, pull(6, { user: { login: 'Kedge-Robot' } }))
    return forge().decorate(6, { labels, reviewers: names })
  }

  it('asks people and teams, and leaves out the author and bots', async () => {
    edge()
      .post(reviewers, { reviewers: ['ada'], team_reviewers: ['platform'] })
      .reply(201, {})
    expect(await decorate([], ['ada', 'kedge-robot', 'renovate[bot]', 'ada', 'acme/platform'])).toEqual([])
  })

  it('asks the others one by one when one is unknown, and says who it was', async () => {
    edge()
      .post(reviewers, { reviewers: ['ada', 'nobody'], team_reviewers: [] })
      .reply(422, { message: 'Reviews may only be requested from collaborators.' })
    edge()
      .post(reviewers, { reviewers: ['ada'], team_reviewers: [] })
      .reply(201, {})
    edge()
      .post(reviewers, { reviewers: ['nobody'], team_reviewers: [] })
      .reply(422, { message: 'Reviews may only be requested from collaborators.' })
    expect(await decorate([], ['ada', 'nobody'])).toEqual([expect.stringMatching(/^"nobody" was not asked for a review: .*collaborators/)])
  })

  it('does not ask a team of another organisation', async () => {
    expect(await decorate([], ['other/platform'])).toEqual([expect.stringContaining('"other/platform" was not asked')])
  })

  it.each([403, 404, 422, 429])('turns a refusal (%i) into sentences', async (status) => {
    edge().post('/repos/acme/deploy/issues/6/labels').reply(status, { message: 'No.' })
    edge().post(reviewers).reply(status, { message: 'No.' })
    expect(await decorate(['revert'], ['ada'])).toEqual([
      expect.stringContaining('"revert" was not set'),
      expect.stringContaining('"ada" was not asked'),
    ])
  })
})
