import { describe, expect, test } from 'vitest'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { GitCase } from './case.ts'
import type { Content, Origin } from './origin.ts'

const DATE = 1_700_000_000_000

/** One commit that fails, described by what was there before, what it did, and what others did after it. */
interface Story {
  before: Readonly<Record<string, Content>>
  bad: Readonly<Record<string, Content>>
  after?: Readonly<Record<string, Content>>
}

function tell(origin: Origin, story: Story) {
  const good = origin.commit({ 'other/team': '1', ...story.before })
  const bad = origin.commit(story.bad)
  const base = origin.commit({ 'other/team': '2', ...story.after })
  return { good, bad, base }
}

async function restore({ repository }: GitCase, commits: { good: CommitSha; bad: CommitSha; base: CommitSha }, paths?: readonly string[]) {
  return repository.buildRestore({
    ...commits,
    paths: paths ?? (await repository.filesOf(commits.bad)),
    message: 'Revert "x"\n\nThis reverts it.',
    date: DATE,
  })
}

const MODES: Record<string, Story> = {
  'a changed file': { before: { 'd/a': '1' }, bad: { 'd/a': '2' } },
  'an added file': { before: {}, bad: { 'd/e/a': '1' } },
  'a deleted file': { before: { 'd/e/a': '1' }, bad: { 'd/e/a': null } },
  'a renamed file': { before: { 'd/a': '1' }, bad: { 'd/a': null, 'e/b': '1' } },
  'an executable bit': { before: { a: { mode: '100755', text: '1' } }, bad: { a: '1' } },
  'a symlink': { before: { a: { mode: '120000', text: '/etc/passwd' } }, bad: { a: 'now a file' } },
  'a submodule': {
    before: { s: { mode: '160000', text: 'deadbeef'.repeat(5) } },
    bad: { s: { mode: '160000', text: 'cafebabe'.repeat(5) } },
  },
  'a file that became a directory': { before: { a: '1' }, bad: { a: null, 'a/b': '1' } },
  'a directory that became a file': { before: { 'a/b': '1', 'a/c/d': '1' }, bad: { 'a/b': null, 'a/c/d': null, a: '1' } },
  'a large file by its pointer': {
    before: { a: `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 1\n` },
    bad: { a: 'pointer 2' },
  },
  'names with line breaks and spaces': { before: { 'x\ny/ z': '1' }, bad: { 'x\ny/ z': '2', ' ': '1', '-rf': '1' } },
  'a directory among names that sort close to it': {
    before: { 'a/x': '1', 'a-b': '1', 'a.b': '1', a0: '1', 'a b': '1' },
    bad: { 'a/x': '2', a0: null },
  },
  'many files in many directories': {
    before: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`a${i % 5}/b${i % 7}/${i}`, '1'])),
    bad: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`a${i % 5}/b${i % 7}/${i}`, i % 3 === 0 ? null : '2'])),
  },
}

/** The revert commit is the base with the paths as they were, or nothing. */
export function restoreContract(current: () => GitCase): void {
  describe('restore', () => {
    test.for(Object.entries(MODES))('%s is put back, and the work of others stays', async ([, story]) => {
      const { origin, repository } = current()
      const commits = tell(origin, story)
      const result = await restore(current(), commits)
      if (result.result !== 'built') throw new Error(JSON.stringify(result))
      await repository.push('kedge/revert/x', result.commit)
      const expected = origin.commit(story.before, { branch: 'expected', parents: [commits.good] })
      const others = origin.git(['rev-parse', `${commits.base}:other`])
      expect(origin.git(['rev-parse', `${result.commit}:other`])).toBe(others)
      expect(origin.git(['diff-tree', '-r', '--name-only', expected, result.commit])).toBe('other/team')
      expect(origin.git(['rev-parse', `${result.commit}^{tree}`])).toBe(result.tree)
      expect(origin.git(['fsck', '--strict', '--no-dangling'])).toBe('')
    })

    test('the commit has the base as its only parent, the message, the date and a fixed author', async () => {
      const { origin, repository } = current()
      const commits = tell(origin, MODES['a changed file']!)
      const result = await restore(current(), commits)
      if (result.result !== 'built') throw new Error(result.result)
      expect(await repository.commit(result.commit)).toEqual({
        sha: result.commit,
        parents: [commits.base],
        author: { name: 'Kedge', email: 'kedge@users.noreply.invalid' },
        committedAt: DATE,
        subject: 'Revert "x"',
        body: 'This reverts it.',
      })
    })

    test('the commit is by whom the request names, as author and committer', async () => {
      const { origin, repository } = current()
      const request = { ...tell(origin, MODES['a changed file']!), paths: ['d/a'], message: 'm', date: DATE }
      const result = await repository.buildRestore({ ...request, author: { name: 'Release Bot', email: 'bot@example.com' } })
      if (result.result !== 'built') throw new Error(result.result)
      await repository.push('kedge/revert/x', result.commit)
      const by = origin.git(['log', '-1', '--format=%an <%ae> %at, %cn <%ce> %ct', result.commit])
      expect(by).toBe('Release Bot <bot@example.com> 1700000000, Release Bot <bot@example.com> 1700000000')
    })

    test('the same request gives the same commit, another date another one', async () => {
      const { origin, repository } = current()
      const commits = tell(origin, MODES['a changed file']!)
      const request = { ...commits, paths: ['d/a'], message: 'm', date: DATE }
      const first = await repository.buildRestore(request)
      expect(await repository.buildRestore({ ...request, paths: ['d/a', 'd/a'] })).toEqual(first)
      expect(await repository.buildRestore({ ...request, date: DATE + 1000 })).not.toEqual(first)
    })

    test('only the named paths are restored, whatever else the bad commit changed', async () => {
      const { origin, repository } = current()
      const commits = tell(origin, { before: { 'web/a': '1', 'db/a': '1' }, bad: { 'web/a': '2', 'db/a': '2' } })
      const result = await restore(current(), commits, ['web/a'])
      if (result.result !== 'built') throw new Error(result.result)
      expect(await repository.readFile(result.commit, 'web/a', 9)).toBe('1')
      expect((await repository.objectNames(result.commit, ['db']))['db']).toBe(origin.git(['rev-parse', `${commits.base}:db`]))
    })

    test('a file that was changed since gets the text that is given for it, and its mode stays', async () => {
      const { origin, repository } = current()
      const file = (text: string): Content => ({ mode: '100755', text })
      const story = { before: { 'd/a': file('1'), b: '1' }, bad: { 'd/a': file('2'), b: '2' }, after: { 'd/a': file('2, 3') } }
      const commits = tell(origin, story)
      const request = { ...commits, paths: ['b', 'd/a'], texts: new Map([['d/a', '1, 3 \u00e9\r\n']]), message: 'm', date: DATE }
      const result = await repository.buildRestore(request)
      if (result.result !== 'built') throw new Error(JSON.stringify(result))
      expect(await repository.readFiles(result.commit, ['b', 'd/a'], 99)).toEqual({ b: '1', 'd/a': '1, 3 \u00e9\r\n' })
      expect(await repository.buildRestore(request)).toEqual(result)
      expect(await repository.push('kedge/revert/x', result.commit)).toEqual({ result: 'created' })
      expect(origin.git(['ls-tree', result.commit, 'd/a'])).toMatch(/^100755 blob /)
      expect(origin.git(['cat-file', 'blob', `${result.commit}:d/a`])).toBe('1, 3 \u00e9')
      expect(origin.git(['rev-parse', `${result.commit}^{tree}`])).toBe(result.tree)
      expect(origin.git(['fsck', '--strict', '--no-dangling'])).toBe('')
    })

    test.for<[string, Story]>([
      ['is gone', { before: { a: '1' }, bad: { a: '2' }, after: { a: null } }],
      ['was not there before', { before: {}, bad: { a: '2' }, after: { a: '3' } }],
      ['has another mode by now', { before: { a: '1' }, bad: { a: '2' }, after: { a: { mode: '100755', text: '3' } } }],
      ['got another mode by what failed', { before: { a: '1' }, bad: { a: { mode: '100755', text: '2' } }, after: { a: '3' } }],
      ['became a symlink', { before: { a: '1' }, bad: { a: '2' }, after: { a: { mode: '120000', text: 'b' } } }],
    ])('a file that %s gets no text: it is a conflict that names the path', async ([, story]) => {
      const { origin, repository } = current()
      const request = { ...tell(origin, story), paths: ['a'], texts: new Map([['a', '4']]), message: 'm', date: DATE }
      expect(await repository.buildRestore(request)).toEqual({ result: 'conflict', paths: ['a'] })
    })

    test.for<[string, Story, string[]]>([
      ['a later change of the same file', { before: { a: '1', b: '1' }, bad: { a: '2', b: '2' }, after: { a: '3' } }, ['a']],
      ['a later change of its mode', { before: { a: '1' }, bad: { a: '2' }, after: { a: { mode: '100755', text: '2' } } }, ['a']],
      ['a later deletion', { before: { 'd/a': '1', b: '1' }, bad: { 'd/a': '2', b: '2' }, after: { 'd/a': null, b: '3' } }, ['b', 'd/a']],
      ['a later return of a deleted file', { before: { a: '1' }, bad: { a: null }, after: { a: '4' } }, ['a']],
      ['a file where a directory must be', { before: { 'd/a': '1' }, bad: { 'd/a': null }, after: { d: '1' } }, ['d/a']],
      ['a directory where a file must be', { before: { a: '1' }, bad: { a: null }, after: { 'a/b': '1' } }, ['a']],
      ['a file where the bad commit made a directory', { before: {}, bad: { 'd/a': '1' }, after: { 'd/a': null, d: '1' } }, ['d/a']],
    ])('%s is a conflict that names the path', async ([, story, paths]) => {
      const commits = tell(current().origin, story)
      expect(await restore(current(), commits)).toEqual({ result: 'conflict', paths })
    })

    test('nothing is built when the base already is as it should be', async () => {
      const { origin } = current()
      const commits = tell(origin, { before: { a: '1' }, bad: { b: '1' } })
      expect(await restore(current(), commits, ['a'])).toEqual({ result: 'empty' })
      expect(await restore(current(), commits, [])).toEqual({ result: 'empty' })
      expect(await restore(current(), commits, ['never/there'])).toEqual({ result: 'empty' })
    })

    test('a restore that leaves no file gives the empty tree', async () => {
      const { origin, repository } = current()
      const good = origin.commit({})
      const bad = origin.commit({ 'a/b': '1' })
      expect(await repository.buildRestore({ base: bad, good, bad, paths: ['a/b'], message: 'm', date: DATE })).toMatchObject({
        result: 'built',
        tree: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
      })
    })

    test('a name that is no text comes back byte by byte', async () => {
      const { origin, repository } = current()
      const name = Buffer.from([0x64, 0xe9, 0x2f, 0xff, 0x0a])
      const good = origin.commitRaw([{ name, content: '1' }])
      const bad = origin.commitRaw([{ name, content: '2' }])
      const result = await restore(current(), { good, bad, base: bad })
      expect(result).toMatchObject({ result: 'built', tree: origin.git(['rev-parse', `${good}^{tree}`]) })
      expect(await repository.filesOf(bad)).toEqual(['d\udce9/\udcff\n'])
    })

    test('nothing of it is seen by the remote before the push', async () => {
      const { origin } = current()
      const commits = tell(origin, MODES['a changed file']!)
      await restore(current(), commits)
      expect(origin.git(['for-each-ref', '--format=%(objectname)'])).toBe(commits.base)
    })

    test.for(['../x', '/etc/passwd', '', 'a\0', 'd/../a', 'd/'])('a path outside of the repository is refused: %j', async (path) => {
      const commits = tell(current().origin, MODES['a changed file']!)
      await expect(restore(current(), commits, ['d/a', path])).rejects.toMatchObject({ code: 'E_GIT_BAD_INPUT' })
    })

    test.for<[string, object]>([
      ['no message', { message: ' ' }],
      ['a message with NUL', { message: 'a\0b' }],
      ['no date', { date: Number.NaN }],
      ['an author with angle brackets', { author: { name: 'A <b>', email: 'a@b' } }],
      ['an author without an address', { author: { name: 'A', email: '' } }],
      ['a branch for a commit', { base: 'main' }],
      ['an option for a commit', { good: '--all' }],
    ])('%s is refused', async ([, wrong]) => {
      const { origin, repository } = current()
      const request = { ...tell(origin, MODES['a changed file']!), paths: ['d/a'], message: 'm', date: DATE, ...wrong }
      await expect(repository.buildRestore(request)).rejects.toMatchObject({ code: 'E_GIT_BAD_INPUT' })
    })
  })
}
