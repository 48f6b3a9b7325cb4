import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import type { Forge } from '../../src/ports/forge.ts'
import { remarksContract } from './forge-remarks.ts'
import type { ForgeWorld } from './forge-world.ts'

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

    remarksContract(() => ({ world, forge, openPullRequest }))

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
