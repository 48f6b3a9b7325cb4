import { describe, expect, test } from 'vitest'
import type { GitCase } from './case.ts'
import { sha } from './origin.ts'

/** Branches and single commits come from the remote. */
export function fetchContract(current: () => GitCase): void {
  describe('fetch', () => {
    test('a branch is brought up to date again and again', async () => {
      const { origin, repository } = current()
      const first = origin.commit({ a: '1' })
      expect(await repository.fetch('main')).toBe(first)
      expect(await repository.fetch('main')).toBe(first)
      const second = origin.commit({ a: '2' })
      expect(await repository.fetch('main')).toBe(second)
    })

    test('a force-pushed branch is followed', async () => {
      const { origin, repository } = current()
      const root = origin.commit({ a: '1' })
      origin.commit({ a: '2' })
      await repository.fetch('main')
      const rewritten = origin.commit({ a: '3' }, { parents: [root] })
      expect(await repository.fetch('main')).toBe(rewritten)
      expect(await repository.isAncestor(root, rewritten)).toBe(true)
    })

    test('a branch whose name was a folder of branches before is fetched', async () => {
      const { origin, repository } = current()
      origin.commit({ a: '1' }, { branch: 'release/v1' })
      await repository.fetch('release/v1')
      origin.git(['update-ref', '-d', 'refs/heads/release/v1'])
      const head = origin.commit({ a: '2' }, { branch: 'release' })
      expect(await repository.fetch('release')).toBe(head)
    })

    test.for([
      'v1.0',
      'nothing',
      '^1.0',
      'HEAD',
      '*',
      '',
      '-x',
      '--upload-pack=touch x',
      'a..b',
      'a:b',
      'a b',
      'x\ny',
      '+main',
      'main:refs/heads/other',
      '\0',
    ])('what is no branch is undefined: %j', async (name) => {
      const { origin, repository } = current()
      const head = origin.commit({ a: '1' })
      origin.git(['tag', 'v1.0', head])
      expect(await repository.fetch(name)).toBeUndefined()
      expect(await repository.remoteBranch(name)).toBeUndefined()
    })

    test('the default branch is the one that the remote names', async () => {
      const { origin, repository } = current()
      origin.commit({ a: '1' }, { branch: 'trunk' })
      origin.commit({ a: '1' })
      origin.git(['symbolic-ref', 'HEAD', 'refs/heads/trunk'])
      expect(await repository.defaultBranch()).toBe('trunk')
    })

    test('a repository without a default branch is refused with a code', async () => {
      await expect(current().repository.defaultBranch()).rejects.toMatchObject({ code: 'E_GIT_BAD_INPUT' })
    })

    test('a commit that is on no fetched branch is fetched by its SHA', async () => {
      const { origin, repository } = current()
      const base = origin.commit({ a: '1' })
      const other = origin.commit({ a: '2' }, { branch: 'other', parents: [base] })
      await repository.fetch('main')
      expect(await repository.has(other)).toBe(true)
      expect((await repository.commit(other)).parents).toEqual([base])
    })

    test('a commit that a force push took from its branch is fetched by its SHA', async () => {
      const { origin, repository } = current()
      const root = origin.commit({ a: '1' })
      const lost = origin.commit({ a: '2' })
      const head = origin.commit({ a: '3' }, { parents: [root] })
      await repository.fetch('main')
      expect(await repository.has(lost)).toBe(true)
      expect(await repository.isAncestor(lost, head)).toBe(false)
    })

    test('a commit that is nowhere is told apart, and asking for it has a code', async () => {
      const { origin, repository } = current()
      const head = origin.commit({ a: '1' })
      const nowhere = sha('deadbeef'.repeat(5))
      expect(await repository.has(nowhere)).toBe(false)
      expect(await repository.has(head)).toBe(true)
      await expect(repository.commit(nowhere)).rejects.toMatchObject({ code: 'E_GIT_COMMIT_GONE', retryable: false })
    })

    test('the object name of a tree or a file is no commit', async () => {
      const { origin, repository } = current()
      const head = origin.commit({ a: '1' })
      await repository.fetch('main')
      expect(await repository.has(sha(origin.git(['rev-parse', `${head}^{tree}`])))).toBe(false)
      expect(await repository.has(sha(origin.git(['rev-parse', `${head}:a`])))).toBe(false)
    })
  })
}
