import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import type { Forge, SourcePullRequest } from '../../src/ports/forge.ts'

/** One repository on one forge, and what people do on it. */
export interface ForgeWorld extends AsyncDisposable {
  forge: Forge
  /** The branch that PRs go to. */
  base: string
  /** Puts a branch with one commit above the base on the remote; returns its head. */
  branch(name: string): Promise<string>
  /** A person opens a draft of this branch. */
  draft(branch: string): Promise<unknown>
  closeByHuman(number: number): Promise<void>
  /** `grace` merges it. Returns the merge commit. */
  merge(number: number): Promise<string>
  /** Bodies of the comments on a PR. */
  comments(number: number): Promise<readonly string[]>
  labels(number: number): Promise<readonly string[]>
  /** A person puts a label on a PR. */
  label(number: number, label: string): Promise<unknown>
  /** From now on Kedge's account has no right to statuses. */
  refuseStatuses(): unknown
  /** `grace` approves a PR. */
  approve(number: number): Promise<unknown>
  /** Brings a commit to the base through a PR that one person wrote, and another approved and merged. */
  introduce(): Promise<{ commit: string; source: SourcePullRequest }>
}

const MARKER = '<!-- kedge:v1 revert-key=abc -->'

/** What every Forge promises. `open` makes a fresh world for each test. */
export function describeForge(name: string, open: () => Promise<ForgeWorld>): void {
  describe(`${name} as a Forge`, () => {
    let world: ForgeWorld
    let forge: Forge

    beforeEach(async () => {
      world = await open()
      forge = world.forge
    })
    afterEach(() => world[Symbol.asyncDispose]())

    const openPullRequest = async (branch: string, body = `Why.\n\n${MARKER}`) => {
      await world.branch(branch)
      return forge.open({ branch, base: world.base, title: 'Revert "feat: two"', body })
    }

    it('finds nothing for a branch without a pull request', async () => {
      await world.branch('kedge/revert/a-1')
      expect(await forge.findByBranch('kedge/revert/a-1')).toEqual([])
    })

    it('shows an opened pull request with its branch, head, base and body', async () => {
      const head = await world.branch('kedge/revert/a-1')
      const opened = await forge.open({ branch: 'kedge/revert/a-1', base: world.base, title: 'Revert', body: `Why.\n\n${MARKER}` })
      expect(opened).toMatchObject({ state: 'open', branch: 'kedge/revert/a-1', headSha: head, base: world.base, mergeCommit: undefined })
      expect(opened.body).toContain(MARKER)
      expect(opened.url).toMatch(/^https?:\/\//)
      expect(await forge.get(opened.number)).toEqual(opened)
      expect(await forge.findByBranch('kedge/revert/a-1')).toEqual([opened])
    })

    it('tells branches with a common beginning apart', async () => {
      await openPullRequest('kedge/revert/a-1')
      await world.branch('kedge/revert/a')
      expect(await forge.findByBranch('kedge/revert/a')).toEqual([])
    })

    it('lists the open pull requests to a branch, newest first, and neither closed ones, drafts nor those to others', async () => {
      const first = await openPullRequest('kedge/revert/a-1')
      const second = await openPullRequest('kedge/revert/b-1')
      const third = await openPullRequest('kedge/revert/c-1')
      await world.closeByHuman(third.number)
      await world.branch('feat/draft')
      await world.draft('feat/draft')
      expect((await forge.listOpen(world.base)).map(({ number }) => number)).toEqual([second.number, first.number])
      expect(await forge.listOpen('elsewhere')).toEqual([])
    })

    it('returns the open pull request when the branch has one already', async () => {
      const first = await openPullRequest('kedge/revert/a-1')
      const second = await forge.open({ branch: 'kedge/revert/a-1', base: world.base, title: 'Again', body: 'Again' })
      expect(second.number).toBe(first.number)
      expect(await forge.findByBranch('kedge/revert/a-1')).toHaveLength(1)
    })

    it('shows a pull request that a person closed as closed, without a merge commit', async () => {
      const { number } = await openPullRequest('kedge/revert/a-1')
      await world.closeByHuman(number)
      expect(await forge.get(number)).toMatchObject({ state: 'closed', mergeCommit: undefined })
      expect(await forge.findByBranch('kedge/revert/a-1')).toMatchObject([{ number, state: 'closed' }])
    })

    it('shows a merged pull request as merged, with the merge commit', async () => {
      const { number } = await openPullRequest('kedge/revert/a-1')
      const mergeCommit = await world.merge(number)
      expect(await forge.get(number)).toMatchObject({ state: 'merged', mergeCommit })
      expect(await forge.findByBranch('kedge/revert/a-1')).toMatchObject([{ number, state: 'merged', mergeCommit }])
    })

    it('lists the pull requests of a branch newest first', async () => {
      const first = await openPullRequest('kedge/revert/a-1')
      await world.closeByHuman(first.number)
      const second = await forge.open({ branch: 'kedge/revert/a-1', base: world.base, title: 'Second', body: '' })
      expect(second.number).not.toBe(first.number)
      expect((await forge.findByBranch('kedge/revert/a-1')).map(({ number }) => number)).toEqual([second.number, first.number])
    })

    it('replaces the body', async () => {
      const { number } = await openPullRequest('kedge/revert/a-1')
      await forge.updateBody(number, 'Another body.')
      expect((await forge.get(number)).body).toBe('Another body.')
    })

    it('writes the comment of a marker once and brings it up to date', async () => {
      const { number } = await openPullRequest('kedge/revert/a-1')
      await forge.comment(number, '<!-- kedge:v1 note=1 -->', 'first words')
      await forge.comment(number, '<!-- kedge:v1 note=1 -->', 'second words')
      await forge.comment(number, '<!-- kedge:v1 note=2 -->', 'another note')
      const comments = await world.comments(number)
      expect(comments).toHaveLength(2)
      expect(comments[0]).toContain('second words')
      expect(comments[1]).toContain('another note')
    })

    it('says who closed a pull request: a close of a person after our comment is not ours', async () => {
      const note = '<!-- kedge:v1 note=1 -->'
      const ours = await openPullRequest('kedge/revert/a-1')
      const theirs = await openPullRequest('kedge/revert/b-1')
      for (const { number } of [ours, theirs]) await forge.comment(number, note, 'words')
      await forge.close(ours.number)
      await world.closeByHuman(theirs.number)
      await forge.close(theirs.number)
      expect(await forge.hasClosed(ours.number, note)).toBe(true)
      expect(await forge.hasClosed(ours.number, '<!-- kedge:v1 note=2 -->')).toBe(false)
      expect(await forge.hasClosed(theirs.number, note)).toBe(false)
    })

    it('closes a pull request, and closing it again is no fault', async () => {
      const { number } = await openPullRequest('kedge/revert/a-1')
      await forge.close(number)
      await forge.close(number)
      expect((await forge.get(number)).state).toBe('closed')
    })

    it('leaves a merged pull request merged when it is asked to close it', async () => {
      const { number } = await openPullRequest('kedge/revert/a-1')
      await world.merge(number)
      await forge.close(number)
      expect((await forge.get(number)).state).toBe('merged')
    })

    it('sets labels that nobody has made yet', async () => {
      const { number } = await openPullRequest('kedge/revert/a-1')
      expect(await forge.decorate(number, { labels: ['revert', 'kedge'], reviewers: [] })).toEqual([])
      expect([...(await world.labels(number))].sort()).toEqual(['kedge', 'revert'])
    })

    it('never asks the author of a pull request to review it', async () => {
      const { number, author } = await openPullRequest('kedge/revert/a-1')
      expect(await forge.decorate(number, { labels: [], reviewers: [author] })).toEqual([])
    })

    it('shows the labels that people put on a pull request, in the list of open ones, too', async () => {
      const { number } = await openPullRequest('feat/again')
      expect((await forge.get(number)).labels).toEqual([])
      await world.label(number, 'kedge/lift-quarantine')
      expect((await forge.get(number)).labels).toEqual(['kedge/lift-quarantine'])
      expect(await forge.listOpen(world.base)).toMatchObject([{ number, labels: ['kedge/lift-quarantine'] }])
    })

    it('comments on a pull request that has ended', async () => {
      const { number } = await openPullRequest('feat/two')
      await world.merge(number)
      await forge.comment(number, '<!-- kedge:v1 note=1 -->', 'it failed')
      await forge.comment(number, '<!-- kedge:v1 note=1 -->', 'it was restored')
      expect(await world.comments(number)).toEqual([expect.stringContaining('it was restored')])
    })

    it('sets a status on a commit and shows the newest of its context', async () => {
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
      const commit = (await world.branch('feat/two')) as CommitSha
      const long = { context: 'kedge/release', state: 'failure', description: `failed: ${'é'.repeat(400)}` } as const
      expect(await forge.setStatus(commit, long)).toBeUndefined()
      expect((await forge.statusOf(commit, long.context))?.description).toMatch(/^failed: é/)
    })

    it('says in a sentence why a status is refused', async () => {
      const commit = (await world.branch('feat/two')) as CommitSha
      await world.refuseStatuses()
      const refusal = await forge.setStatus(commit, { context: 'kedge/release', state: 'failure', description: 'failed' })
      expect(refusal).toMatch(/\w+ \w+/)
      expect(await forge.statusOf(commit, 'kedge/release')).toBeUndefined()
    })

    it('says that a pull request nobody has opened is not there', async () => {
      await expect(forge.get(4711)).rejects.toMatchObject({ code: 'E_FORGE_NOT_FOUND' })
    })

    it('names the pull request that brought a commit, its author and who approved it', async () => {
      const { commit, source } = await world.introduce()
      expect(await forge.introducedBy(commit as CommitSha)).toEqual(source)
    })

    it('names who approved and merged a pull request of its own, and nobody while nobody has', async () => {
      const { number, author } = await openPullRequest('kedge/revert/a-1')
      expect(await forge.peopleOn(number)).toEqual({ author, approvers: [] })
      await world.approve(number)
      expect(await forge.peopleOn(number)).toEqual({ author, approvers: ['grace'] })
      await world.merge(number)
      expect(await forge.peopleOn(number)).toEqual({ author, approvers: ['grace'], mergedBy: 'grace' })
    })

    it('names nobody as who merged a pull request that a person closed', async () => {
      const { number, author } = await openPullRequest('kedge/revert/a-1')
      await world.closeByHuman(number)
      expect(await forge.peopleOn(number)).toEqual({ author, approvers: [] })
    })

    it('says that a pull request nobody has opened has no people', async () => {
      await expect(forge.peopleOn(4711)).rejects.toMatchObject({ code: 'E_FORGE_NOT_FOUND' })
    })

    it('does not know what brought a commit that no pull request holds', async () => {
      expect(await forge.introducedBy('1'.repeat(40) as CommitSha)).toBeUndefined()
    })

    it('links to a commit', () => {
      expect(forge.commitUrl('1'.repeat(40) as CommitSha)).toMatch(/^https?:\/\/\S+1{40}$/)
    })

    it('writes text from outside without mention, reference, link or HTML', () => {
      const text = forge.markup.inlineText('@acme/all #42 <b> [x](https://evil.example) www.evil.example')
      expect(text).not.toMatch(/@(?=\w)|#(?=\d)(?<!&#)|<|(?<!\\)\[|https:\/\/|www\./)
      expect(forge.markup.link('@acme/all', 'javascript:x')).not.toMatch(/@(?=\w)|javascript/)
    })
  })
}
