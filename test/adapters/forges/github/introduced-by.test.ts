import { describe, expect, it } from 'vitest'
import type { CommitSha } from '../../../../src/domain/application/commit.ts'
import { useOnlyNock } from '../../only-nock.ts'
import { edge, forge, pull, REPOSITORY } from './github-edge.ts'

useOnlyNock()

const COMMIT = 'c'.repeat(40) as CommitSha

describe('where a commit came from', () => {
  const pulls = `/repos/acme/deploy/commits/${COMMIT}/pulls`
  const merged = { merged_at: '2026-01-01T00:00:00Z', state: 'closed' }

  it('counts people whose newest verdict is an approval, and no bots', async () => {
    const review = (login: string, state: string, type = 'User') => ({ state, user: { login, type } })
    edge()
      .get(pulls)
      .query(true)
      .reply(200, [pull(3, merged)])
    const people = { user: { login: 'ada', type: 'User' }, merged_by: { login: 'merge-queue[bot]', type: 'Bot' } }
    edge()
      .get('/repos/acme/deploy/pulls/3')
      .reply(200, pull(3, { ...merged, ...people }))
    edge()
      .get('/repos/acme/deploy/pulls/3/reviews')
      .query(true)
      .reply(200, [
        review('grace', 'APPROVED'),
        review('grace', 'COMMENTED'),
        review('linus', 'APPROVED'),
        review('linus', 'CHANGES_REQUESTED'),
        review('alan', 'CHANGES_REQUESTED'),
        review('alan', 'APPROVED'),
        review('edsger', 'APPROVED'),
        review('edsger', 'DISMISSED'),
        review('bot', 'APPROVED', 'Bot'),
        review('renovate[bot]', 'APPROVED'),
        { state: 'APPROVED', user: null },
      ])
    expect(await forge().introducedBy(COMMIT)).toEqual({
      number: 3,
      url: `${REPOSITORY}/pull/3`,
      author: 'ada',
      approvers: ['grace', 'alan'],
      mergedBy: 'merge-queue[bot]',
    })
  })

  it('prefers the pull request whose merge made the commit, then one into the default branch', async () => {
    const develop = { ...pull(1).base, ref: 'develop' }
    for (const [answer, expected] of [
      [[pull(3, { ...merged, base: develop }), pull(4, merged)], 4],
      [[pull(3, { ...merged, base: develop, merge_commit_sha: COMMIT }), pull(4, merged)], 3],
    ] as const) {
      edge().get(pulls).query(true).reply(200, answer)
      edge().get(`/repos/acme/deploy/pulls/${expected}`).reply(200, pull(expected, merged))
      edge().get(`/repos/acme/deploy/pulls/${expected}/reviews`).query(true).reply(200, [])
      expect((await forge().introducedBy(COMMIT))?.number).toBe(expected)
    }
  })

  it('does not know a commit of an unmerged pull request, of another repository, or that GitHub does not have', async () => {
    edge()
      .get(pulls)
      .query(true)
      .reply(200, [pull(3), pull(4, { ...merged, base: { ref: 'main', repo: { full_name: 'up/stream' } } })])
    expect(await forge().introducedBy(COMMIT)).toBeUndefined()
    edge()
      .get(pulls)
      .query(true)
      .reply(422, { message: `No commit found for SHA: ${COMMIT}` })
    expect(await forge().introducedBy(COMMIT)).toBeUndefined()
  })
})
