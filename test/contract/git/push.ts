import { describe, expect, test } from 'vitest'
import type { GitCase } from './case.ts'
import { sha } from './origin.ts'

const BRANCH = 'kedge/revert/0123456789ab-01234567'

async function build({ origin, repository }: GitCase, date = 1_700_000_000_000) {
  const good = origin.commit({ a: '1' })
  const bad = origin.commit({ a: '2' })
  const built = await repository.buildRestore({ base: bad, good, bad, paths: ['a'], message: 'Revert', date })
  if (built.result !== 'built') throw new Error(built.result)
  return { good, bad, commit: built.commit }
}

/** The only writes: a branch under `kedge/revert/` that was not there, and taking it away again. */
export function pushContract(current: () => GitCase): void {
  describe('push', () => {
    test('a branch that is not there is created at the commit, and nothing else changes', async () => {
      const { origin, repository } = current()
      const { bad, commit } = await build(current())
      expect(await repository.push(BRANCH, commit)).toEqual({ result: 'created' })
      expect(origin.git(['for-each-ref', '--format=%(refname) %(objectname)'])).toBe(
        `refs/heads/${BRANCH} ${commit}\nrefs/heads/main ${bad}`,
      )
      expect(origin.git(['show', `${commit}:a`])).toBe('1')
      expect(await repository.remoteBranch(BRANCH)).toBe(commit)
    })

    test('pushing twice finds the branch there, at the same commit', async () => {
      const { commit } = await build(current())
      const { repository } = current()
      await repository.push(BRANCH, commit)
      expect(await repository.push(BRANCH, commit)).toEqual({ result: 'exists', sha: commit })
    })

    test('a branch that is there, anywhere, is told and not moved', async () => {
      const { origin, repository } = current()
      const { good, commit } = await build(current())
      origin.git(['update-ref', `refs/heads/${BRANCH}`, good])
      expect(await repository.push(BRANCH, commit)).toEqual({ result: 'exists', sha: good })
      expect(origin.git(['rev-parse', `refs/heads/${BRANCH}`])).toBe(good)
    })

    test('of two pushes at once one creates and the other finds', async () => {
      const { repository } = current()
      const { commit } = await build(current())
      const results = await Promise.all([repository.push(BRANCH, commit), repository.push(BRANCH, commit)])
      expect(results).toEqual([{ result: 'created' }, { result: 'exists', sha: commit }])
    })

    test.for([
      'main',
      'kedge/revert',
      'kedge/revert/',
      'kedge/other',
      'refs/heads/main',
      'kedge/revert/../../main',
      'kedge/revert/x:refs/heads/main',
      'kedge/revert/x y',
      '+kedge/revert/x',
      'kedge/revert/x.lock',
      'KEDGE/REVERT/x',
      '',
    ])('no other branch is written or deleted: %j', async (branch) => {
      const { origin, repository } = current()
      const { bad, commit } = await build(current())
      await expect(repository.push(branch, commit)).rejects.toMatchObject({ code: 'E_GIT_BAD_INPUT' })
      await expect(repository.deleteBranch(branch, bad)).rejects.toMatchObject({ code: 'E_GIT_BAD_INPUT' })
      expect(origin.git(['for-each-ref', '--format=%(refname) %(objectname)'])).toBe(`refs/heads/main ${bad}`)
    })

    test('a commit that is nowhere is not pushed', async () => {
      const { origin, repository } = current()
      origin.commit({ a: '1' })
      await expect(repository.push(BRANCH, sha('deadbeef'.repeat(5)))).rejects.toMatchObject({ code: 'E_GIT_COMMIT_GONE' })
    })

    test('a branch is deleted only while it is where it is expected', async () => {
      const { origin, repository } = current()
      const { good, commit } = await build(current())
      await repository.push(BRANCH, commit)
      expect(await repository.deleteBranch(BRANCH, good)).toBe('moved')
      expect(await repository.remoteBranch(BRANCH)).toBe(commit)
      expect(await repository.deleteBranch(BRANCH, commit)).toBe('deleted')
      expect(await repository.remoteBranch(BRANCH)).toBeUndefined()
      expect(await repository.deleteBranch(BRANCH, commit)).toBe('absent')
      expect(origin.git(['for-each-ref', '--format=%(refname)'])).toBe('refs/heads/main')
    })
  })
}
