import { expect, it } from 'vitest'
import type { CommitSha } from '../../../../src/domain/application/commit.ts'
import { faultOf } from '../../faults.ts'
import { useOnlyNock } from '../../only-nock.ts'
import { createForges, edge, REPOSITORY, TOKEN } from './github-edge.ts'

const PARENT = 'a'.repeat(40) as CommitSha
const BRANCH = 'kedge/revert/0123456789ab-01234567'
const REFS = '/repos/acme/deploy/git/refs'
const FILES = [
  { path: 'app.yaml', before: { mode: '100644', oid: 'b'.repeat(40) }, after: { mode: '100644', content: Buffer.from('one\n') } },
  { path: 'gone', before: { mode: '120000', oid: 'c'.repeat(40) }, after: undefined },
] as const

const commit = () =>
  createForges()
    .forRepository(REPOSITORY)
    .commit({ branch: BRANCH, parent: PARENT, message: 'Revert "x"\n\nWhy.\n\nKey: k\n', author: undefined, files: FILES })
const refusing = (type: string | undefined, message: string) => ({ data: { createCommitOnBranch: null }, errors: [{ type, message }] })

useOnlyNock()

it('GitHub is asked for the branch at the parent, then for the commit upon exactly that', async () => {
  const asked: unknown[] = []
  const keep = (body: unknown): boolean => asked.push(body) > 0
  edge().post(REFS, keep).reply(201, {})
  edge()
    .post('/graphql', keep)
    .reply(200, { data: { createCommitOnBranch: { commit: { oid: 'd'.repeat(40) } } } })
  expect(await commit()).toBe('d'.repeat(40))
  const input = {
    branch: { repositoryNameWithOwner: 'acme/deploy', branchName: BRANCH },
    expectedHeadOid: PARENT,
    message: { headline: 'Revert "x"', body: 'Why.\n\nKey: k' },
    fileChanges: { additions: [{ path: 'app.yaml', contents: 'b25lCg==' }], deletions: [{ path: 'gone' }] },
  }
  expect(asked).toEqual([{ ref: `refs/heads/${BRANCH}`, sha: PARENT }, expect.objectContaining({ variables: { input } })])
})

// https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api: errors come with status 200
it.each([
  ['FORBIDDEN', 'E_FORGE_FORBIDDEN', undefined],
  ['INSUFFICIENT_SCOPES', 'E_FORGE_FORBIDDEN', undefined],
  ['NOT_FOUND', 'E_FORGE_NOT_FOUND', undefined],
  ['RATE_LIMITED', 'E_FORGE_RATE_LIMITED', 60],
  ['STALE_DATA', 'E_FORGE_REJECTED', undefined],
  [undefined, 'E_FORGE_REJECTED', undefined],
])('a refusal that comes with status 200 is one: %s', async (type, code, retryAfterSeconds) => {
  edge().post(REFS).reply(201, {})
  edge()
    .post('/graphql')
    .reply(200, refusing(type, `Repository rule violations found\n\n- Ticket wanted ${TOKEN}\u001b[2A`))
  const fault = await faultOf(commit())
  expect(fault).toMatchObject({ code, retryAfterSeconds })
  expect(String(fault)).toMatch(/Repository rule violations found\s+- Ticket wanted \[\w+\]$/)
})

it('what went wrong at GitHub itself is no refusal: whether there is a commit is not known', async () => {
  edge().post(REFS).reply(201, {})
  const words = 'Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug.'
  edge()
    .post('/graphql')
    .reply(200, { data: null, errors: [{ message: words }] })
  expect(await faultOf(commit())).toMatchObject({ code: 'E_FORGE_UNREACHABLE', retryable: true })
})

it('a branch that a rule does not let be made is refused, and none that is there is taken for that', async () => {
  edge().post(REFS).reply(422, { message: 'Repository rule violations found' })
  expect(await faultOf(commit())).toMatchObject({ code: 'E_FORGE_REJECTED' })
  edge().post(REFS).reply(422, { message: 'Reference already exists' })
  expect(await commit()).toBeUndefined()
})
