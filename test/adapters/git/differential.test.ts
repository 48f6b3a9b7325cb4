import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import { createOrigin, type Origin, sha } from '../../contract/git/origin.ts'
import { openAt } from './open.ts'

/** Numbers in [0, 1) that depend on the seed only (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

type Files = Readonly<Record<string, { mode: string; text: string } | null>>

const SEEDS = 80
const NAMES = ['a', 'd/a', 'd/b', 'd/e/a', 'd/e/b', 'e/a', 'e/f/g/h', 'z']
const CONTENTS = [
  ...['1\n', '2\n', '3\n'].map((text) => ({ mode: '100644', text })),
  { mode: '100755', text: '1\n' },
  { mode: '120000', text: 'a' },
  null,
  null,
]
const START: Files = Object.fromEntries(['keep', 'a', 'd/a', 'd/e/b'].map((name) => [name, { mode: '100644', text: '1\n' }]))

/** A few changes at random. Files only: where files and directories trade places, the contract suite says what happens. */
function changes(random: () => number, count: number): Files {
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T
  return Object.fromEntries(Array.from({ length: count }, () => [pick(NAMES), pick(CONTENTS)]))
}

/** One commit in the language of git fast-import, on top of the branch, with a branch of its own name beside it. */
function commitLines(name: string, files: Files, anew: boolean): string {
  const lines = Object.entries(files).map(([path, file]) =>
    file ? `M ${file.mode} inline ${path}\ndata ${file.text.length}\n${file.text}\n` : `D ${path}\n`,
  )
  return (
    `commit refs/heads/main\ncommitter A <a@b> 1 +0000\ndata ` +
    `1\nx\n${anew ? 'deleteall\n' : ''}${lines.join('')}\nreset refs/heads/${name}\nfrom refs/heads/main\n\n`
  )
}

/** One after the other on one branch: a state, the commit that fails, up to three commits of others. */
function writeHistories(origin: Origin): (seed: number) => Record<'good' | 'bad' | 'base', CommitSha> {
  const stream = Array.from({ length: SEEDS }, (_, seed) => {
    const random = randomOf(seed)
    const others = Array.from({ length: Math.floor(random() * 4) }, () => commitLines(`${seed}/base`, changes(random, 1), false))
    return [
      commitLines(`${seed}/good`, { ...START, ...changes(random, 4) }, true),
      commitLines(`${seed}/bad`, changes(random, 3), false),
      commitLines(`${seed}/base`, {}, false),
      ...others,
    ].join('')
  })
  origin.git(['fast-import', '--quiet'], stream.join(''))
  const heads = new Map(
    origin
      .git(['for-each-ref', '--format=%(refname) %(objectname)'])
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  )
  const head = (name: string) => sha(heads.get(`refs/heads/${name}`) ?? '')
  return (seed) => ({ good: head(`${seed}/good`), bad: head(`${seed}/bad`), base: head(`${seed}/base`) })
}

/** `git revert` in a work tree, without guesses about renames: the tree, or undefined for a conflict. */
function gitRevert(work: string, base: CommitSha, bad: CommitSha): string | undefined {
  const git = (...args: string[]) =>
    spawnSync('git', ['-C', work, '-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'merge.renames=false', ...args])
  git('reset', '--quiet', '--hard', base)
  if (git('revert', '--no-commit', bad).status !== 0) return undefined
  return git('write-tree').stdout.toString().trim()
}

describe('compared with git revert', () => {
  test('every restore that is no conflict gives the tree that git revert gives', { timeout: 120_000 }, async () => {
    await using resources = new AsyncDisposableStack()
    const origin = resources.use(await createOrigin())
    const historyOf = writeHistories(origin)
    const { repository } = resources.use(await openAt(origin.dir))
    await repository.fetch('main')
    const work = await mkdtemp(join(tmpdir(), 'kedge-work-'))
    resources.defer(() => rm(work, { recursive: true }))
    spawnSync('git', ['clone', '--quiet', origin.dir, work])
    const seen = { built: 0, conflict: 0, empty: 0 }
    for (let seed = 0; seed < SEEDS; seed++) {
      const commits = historyOf(seed)
      const paths = await repository.filesOf(commits.bad)
      const result = await repository.buildRestore({ ...commits, paths, message: 'm', date: 0 })
      seen[result.result]++
      const tree = result.result === 'built' ? result.tree : origin.git(['rev-parse', `${commits.base}^{tree}`])
      const ours = result.result === 'conflict' ? { seed, paths: result.paths } : { seed, tree }
      const changed = () => origin.git(['diff-tree', '-r', '--name-only', commits.bad, commits.base, '--', ...paths]).split('\n')
      expect(ours).toEqual(
        result.result === 'conflict' ? { seed, paths: changed() } : { seed, tree: gitRevert(work, commits.base, commits.bad) },
      )
    }
    expect(seen.built).toBeGreaterThan(SEEDS / 4)
    expect(seen.conflict).toBeGreaterThan(SEEDS / 10)
  })
})
