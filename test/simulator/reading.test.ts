import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { createBareRepository, type BareRepository } from '../../src/simulator/github/bare-repository.ts'
import { git } from '../../src/simulator/github/git.ts'

const author = { name: 'Alice Ö. Archer', email: 'alice@example.com' }

let folder: string
let repository: BareRepository
let tips: Record<'first' | 'second' | 'side' | 'merged', string>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-reading-'))
  repository = await createBareRepository(join(folder, 'gitops.git'), createSystemClock())
  const commit = (files: Record<string, string | null>, branch = 'main', message = 'Change\n\nWhy.\n'): Promise<string> =>
    repository.commit({ files, author, message, branch, ...(branch === 'main' ? {} : { from: tips.first }) })
  tips = { first: '', second: '', side: '', merged: '' }
  tips.first = await commit({ 'app/a.yaml': 'a: 1\n', 'app/deep/b.yaml': 'b: 1\n', 'app-two/c.yaml': 'c: 1\n', 'z.txt': 'z\n' })
  tips.second = await commit({ 'app/a.yaml': 'a: 2\n', 'z.txt': null, 'app/deep/é.yaml': 'ü\n' }, 'main', 'Second\n')
  tips.side = await commit({ 'side.txt': 'x\n'.repeat(100_000) }, 'side')
  const merged = await repository.merge({ base: 'main', head: tips.side, method: 'merge', author, message: 'Merge\n' })
  tips.merged = merged ?? ''
})

afterAll(async () => {
  repository.close()
  await rm(folder, { recursive: true, force: true })
})

const asGit = (...args: string[]): Promise<string> => git(repository.directory, args)

describe('a repository is read as Git tells it', () => {
  it('commits', async () => {
    for (const sha of Object.values(tips)) {
      const { tree, parents, author: by, message } = await repository.show(sha)
      const told = await asGit('show', '-s', '--format=%T%n%P%n%an%n%ae%n%ad%n%B', '--date=format:%Y-%m-%dT%H:%M:%S+00:00', sha)
      expect([tree, parents.join(' '), by.name, by.email, by.date, message].join('\n')).toBe(told)
    }
  })

  it('a date in its own time zone', async () => {
    const environment = { GIT_AUTHOR_DATE: '1700000000 -0930', GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@example.com' }
    const more = { ...environment, GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@example.com' }
    const sha = await git(repository.directory, ['commit-tree', `${tips.first}^{tree}`, '-m', 'x'], { environment: more })
    expect((await repository.show(sha)).author.date).toBe('2023-11-14T12:43:20-09:30')
  })

  it('histories: straight, merged, apart, and none', async () => {
    const { first, second, side, merged } = tips
    for (const range of [second, 'main', merged, `${first}..${second}`, `${second}..${merged}`, `${second}..${side}`, `${side}..${side}`]) {
      const told = await asGit('rev-list', '--reverse', '--topo-order', range)
      expect({ range, commits: (await repository.listCommits(range)).join('\n') }).toEqual({ range, commits: told })
    }
  })

  it('what changed between two commits', async () => {
    const told = (await asGit('diff-tree', '-r', '-z', '--name-status', tips.first, tips.merged)).split('\0')
    const changes = await repository.changedFiles(tips.first, tips.merged)
    expect(changes.flatMap(({ status, path }) => [status, path])).toEqual(told.filter((field) => field !== ''))
  })

  it('the files of a folder, and of no other whose name begins the same', async () => {
    const files = await repository.readFolder('main', 'app')
    expect([...files]).toEqual([
      ['app/a.yaml', 'a: 2'],
      ['app/deep/b.yaml', 'b: 1'],
      ['app/deep/é.yaml', 'ü'],
    ])
    expect(await repository.readFolder('main', 'none')).toEqual(new Map())
  })

  it('names: of branches, of commits by others, and what names none', async () => {
    expect(await repository.resolve(`${tips.second}^`)).toBe(tips.first)
    expect(await repository.resolve('side')).toBe(tips.side)
    const nobodys = ['nothing', '', `${tips.second}:z.txt`, '0'.repeat(40), 'two\nlines']
    expect(await Promise.all(nobodys.map((name) => repository.resolve(name)))).toEqual(nobodys.map(() => undefined))
  })

  it('a merge of what builds on the other takes its files, and a conflict is one', async () => {
    expect(await repository.mergeTrees(tips.first, tips.second)).toBe(await asGit('rev-parse', `${tips.second}^{tree}`))
    const apart = await repository.commit({
      files: { 'app/a.yaml': 'a: 3\n' },
      author,
      message: 'Apart\n',
      branch: 'apart',
      from: tips.first,
    })
    expect(await repository.mergesCleanly(tips.second, apart)).toBe(false)
  })

  it('after its process was ended, too', async () => {
    repository.close()
    expect((await repository.show(tips.first)).sha).toBe(tips.first)
  })
})
