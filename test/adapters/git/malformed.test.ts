import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CommitSha, InputPath } from '../../../src/domain/application/commit.ts'
import { createOrigin, type Origin } from '../../contract/git/origin.ts'
import { openAt } from './open.ts'

let resources: AsyncDisposableStack
let origin: Origin

beforeEach(async () => {
  resources = new AsyncDisposableStack()
  origin = resources.use(await createOrigin())
})
afterEach(() => resources.disposeAsync())

const AUTHOR = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' }
const at = (path: string): readonly InputPath[] => [{ path, glob: false }]
const yaml = (path: string): readonly InputPath[] => [{ path, glob: true }]

interface History {
  healthy: CommitSha
  malformed: CommitSha
  web: CommitSha
  mended: CommitSha
}

/** `old` becomes a malformed tree, as tools of long ago wrote them; then web changes, then `old` is well again. */
function history(): History {
  const blob = (text: string): string => origin.git(['hash-object', '-w', '--stdin'], text)
  const tree = (...lines: string[]): string => origin.git(['mktree'], lines.join(''))
  const file = (text: string, name: string): string => `100644 blob ${blob(text)}\t${name}\n`
  const folder = (oid: string, name: string): string => `040000 tree ${oid}\t${name}\n`
  const zeroPadded = origin.git(
    ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'],
    Buffer.concat([Buffer.from('0100644 x\0'), Buffer.from(blob('x'), 'hex')]),
  )
  const commit = (web: string, old: string, ...parents: string[]): CommitSha => {
    const root = tree(folder(tree(folder(tree(file(web, 'r.yaml')), 'web'), folder(old, 'old')), 'apps'))
    const made = origin.git(['commit-tree', root, '-m', 'x', ...parents.flatMap((parent) => ['-p', parent])], undefined, AUTHOR)
    return made as CommitSha
  }
  const healthy = commit('1', tree(file('o', 'r.yaml')))
  const malformed = commit('1', zeroPadded, healthy)
  const web = commit('2', zeroPadded, malformed)
  const mended = commit('2', tree(file('o2', 'r.yaml')), web)
  origin.git(['update-ref', 'refs/heads/main', mended])
  return { healthy, malformed, web, mended }
}

describe('a malformed object in the history', () => {
  test('keeps nobody from the branch, nor from what lies elsewhere', async () => {
    const { healthy, web, mended } = history()
    const { repository } = resources.use(await openAt(origin.dir))
    expect(await repository.fetch('main')).toBe(mended)
    expect((await repository.commitsTouching(healthy, mended, at('apps/web'))).map(({ sha }) => sha)).toEqual([web])
    expect((await repository.newestTouching(mended, at('apps/web')))?.sha).toBe(web)
    expect(await repository.changedPaths([web], at('apps/web'))).toEqual(['apps/web/r.yaml'])
    expect(await repository.filesOf(web)).toEqual(['apps/web/r.yaml'])
    expect(await repository.differingPaths(healthy, web, at('apps/web'))).toEqual(['apps/web/r.yaml'])
    const built = { base: mended, good: healthy, bad: web, paths: ['apps/web/r.yaml'], message: 'x', date: 0 }
    expect(await repository.buildRestore(built)).toMatchObject({ result: 'built' })
  })

  test('is refused by its commit and path wherever something is read through it', async () => {
    const { healthy, malformed, web, mended } = history()
    const { repository } = resources.use(await openAt(origin.dir))
    await repository.fetch('main')
    const named = (commit: string) => ({
      code: 'E_GIT_MALFORMED',
      retryable: false,
      message: expect.stringMatching(new RegExp(`: the folder "apps/old" of the commit ${commit} is malformed .*zeroPaddedFilemode`)),
    })
    await expect(repository.commitsTouching(healthy, mended, at('apps/old'))).rejects.toMatchObject(named(`before ${mended}`))
    await expect(repository.commitsTouching(healthy, mended, yaml('apps/*/r.yaml'))).rejects.toMatchObject(named(`before ${mended}`))
    await expect(repository.newestTouching(web, at('apps/old'))).rejects.toMatchObject(named(malformed))
    await expect(repository.changedPaths([malformed], at('apps/old'))).rejects.toMatchObject(named(malformed))
    await expect(repository.filesOf(malformed)).rejects.toMatchObject(named(malformed))
    await expect(repository.differingPaths(healthy, web, at('apps/old'))).rejects.toMatchObject(named(web))
    await expect(repository.fingerprint(web, yaml('apps/*/r.yaml'))).rejects.toMatchObject(named(web))
    await expect(repository.objectNames(web, ['apps/old/x'])).rejects.toMatchObject(named(web))
    await expect(repository.listFiles(web, 'apps/old', { recurse: false, most: 10 })).rejects.toMatchObject(named(web))
    await expect(repository.kindsAt(web, ['apps/old/x'])).rejects.toMatchObject(named(web))
    const built = { base: mended, good: healthy, bad: web, paths: ['apps/old/r.yaml'], message: 'x', date: 0 }
    await expect(repository.buildRestore(built)).rejects.toMatchObject({ code: 'E_GIT_MALFORMED' })
  })

  test('that is a root tree, or a commit, concerns all that is read through it', async () => {
    const { healthy } = history()
    const root = origin.git(['mktree'], `100644 blob ${origin.git(['hash-object', '-w', '--stdin'], 'x')}\t.git\n`)
    const evil = origin.git(['commit-tree', root, '-p', healthy, '-m', 'x'], undefined, AUTHOR)
    const tree = origin.git(['rev-parse', `${healthy}^{tree}`])
    const text = `tree ${tree}\nparent ${evil}\nauthor a <a@b> 1 +0000\ncommitter a <a@b 1 +0000\n\nx\n`
    const head = origin.git(['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'], text) as CommitSha
    origin.git(['update-ref', 'refs/heads/main', head])
    const { repository } = resources.use(await openAt(origin.dir))
    await repository.fetch('main')
    await expect(repository.changedPaths([head], at('apps/web'))).rejects.toThrow(`the commit ${head} is malformed`)
    await expect(repository.changedPaths([evil as CommitSha], at('apps/web'))).rejects.toThrow(`the folder "/" of the commit ${evil}`)
  })

  test('is still known after a restart, and not where the admin says that it is harmless', async () => {
    const { malformed } = history()
    const first = resources.use(await openAt(origin.dir))
    await first.repository.fetch('main')
    const second = resources.use(await openAt(origin.dir, { root: first.root }))
    await expect(second.repository.filesOf(malformed)).rejects.toMatchObject({ code: 'E_GIT_MALFORMED' })
    const lenient = resources.use(await openAt(origin.dir, { root: first.root, fsckObjects: false }))
    expect(await lenient.repository.filesOf(malformed)).toEqual(['apps/old/r.yaml', 'apps/old/x'])
  })
  test('that nobody has come to look at before Kedge was stopped is looked for again', async () => {
    const { malformed } = history()
    const first = resources.use(await openAt(origin.dir))
    await first.repository.fetch('main')
    const [mirror = ''] = (await readdir(first.root)).filter((name) => name.endsWith('.git'))
    await rm(join(first.root, mirror, 'malformed'))
    await writeFile(join(first.root, mirror, 'malformed.unseen'), '')
    const second = resources.use(await openAt(origin.dir, { root: first.root }))
    await second.repository.fetch('main')
    await expect(second.repository.filesOf(malformed)).rejects.toMatchObject({ code: 'E_GIT_MALFORMED' })
  })
})
