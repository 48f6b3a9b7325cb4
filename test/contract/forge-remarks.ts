import { expect, it } from 'vitest'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import type { ForgeCase } from './forge-world.ts'

/** What is said beside a pull request or a commit: comments, labels, statuses. */
export function remarksContract(current: () => ForgeCase): void {
  it('writes the comment of a marker once and brings it up to date', async () => {
    const { world, forge, openPullRequest } = current()
    const { number } = await openPullRequest('kedge/revert/a-1')
    await forge.comment(number, '<!-- kedge:v1 note=1 -->', 'first words')
    await forge.comment(number, '<!-- kedge:v1 note=1 -->', 'second words')
    await forge.comment(number, '<!-- kedge:v1 note=2 -->', 'another note')
    const comments = await world.comments(number)
    expect(comments).toHaveLength(2)
    expect(comments[0]).toContain('second words')
    expect(comments[1]).toContain('another note')
  })

  it('sets labels that nobody has made yet', async () => {
    const { world, forge, openPullRequest } = current()
    const { number } = await openPullRequest('kedge/revert/a-1')
    expect(await forge.decorate(number, { labels: ['revert', 'kedge'], reviewers: [] })).toEqual([])
    expect([...(await world.labels(number))].sort()).toEqual(['kedge', 'revert'])
  })

  it('never asks the author of a pull request to review it', async () => {
    const { forge, openPullRequest } = current()
    const { number, author } = await openPullRequest('kedge/revert/a-1')
    expect(await forge.decorate(number, { labels: [], reviewers: [author] })).toEqual([])
  })

  it('shows the labels that people put on a pull request, in the list of open ones, too', async () => {
    const { world, forge, openPullRequest } = current()
    const { number } = await openPullRequest('feat/again')
    expect((await forge.get(number)).labels).toEqual([])
    await world.label(number, 'kedge/lift-quarantine')
    expect((await forge.get(number)).labels).toEqual(['kedge/lift-quarantine'])
    expect(await forge.listOpen(world.base)).toMatchObject([{ number, labels: ['kedge/lift-quarantine'] }])
  })

  it('comments on a pull request that has ended', async () => {
    const { world, forge, openPullRequest } = current()
    const { number } = await openPullRequest('feat/two')
    await world.merge(number)
    await forge.comment(number, '<!-- kedge:v1 note=1 -->', 'it failed')
    await forge.comment(number, '<!-- kedge:v1 note=1 -->', 'it was restored')
    expect(await world.comments(number)).toEqual([expect.stringContaining('it was restored')])
  })

  it('sets a status on a commit and shows the newest of its context', async () => {
    const { world, forge } = current()
    const commit = (await world.branch('feat/two')) as CommitSha
    const red = {
      context: 'kedge/quarantine',
      state: 'failure',
      description: 'shop:2 is quarantined',
      url: 'https://kedge.example/q',
    } as const
    expect(await forge.statusOf(commit, red.context)).toBeUndefined()
    expect(await forge.setStatus(commit, red)).toBeUndefined()
    expect(await forge.statusOf(commit, red.context)).toEqual(red)
    expect(await forge.statusOf(commit, 'kedge/release')).toBeUndefined()
    const green = { context: red.context, state: 'success', description: 'Lifted by ada.', url: undefined } as const
    expect(await forge.setStatus(commit, green)).toBeUndefined()
    expect(await forge.statusOf(commit, red.context)).toEqual(green)
  })

  it('cuts a description that is too long for the forge, and refuses none for it', async () => {
    const { world, forge } = current()
    const commit = (await world.branch('feat/two')) as CommitSha
    const long = { context: 'kedge/release', state: 'failure', description: `failed: ${'é'.repeat(400)}` } as const
    expect(await forge.setStatus(commit, long)).toBeUndefined()
    expect((await forge.statusOf(commit, long.context))?.description).toMatch(/^failed: é/)
  })

  it('says in a sentence why a status is refused', async () => {
    const { world, forge } = current()
    const commit = (await world.branch('feat/two')) as CommitSha
    await world.refuseStatuses()
    const refusal = await forge.setStatus(commit, { context: 'kedge/release', state: 'failure', description: 'failed' })
    expect(refusal).toMatch(/\w+ \w+/)
    expect(await forge.statusOf(commit, 'kedge/release')).toBeUndefined()
  })
}
