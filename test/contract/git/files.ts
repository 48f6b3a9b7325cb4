import { describe, expect, test } from 'vitest'
import type { GitCase } from './case.ts'

/** What lies in the folders of a revision. */
export function filesContract(current: () => GitCase): void {
  describe('files', () => {
    const all = { recurse: true, most: 1_000 }

    test('of a folder are listed alone, or with those below it', async () => {
      const { origin, repository } = current()
      const sha = origin.commit({ 'apps/web/b': '1', 'apps/web/a': '1', 'apps/web/deep/er/c': '1', 'apps/web2/d': '1', top: '1' })
      const paths = async (folder: string, recurse: boolean): Promise<unknown> =>
        (await repository.listFiles(sha, folder, { recurse, most: 1_000 }))?.map(({ path }) => path)
      expect(await paths('apps/web', false)).toEqual(['apps/web/a', 'apps/web/b'])
      expect(await paths('apps/web', true)).toEqual(['apps/web/a', 'apps/web/b', 'apps/web/deep/er/c'])
      expect(await paths('', false)).toEqual(['top'])
      expect(await paths('', true)).toHaveLength(5)
      expect(await paths('apps', false)).toEqual([])
    })

    test('carry the name of their content, and what is no file its kind', async () => {
      const { origin, repository } = current()
      const sha = origin.commit({
        'a/one': 'same',
        'a/two': { mode: '100755', text: 'same' },
        'a/link': { mode: '120000', text: 'one' },
        'a/module': { mode: '160000', text: '0'.repeat(39) + '1' },
      })
      const files = await repository.listFiles(sha, 'a', all)
      expect(files?.map(({ path, kind }) => [path, kind])).toEqual([
        ['a/link', 'symlink'],
        ['a/module', 'submodule'],
        ['a/one', 'file'],
        ['a/two', 'file'],
      ])
      expect(files?.[2]?.oid).toBe(files?.[3]?.oid)
      expect(files?.[2]?.oid).toBe(origin.git(['rev-parse', `${sha}:a/one`]))
    })

    test('of what is no folder are none', async () => {
      const { origin, repository } = current()
      const sha = origin.commit({ 'apps/web/a': '1' })
      expect(await repository.listFiles(sha, 'apps/no', all)).toBeUndefined()
      expect(await repository.listFiles(sha, 'apps/web/a', all)).toBeUndefined()
      await expect(repository.listFiles(sha, '../etc', all)).rejects.toThrow('E_GIT_BAD_INPUT')
      await expect(repository.listFiles('main' as typeof sha, '', all)).rejects.toThrow('E_GIT_BAD_INPUT')
    })

    test('are looked up by name, with their kind', async () => {
      const { origin, repository } = current()
      const sha = origin.commit({
        'a/file': '1',
        'a/link': { mode: '120000', text: '../b' },
        'a/module': { mode: '160000', text: '0'.repeat(39) + '1' },
        'b/__proto__/c': '1',
      })
      const kinds = {
        a: 'folder',
        'a/file': 'file',
        'a/link': 'symlink',
        'a/module': 'submodule',
        'b/__proto__': 'folder',
        ['__proto__']: null,
        'a/no': null,
        'a/file/no': null,
        'a/link/__proto__': null,
        'a/module/x': null,
        'no/no': null,
      }
      expect(await repository.kindsAt(sha, Object.keys(kinds))).toEqual(kinds)
      expect(await repository.kindsAt(sha, [])).toEqual({})
      await expect(repository.kindsAt(sha, ['../etc'])).rejects.toThrow('E_GIT_BAD_INPUT')
      await expect(repository.kindsAt('main' as typeof sha, ['a'])).rejects.toThrow('E_GIT_BAD_INPUT')
    })

    test('are found in any number of folders, in the upper ones first', async () => {
      const { origin, repository } = current()
      const files = Object.fromEntries(Array.from({ length: 450 }, (_, index) => [`a/${index}/x`, '1']))
      const sha = origin.commit({ ...files, 'a/449/deep/y': '1' })
      expect(await repository.listFiles(sha, 'a', { recurse: true, most: 1_000 })).toHaveLength(451)
      const some = await repository.listFiles(sha, 'a', { recurse: true, most: 450 })
      expect(some?.filter(({ path }) => path.endsWith('/x'))).toHaveLength(450)
    })

    test('are no longer looked for once there are enough', async () => {
      const { origin, repository } = current()
      const files = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`a/${index % 5}/deep/${index}`, '1']))
      const sha = origin.commit({ ...files, 'a/x': '1', 'a/y': '1' })
      const found = await repository.listFiles(sha, 'a', { recurse: true, most: 2 })
      expect(found?.map(({ path }) => path)).toEqual(['a/x', 'a/y'])
      expect(await repository.listFiles(sha, 'a', { recurse: false, most: 1 })).toHaveLength(1)
      expect(await repository.listFiles(sha, 'a', { recurse: true, most: 7 })).toHaveLength(7)
    })
  })
}
