import { describe, expect, test } from 'vitest'
import type { InputPath } from '../../../src/domain/application/commit.ts'
import type { GitCase } from './case.ts'
import type { Origin } from './origin.ts'

const path = (text: string): InputPath => ({ path: text, glob: false })
const glob = (text: string): InputPath => ({ path: text, glob: true })

/** main: root, web, other; side (from web): touches web; merge of side into main; then another team's commit. */
function merged(origin: Origin) {
  const root = origin.commit({ 'apps/web/a': '1', 'apps/web2/a': '1', 'apps/db/a': '1' }, { message: 'root' })
  const web = origin.commit({ 'apps/web/a': '2' }, { message: 'web' })
  const other = origin.commit({ 'apps/db/a': '2' }, { message: 'other' })
  const side = origin.commit({ 'apps/web/b': '1' }, { branch: 'side', parents: [web], message: 'side' })
  const merge = origin.commit({ 'apps/web/b': '1' }, { parents: [other, side], message: 'merge' })
  const last = origin.commit({ 'apps/db/a': '3', 'apps/web2/a': '2' }, { message: 'last' })
  return { root, web, other, side, merge, last }
}

/** What the history of a branch says about a part of the repository. */
export function historyContract(current: () => GitCase): void {
  describe('history', () => {
    test('a commit is told with author, date, parents, subject and body', async () => {
      const { origin, repository } = current()
      const root = origin.commit({ a: '1' })
      const commit = origin.commit({ a: '2' }, { message: 'Größe 🚢\n\nbody\n\nSigned-off-by: X <x@y>\n', author: 'Ünï <u@example.com>' })
      expect(await repository.commit(commit)).toEqual({
        sha: commit,
        parents: [root],
        author: { name: 'Ünï', email: 'u@example.com' },
        committedAt: 1_700_000_120_000,
        subject: 'Größe 🚢',
        body: 'body\n\nSigned-off-by: X <x@y>',
      })
    })

    test('the newest commit that touches an input is found behind those of others', async () => {
      const { origin, repository } = current()
      const { merge, web, other, last } = merged(origin)
      expect((await repository.newestTouching(last, [path('apps/web')]))?.sha).toBe(merge)
      expect((await repository.newestTouching(other, [path('apps/web')]))?.sha).toBe(web)
      expect((await repository.newestTouching(last, [path('apps/web'), path('apps/db')]))?.sha).toBe(last)
      expect(await repository.newestTouching(last, [path('apps/none')])).toBeUndefined()
    })

    test('two histories part at their newest common commit, and unrelated ones nowhere', async () => {
      const { origin, repository } = current()
      const { web, other, side, merge, last } = merged(origin)
      const alone = origin.commit({ b: '1' }, { branch: 'alone', parents: [] })
      expect(await repository.mergeBase(other, side)).toBe(web)
      expect(await repository.mergeBase(side, last)).toBe(side)
      expect(await repository.mergeBase(last, merge)).toBe(merge)
      expect(await repository.mergeBase(last, last)).toBe(last)
      expect(await repository.mergeBase(last, alone)).toBeUndefined()
    })

    test('no inputs are nothing, and the empty path is every file but not every commit', async () => {
      const { origin, repository } = current()
      const root = origin.commit({ a: '1' })
      const empty = origin.commit({}, { message: 'nothing changed' })
      expect(await repository.newestTouching(empty, [])).toBeUndefined()
      expect((await repository.newestTouching(empty, [path('')]))?.sha).toBe(root)
      expect(await repository.changedPaths([root], [])).toEqual([])
    })

    test('a merge touches what differs from its first parent only', async () => {
      const { origin, repository } = current()
      const { web, side, merge, last } = merged(origin)
      expect((await repository.commitsTouching(web, last, [path('apps/web')])).map((commit) => commit.sha)).toEqual([merge])
      expect(await repository.filesOf(merge)).toEqual(['apps/web/b'])
      const back = origin.commit({ 'apps/db/a': '2' }, { branch: 'back', parents: [side, merge], message: 'merge main' })
      expect(await repository.filesOf(back)).toEqual(['apps/db/a'])
    })

    test('a range leaves out its start, holds its end, and is oldest first', async () => {
      const { origin, repository } = current()
      const { root, web, merge, other, last } = merged(origin)
      const shas = async (...inputs: InputPath[]) => (await repository.commitsTouching(root, last, inputs)).map((commit) => commit.sha)
      expect(await shas(path('apps/web'))).toEqual([web, merge])
      expect(await shas(path(''))).toEqual([web, other, merge, last])
      expect(await repository.commitsTouching(last, last, [path('')])).toEqual([])
      expect(await repository.commitsTouching(last, last, [])).toEqual([])
    })

    test('a path means itself: no prefix, no pattern, no magic', async () => {
      const { origin, repository } = current()
      const root = origin.commit({ 'x/[ab]*': '1', 'x/a1': '1', ':(glob)**': '1', 'web/a': '1' })
      const pattern = origin.commit({ 'x/a1': '2', web2: '1' })
      expect((await repository.newestTouching(pattern, [path('x/[ab]*')]))?.sha).toBe(root)
      expect((await repository.newestTouching(pattern, [path(':(glob)**')]))?.sha).toBe(root)
      expect((await repository.newestTouching(pattern, [path('web')]))?.sha).toBe(root)
      expect((await repository.newestTouching(pattern, [glob('x/[ab]*')]))?.sha).toBe(pattern)
    })

    test('a glob is matched as Git does: a star stops at a slash, two stars do not', async () => {
      const { origin, repository } = current()
      const root = origin.commit({ 'env/a/values.yaml': '1', 'env/a/b/values.yaml': '1', 'env/a/x': '1' })
      expect(await repository.changedPaths([root], [glob('env/*/values.yaml')])).toEqual(['env/a/values.yaml'])
      expect(await repository.changedPaths([root], [glob('env/**/values.yaml')])).toEqual(['env/a/b/values.yaml', 'env/a/values.yaml'])
    })

    test('changed paths are those of all commits among the inputs, once; a rename is both names', async () => {
      const { origin, repository } = current()
      const { root, web, merge, last } = merged(origin)
      const rename = origin.commit({ 'apps/web/a': null, 'apps/web/c': '2' })
      expect(await repository.changedPaths([web, merge, rename], [path('apps/web')])).toEqual(['apps/web/a', 'apps/web/b', 'apps/web/c'])
      expect(await repository.changedPaths([last, web], [path('apps/web')])).toEqual(['apps/web/a'])
      expect(await repository.filesOf(root)).toEqual(['apps/db/a', 'apps/web/a', 'apps/web2/a'])
    })

    test('what differs between two revisions is told among the inputs, whatever lies between; a rename is both names', async () => {
      const { origin, repository } = current()
      const root = origin.commit({ 'apps/web/a': '1', 'apps/web/b': '1', 'apps/db/a': '1' })
      origin.commit({ 'apps/web/a': '2', 'apps/web/b': '2' })
      const last = origin.commit({ 'apps/web/a': '1', 'apps/web/b': null, 'apps/web/c': '1', 'apps/db/a': '2' })
      expect(await repository.differingPaths(root, last, [path('apps/web')])).toEqual(['apps/web/b', 'apps/web/c'])
      expect(await repository.differingPaths(root, last, [glob('apps/*/a')])).toEqual(['apps/db/a'])
      expect(await repository.differingPaths(root, root, [path('')])).toEqual([])
      expect(await repository.differingPaths(root, last, [])).toEqual([])
    })

    test('names that hold line breaks, quotes or bytes that are no text come through', async () => {
      const { origin, repository } = current()
      const commit = origin.commitRaw(
        [Buffer.from('a\nb'), Buffer.from('"q"\t'), Buffer.of(0x66, 0xff, 0xc3, 0xa9)].map((name) => ({ name, content: '1' })),
      )
      const files = await repository.filesOf(commit)
      expect(files).toEqual(['"q"\t', 'a\nb', 'f\udcff\udcc3\udca9'])
      expect(Object.values(await repository.objectNames(commit, files))).toEqual(
        Array.from({ length: 3 }, () => origin.git(['rev-parse', `${commit}:a\nb`])),
      )
    })

    test('object names are those that git rev-parse gives', async () => {
      const { origin, repository } = current()
      const { last } = merged(origin)
      const tell = (spec: string) => origin.git(['rev-parse', spec])
      expect(await repository.objectNames(last, ['apps/web/a', 'apps', '', 'nope', 'apps/web/a/x', '__proto__'])).toEqual(
        Object.fromEntries([
          ['apps/web/a', tell(`${last}:apps/web/a`)],
          ['apps', tell(`${last}:apps`)],
          ['', tell(`${last}^{tree}`)],
          ['nope', null],
          ['apps/web/a/x', null],
          ['__proto__', null],
        ]),
      )
    })

    test('a fingerprint is equal exactly when every file among the inputs is', async () => {
      const { origin, repository } = current()
      const { merge, last, other } = merged(origin)
      const inputs = [path('apps/web'), glob('apps/*/b'), path('nope')]
      const print = async (revision: typeof merge) => repository.fingerprint(revision, inputs)
      const before = await print(merge)
      expect(await print(last)).toBe(before)
      expect(await print(other)).not.toBe(before)
      expect(await repository.fingerprint(last, [...inputs].reverse())).toBe(before)
      expect(await print(origin.commit({ 'apps/web/a': { mode: '100755', text: '2' } }))).not.toBe(before)
      expect(await print(origin.commit({ 'apps/web/a': '2' }))).toBe(before)
      expect(await print(origin.commit({ 'apps/new/b': '1' }))).not.toBe(before)
      expect(await print(origin.commit({ 'apps/new/b': null, nope: '1' }))).not.toBe(before)
      expect(await repository.fingerprint(merge, [path('')])).not.toBe(await repository.fingerprint(last, [path('')]))
    })

    test('a text file is read; what is absent, no file or too large is undefined', async () => {
      const { origin, repository } = current()
      const head = origin.commit({
        'd/a': 'é\n',
        link: { mode: '120000', text: '/etc/passwd' },
        big: 'x'.repeat(101),
        run: { mode: '100755', text: '#!' },
      })
      expect(await repository.readFile(head, 'd/a', 100)).toBe('é\n')
      expect(await repository.readFile(head, 'run', 100)).toBe('#!')
      for (const none of ['d', 'link', 'big', 'nope', 'd/a/b']) expect(await repository.readFile(head, none, 100)).toBeUndefined()
      expect(await repository.readFile(head, 'big', 101)).toHaveLength(101)
      const several = await repository.readFiles(head, ['run', 'd', 'd/a', 'big', 'link', 'nope'], 100)
      expect(several).toEqual({ 'd/a': 'é\n', run: '#!' })
      expect(await repository.linkTarget(head, 'link')).toBe('/etc/passwd')
      for (const none of ['d', 'd/a', 'nope']) expect(await repository.linkTarget(head, none)).toBeUndefined()
    })

    test.for(['../..', '/etc', 'a/../../b', 'a//b', './a', 'a/', 'a\0b', '.', '..', 'x'.repeat(5000), '\ud800'])(
      'a path that is none is refused: %j',
      async (hostile) => {
        const { origin, repository } = current()
        const head = origin.commit({ a: '1' })
        const refusal = { code: 'E_GIT_BAD_INPUT' }
        await expect(repository.newestTouching(head, [path(hostile)])).rejects.toMatchObject(refusal)
        await expect(repository.fingerprint(head, [glob(hostile)])).rejects.toMatchObject(refusal)
        await expect(repository.readFile(head, hostile, 9)).rejects.toMatchObject(refusal)
        await expect(repository.objectNames(head, [hostile])).rejects.toMatchObject(refusal)
      },
    )

    test.for(['-p', '--output=/tmp/x', ':(glob)*', ':!x', ':/x', 'a\nb', '$(touch x)', '`x`', '--'])(
      'a path that looks like more is only a path: %j',
      async (hostile) => {
        const { origin, repository } = current()
        origin.commit({ other: '1' })
        const commit = origin.commit({ [hostile]: 'text' })
        const head = origin.commit({ other: '2' })
        expect((await repository.newestTouching(head, [path(hostile)]))?.sha).toBe(commit)
        expect(await repository.readFile(head, hostile, 9)).toBe('text')
        expect(await repository.changedPaths([commit, head], [path(hostile)])).toEqual([hostile])
      },
    )
  })
}
