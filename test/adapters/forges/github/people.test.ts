import { expect, it } from 'vitest'
import { useOnlyNock } from '../../only-nock.ts'
import { createForges, edge, pull, REPOSITORY } from './github-edge.ts'

const forge = () => createForges().forRepository(REPOSITORY)
const merged = { merged_at: '2026-01-01T00:00:00Z', state: 'closed' }

useOnlyNock()

it('says that approvals may not be read, and still who wrote and merged', async () => {
  edge()
    .get('/repos/acme/deploy/pulls/3')
    .reply(200, pull(3, { ...merged, user: { login: 'ada' }, merged_by: { login: 'grace' } }))
  edge().get('/repos/acme/deploy/pulls/3/reviews').query(true).reply(403, { message: 'Resource not accessible by integration' })
  expect(await forge().peopleOn(3)).toEqual({
    author: 'ada',
    mergedBy: 'grace',
    approvers: [],
    unread: expect.stringMatching(/^who approved may not be read: .*Resource not accessible/),
  })
})

it('asks again later where approvals cannot be read for now', async () => {
  edge().get('/repos/acme/deploy/pulls/3').reply(200, pull(3, merged))
  edge().get('/repos/acme/deploy/pulls/3/reviews').query(true).reply(502, 'Bad gateway')
  await expect(forge().peopleOn(3)).rejects.toMatchObject({ code: 'E_FORGE_UNREACHABLE' })
})

it('a pull request that a merge queue has merged is merged, by the queue, at the commit that the queue has made', async () => {
  const made = 'c'.repeat(40)
  const queued = {
    ...merged,
    merge_commit_sha: made,
    merged_by: { login: 'github-merge-queue[bot]', type: 'Bot' },
    user: { login: 'kedge' },
  }
  edge().get('/repos/acme/deploy/pulls/3').times(2).reply(200, pull(3, queued))
  edge()
    .get('/repos/acme/deploy/pulls/3/reviews')
    .query(true)
    .reply(200, [{ state: 'APPROVED', user: { login: 'grace' } }])
  expect(await forge().get(3)).toMatchObject({ state: 'merged', mergeCommit: made })
  expect(await forge().peopleOn(3)).toEqual({ author: 'kedge', mergedBy: 'github-merge-queue[bot]', approvers: ['grace'] })
})
