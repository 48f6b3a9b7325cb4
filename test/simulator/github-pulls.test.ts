import { describe, expect, it } from 'vitest'
import { REPO, status, useGitHub } from './github-hub.ts'

const hub = useGitHub('simulator-pulls-')

describe('pull requests', () => {
  it('a second open one with the same head is 422 with the words of GitHub, also when both come at once', async () => {
    await hub.people.branch('alice', { branch: 'side', files: { b: 'b' }, message: 'Side' })
    const create = (): Promise<unknown> => hub.octokit.pulls.create({ ...REPO, title: 'T', head: 'side', base: 'main' })
    expect(await Promise.all([status(create()), status(create())])).toEqual(expect.arrayContaining([200, 422]))
    await expect(create()).rejects.toThrow('A pull request already exists for acme:side.')
  })

  it.each([
    ['a missing head', { head: 'none', base: 'main', title: 'T' }, 'invalid'],
    ['nothing to merge', { head: 'main', base: 'main', title: 'T' }, 'No commits between main and main'],
    ['an empty title', { head: 'main', base: 'main', title: ' ' }, 'missing_field'],
    ['a body over 65,536 characters', { head: 'main', base: 'main', title: 'T', body: 'x'.repeat(65_537) }, 'body is too long'],
  ])('%s is 422', async (_, wanted, words) => {
    await expect(hub.octokit.pulls.create({ ...REPO, ...wanted })).rejects.toThrow(words)
  })

  it('lists by head, base and state, page by page', async () => {
    for (const head of ['one', 'two', 'three']) await hub.openRevert(head)
    hub.people.close('alice', 2)
    const numbers = async (query: Record<string, string | number>): Promise<number[]> =>
      (await hub.octokit.paginate(hub.octokit.pulls.list, { ...REPO, per_page: 1, ...query })).map((pull) => pull.number)
    expect(await numbers({})).toEqual([3, 1])
    expect(await numbers({ state: 'all' })).toEqual([3, 2, 1])
    expect(await numbers({ state: 'all', head: 'acme:two' })).toEqual([2])
    expect(await numbers({ base: 'other' })).toEqual([])
  })

  it.each([
    ['merge', 2],
    ['squash', 1],
    ['rebase', 1],
  ] as const)('%s brings the change to main', async (method, parents) => {
    const number = await hub.openRevert('side')
    await hub.people.commit('bob', { files: { 'app/b.yaml': 'later' }, message: 'Meanwhile' })
    const sha = await hub.people.merge('carol', number, method)
    const commit = await hub.repository.git.show(sha)
    expect(commit.parents).toHaveLength(parents)
    expect([...(await hub.repository.git.readFolder(sha, 'app')).keys()]).toEqual(['app/a.yaml', 'app/b.yaml'])
    expect(await hub.repository.git.resolve(`${sha}:side.txt`)).toBeUndefined()
    expect((await hub.repository.git.changedFiles(`${sha}~1`, sha)).map((file) => file.path)).toEqual(['side.txt'])
    const { data } = await hub.octokit.pulls.get({ ...REPO, pull_number: number })
    expect(data).toMatchObject({ merged: true, state: 'closed', merged_by: { login: 'carol' }, merge_commit_sha: sha })
  })

  it('one that conflicts says so and is refused, and one whose head moved is 409', async () => {
    await hub.people.branch('alice', { branch: 'side', files: { 'app/a.yaml': 'mine' }, message: 'Mine' })
    const { number } = await hub.people.openPull('alice', { title: 'Mine', head: 'side' })
    expect(await status(hub.octokit.pulls.merge({ ...REPO, pull_number: number, sha: '0'.repeat(40) }))).toBe(409)
    await hub.people.commit('bob', { files: { 'app/a.yaml': 'theirs' }, message: 'Theirs' })
    expect((await hub.octokit.pulls.get({ ...REPO, pull_number: number })).data.mergeable).toBe(false)
    expect(await status(hub.octokit.pulls.merge({ ...REPO, pull_number: number }))).toBe(405)
  })

  it('deleting the branch closes it, and it cannot be reopened', async () => {
    const number = await hub.openRevert()
    await hub.octokit.git.deleteRef({ ...REPO, ref: 'heads/kedge/revert' })
    expect((await hub.octokit.pulls.get({ ...REPO, pull_number: number })).data.state).toBe('closed')
    expect(await status(hub.octokit.pulls.update({ ...REPO, pull_number: number, state: 'open' }))).toBe(422)
    expect(await status(hub.octokit.git.deleteRef({ ...REPO, ref: 'heads/kedge/revert' }))).toBe(422)
  })

  it('somebody pushing to its branch moves its head', async () => {
    const number = await hub.openRevert('side')
    const sha = await hub.people.commit('bob', { branch: 'side', files: { c: 'c' }, message: 'Mine too' })
    expect((await hub.octokit.pulls.get({ ...REPO, pull_number: number })).data.head.sha).toBe(sha)
    expect((await hub.octokit.pulls.listCommits({ ...REPO, pull_number: number })).data.at(-1)?.author?.login).toBe('bob')
  })

  it('takes labels, comments and known reviewers; the author or a stranger as reviewer is 422', async () => {
    const number = await hub.openRevert()
    hub.github.forge.accounts.ensure('dave')
    const reviewers = (...logins: string[]): Promise<number> =>
      status(hub.octokit.pulls.requestReviewers({ ...REPO, pull_number: number, reviewers: logins }))
    expect([await reviewers('dave'), await reviewers('dave', 'stranger'), await reviewers('kedge[bot]')]).toEqual([200, 422, 422])
    await hub.octokit.issues.addLabels({ ...REPO, issue_number: number, labels: ['revert'] })
    expect(await status(hub.octokit.issues.createLabel({ ...REPO, name: 'revert' }))).toBe(422)
    const { data: comment } = await hub.octokit.issues.createComment({
      ...REPO,
      issue_number: number,
      body: 'Closed: restored.',
    })
    await hub.octokit.issues.updateComment({ ...REPO, comment_id: comment.id, body: 'Edited' })
    expect((await hub.octokit.issues.listComments({ ...REPO, issue_number: number })).data[0]).toMatchObject({
      body: 'Edited',
      user: { login: 'kedge[bot]', type: 'Bot' },
    })
    hub.people.review('dave', number, 'APPROVED')
    expect((await hub.octokit.pulls.listReviews({ ...REPO, pull_number: number })).data[0]).toMatchObject({
      state: 'APPROVED',
      user: { login: 'dave' },
    })
    expect((await hub.octokit.issues.get({ ...REPO, issue_number: number })).data.labels).toMatchObject([{ name: 'revert' }])
  })
})
