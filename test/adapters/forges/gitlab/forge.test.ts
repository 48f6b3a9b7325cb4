import { describe, expect, it } from 'vitest'
import { parseProject } from '../../../../src/adapters/forges/gitlab/project.ts'
import { isBot } from '../../../../src/adapters/forges/gitlab/resources.ts'
import type { CommitSha } from '../../../../src/domain/application/commit.ts'
import { everythingIn, faultOf } from '../../faults.ts'
import { useOnlyNock } from '../../only-nock.ts'
import { createForges, edge, mergeRequest, PROJECT, REPOSITORY, TOKEN } from './gitlab-edge.ts'

const forge = () => createForges().forRepository(REPOSITORY)
const COMMIT = 'c'.repeat(40) as CommitSha
const ONE = `${PROJECT}/merge_requests/6`

useOnlyNock()

describe('what a merge request is', () => {
  const head = 'a'.repeat(40)
  it.each([
    [
      'merged by a merge commit',
      { state: 'merged', merge_commit_sha: 'e'.repeat(40), squash_commit_sha: 'f'.repeat(40) },
      'merged',
      'e'.repeat(40),
    ],
    ['squashed and fast-forwarded', { state: 'merged', squash_commit_sha: 'f'.repeat(40) }, 'merged', 'f'.repeat(40)],
    ['fast-forwarded', { state: 'merged' }, 'merged', head],
    ['being merged', { state: 'locked' }, 'open', undefined],
    ['closed', { state: 'closed' }, 'closed', undefined],
  ])('one that was %s', async (_, change, state, mergeCommit) => {
    edge().get(ONE).reply(200, mergeRequest(6, change))
    expect(await forge().get(6)).toMatchObject({ state, mergeCommit, headSha: head })
  })

  it('is read with its author gone, and without a text', async () => {
    edge()
      .get(ONE)
      .reply(200, mergeRequest(6, { author: null, description: null, sha: null, labels: null }))
    expect(await forge().get(6)).toMatchObject({ author: 'ghost', body: '', headSha: '', labels: [] })
  })

  it('is left out where it comes from a fork or is a draft, and one of another branch wherever it is listed', async () => {
    const list = [
      mergeRequest(3, { source_project_id: 8 }),
      mergeRequest(4, { source_project_id: null }),
      mergeRequest(5, { draft: true }),
      mergeRequest(6, { source_branch: 'other' }),
      mergeRequest(7),
    ]
    edge().get(`${PROJECT}/merge_requests`).query(true).twice().reply(200, list)
    expect((await forge().listOpen('main')).map(({ number }) => number)).toEqual([6, 7])
    expect((await forge().findByBranch('kedge/revert/a-1')).map(({ number }) => number)).toEqual([7, 5])
  })

  it('is found behind pages, by whether there is a next one and never by where that is said to be', async () => {
    const of = (page: string) =>
      edge()
        .get(`${PROJECT}/merge_requests`)
        .query((query) => query['page'] === page && query['per_page'] === '100')
    of('1').reply(200, [mergeRequest(9)], { link: '<https://evil.example/api?page=2>; rel="next", <https://gitlab.com/1>; rel="first"' })
    of('2').reply(200, [mergeRequest(7)], { link: '<https://gitlab.com/1>; rel="first"' })
    expect((await forge().findByBranch('kedge/revert/a-1')).map(({ number }) => number)).toEqual([9, 7])
  })
})

describe('who closed it', () => {
  const notes = () => edge().get(`${ONE}/notes`).query(true)
  const ours = { id: 1, body: 'closed <!-- m -->', author: { id: 9, username: 'kedge' }, system: false }
  const closedBy = (user: unknown) =>
    edge()
      .get(`${ONE}/resource_state_events`)
      .query(true)
      .reply(200, [
        { state: 'closed', user: { id: 2, username: 'ada' } },
        { state: 'reopened', user: { id: 2, username: 'ada' } },
        { state: 'closed', user },
      ])

  it.each([
    ['is us, by the last close', { id: 9, username: 'kedge' }, true],
    ['is a person with our name', { id: 2, username: 'kedge' }, false],
    ['is not told', null, undefined],
  ])('%s', async (_, user, expected) => {
    notes().reply(200, [ours])
    edge().get('/api/v4/user').reply(200, { id: 9, username: 'kedge' })
    closedBy(user)
    expect(await forge().hasClosed(6, '<!-- m -->')).toBe(expected)
  })

  it('is nobody of ours where only others, or GitLab itself, wrote our words', async () => {
    notes().reply(200, [
      { ...ours, author: { id: 2, username: 'ada' } },
      { ...ours, system: true },
    ])
    edge().get('/api/v4/user').reply(200, { id: 9, username: 'kedge' })
    expect(await forge().hasClosed(6, '<!-- m -->')).toBe(false)
  })
})

describe('what brought a commit', () => {
  const of = `${PROJECT}/repository/commits/${COMMIT}/merge_requests`
  const merged = { state: 'merged', author: { id: 2, username: 'ada' } }

  it('is the one that made it, then the one into the default branch; without approvals where the plan has none', async () => {
    for (const [list, number] of [
      [[mergeRequest(3, { ...merged, target_branch: 'develop' }), mergeRequest(4, merged)], 4],
      [[mergeRequest(3, { ...merged, target_branch: 'develop', merge_commit_sha: COMMIT }), mergeRequest(4, merged)], 3],
      [[mergeRequest(3, { ...merged, merge_commit_sha: 'e'.repeat(40), squash_commit_sha: COMMIT }), mergeRequest(4, merged)], 3],
    ] as const) {
      edge().get(of).query(true).reply(200, list)
      if (number === 4) edge().get(PROJECT).reply(200, { default_branch: 'main' })
      edge().get(`${PROJECT}/merge_requests/${number}/approvals`).reply(403, { message: '403 Forbidden' })
      expect(await forge().introducedBy(COMMIT)).toMatchObject({
        number,
        author: 'ada',
        approvers: [],
        unread: expect.stringMatching(/^who approved may not be read: .*403/),
      })
    }
  })

  it('has people alone as approvers, and not its author', async () => {
    edge()
      .get(of)
      .query(true)
      .reply(200, [mergeRequest(3, { ...merged, merged_by: { id: 7, username: 'grace' } }), mergeRequest(4)])
    const approvals = ['grace', 'ada', 'group_3_bot_1', 'service_account_2'].map((username, id) => ({ user: { id, username } }))
    edge()
      .get(`${PROJECT}/merge_requests/3/approvals`)
      .reply(200, { approved_by: [...approvals, { user: null }] })
    expect(await forge().introducedBy(COMMIT)).toMatchObject({ number: 3, approvers: ['grace'], mergedBy: 'grace' })
  })
})

describe('a status', () => {
  const list = `${PROJECT}/repository/commits/${COMMIT}/statuses`
  const status = { context: 'kedge/release', state: 'pending', description: 'in progress', url: undefined } as const

  it('that is there already is not set again: GitLab would refuse it', async () => {
    edge()
      .get(list)
      .query(true)
      .reply(200, [{ name: 'kedge/release', status: 'pending', description: 'in progress', target_url: null }])
    expect(await forge().setStatus(COMMIT, status)).toBeUndefined()
  })

  it('is of that name alone, also where GitLab lists more', async () => {
    edge()
      .get(list)
      .query(true)
      .reply(200, [{ name: 'KEDGE/release', status: 'success' }])
    expect(await forge().statusOf(COMMIT, 'kedge/release')).toBeUndefined()
  })
})

describe('reviewers', () => {
  it('that GitLab takes no more of are told, and a refusal by its words', async () => {
    const user = (id: number, username: string) => edge().get('/api/v4/users').query({ username }).reply(200, [{ id, username }])
    edge().get(ONE).reply(200, mergeRequest(6))
    user(2, 'ada')
    user(3, 'grace')
    edge()
      .put(ONE, { reviewer_ids: [2, 3] })
      .reply(200, mergeRequest(6, { reviewers: [{ id: 2, username: 'ada' }] }))
    expect(await forge().decorate(6, { labels: [], reviewers: ['ada', 'grace'] })).toEqual([
      '"grace" was not asked for a review: GitLab left them out; without a paid plan it takes one reviewer.',
    ])
  })

  it.each(['project_7_bot_1', 'group_12_bot', 'service_account_1', 'ghost', 'renovate[bot]'])('%s is no person', (name) => {
    expect(isBot(name)).toBe(true)
  })

  it.each(['ada', 'project_manager', 'group_lead', 'ghostwriter', 'robot'])('%s is one', (name) => {
    expect(isBot(name)).toBe(false)
  })
})

describe('where the credential goes', () => {
  it.each([
    ['https://gitlab.com/acme/platform/deploy.git', '/projects/acme%2Fplatform%2Fdeploy'],
    ['git@gitlab.com:acme/deploy.git', '/projects/acme%2Fdeploy'],
    ['https://gitlab.com/acme', undefined],
    ['https://gitlab.com/acme/../deploy', undefined],
    ['https://evil.example\\@gitlab.com/acme/deploy', undefined],
    ['https://gitlab.com:8443/acme/deploy', undefined],
    ['https://github.com/acme/deploy', undefined],
  ])('%s is %s', (repoURL, path) => {
    expect(parseProject(repoURL, { apiBaseUrl: 'https://gitlab.com/api/v4', gitHost: 'gitlab.com' })?.path).toBe(path)
  })

  it.each([
    ['https://git.acme.example/gitlab/acme/deploy', 'https://git.acme.example/gitlab/acme/deploy'],
    ['git@git.acme.example:acme/deploy', 'https://git.acme.example/gitlab/acme/deploy'],
    ['https://git.acme.example/other/acme/deploy', undefined],
  ])('below a path of its host, %s is at %s', (repoURL, webUrl) => {
    const host = { apiBaseUrl: 'https://git.acme.example/gitlab/api/v4', gitHost: 'git.acme.example' }
    const found = parseProject(repoURL, host)
    expect([found?.webUrl, found?.path]).toEqual([webUrl, webUrl && '/projects/acme%2Fdeploy'])
  })

  it('in a header of GitLab, and into no error', async () => {
    edge().get(ONE).matchHeader('private-token', TOKEN).reply(500, `boom ${TOKEN}`)
    expect(everythingIn(await faultOf(forge().get(6)))).not.toContain(TOKEN)
  })

  it('nowhere without the admin’s word, and never in the clear', async () => {
    const other = 'https://gitlab.com/acme/other'
    expect(() => createForges().forRepository(other)).toThrow(expect.objectContaining({ code: 'E_REPOSITORY_NOT_ALLOWED' }))
    await expect(createForges().credentialsFor(other)).rejects.toMatchObject({ code: 'E_REPOSITORY_NOT_ALLOWED' })
    const all = createForges({ allow: () => true })
    await expect(all.credentialsFor('http://gitlab.com/acme/deploy')).rejects.toMatchObject({ code: 'E_REPOSITORY_NOT_ALLOWED' })
    expect(await all.credentialsFor('https://github.com/acme/deploy')).toBeUndefined()
    expect(() => all.forRepository('https://github.com/acme/deploy')).toThrow(expect.objectContaining({ code: 'E_FORGE_UNSUPPORTED' }))
  })

  it('to no write while another process may be acting', async () => {
    const held = createForges({
      assertMayAct: () => {
        throw new Error('another leads')
      },
    }).forRepository(REPOSITORY)
    await expect(held.updateBody(6, 'x')).rejects.toMatchObject({ message: expect.stringContaining('another leads') as string })
    edge().get(ONE).reply(200, mergeRequest(6))
    expect((await held.get(6)).number).toBe(6)
  })
})
