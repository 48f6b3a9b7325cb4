import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { type CommitRequest, importStream } from './fast-import.ts'
import { git, tryGit } from './git.ts'
import { readLooseTip, readLooseTips } from './loose-refs.ts'
import { mergeCommits, mergeTrees, showCommit, type CommitInfo, type MergeMethod, type Person } from './merge.ts'

export interface MergeRequest {
  base: string
  head: string
  method: MergeMethod
  author: Person
  message: string
}

/** A repository without a work tree: people's commits and merges are made by plumbing. */
export interface BareRepository {
  directory: string
  /** Commits on the tip of a branch and returns the new SHA. Of several at once, each builds on the one before. */
  commit(request: CommitRequest): Promise<string>
  /** Merges `head` into branch `base` and returns its new tip; undefined where they conflict or nothing is left to merge. */
  merge(request: MergeRequest): Promise<string | undefined>
  /** The commit that a branch, tag or SHA names, or undefined. */
  resolve(revision: string): Promise<string | undefined>
  /** Branches and their tips. */
  branches(): Promise<Map<string, string>>
  /** Creates (`from` absent), moves or deletes (`to` absent) a branch; throws where it is not at `from`. */
  moveBranch(name: string, move: { from?: string; to?: string }): Promise<void>
  show(sha: string): Promise<CommitInfo>
  /** Commits in `range` (`base..head`), oldest first. */
  listCommits(range: string): Promise<string[]>
  /** Changed paths between two commits with git's letters (A, M, D, ...). */
  changedFiles(from: string, to: string): Promise<{ path: string; status: string }[]>
  mergeBase(a: string, b: string): Promise<string | undefined>
  mergesCleanly(base: string, head: string): Promise<boolean>
  /** Files below a folder at a revision, with their text. */
  readFolder(revision: string, folder: string): Promise<Map<string, string>>
}

// gc would run detached and outlive the simulator.
const SETTINGS = `[uploadpack]
allowFilter = true
allowAnySHA1InWant = true
[gc]
auto = 0
[receive]
autogc = false
`

/** Creates an empty bare repository with branch `main`, ready to serve clones, partial clones and pushes over HTTP. */
export async function createBareRepository(directory: string, clock: Clock): Promise<BareRepository> {
  await mkdir(directory, { recursive: true })
  await git(directory, ['init', '--quiet', '--bare', '--initial-branch=main', '.'])
  await appendFile(join(directory, 'config'), SETTINGS)
  return openBareRepository(directory, clock)
}

function openBareRepository(directory: string, clock: Clock): BareRepository {
  const reading = readerOf(directory)
  const { resolve, listCommits } = reading
  const inTurn = takeTurns()

  async function required(revision: string): Promise<string> {
    const sha = await resolve(revision)
    if (sha === undefined) throw new Error(`no commit ${revision} in ${directory}`)
    return sha
  }

  async function moveBranch(name: string, move: { from?: string; to?: string }): Promise<void> {
    const ref = `refs/heads/${name}`
    if (move.to === undefined) await git(directory, ['update-ref', '-d', ref, ...(move.from === undefined ? [] : [move.from])])
    else await git(directory, ['update-ref', ref, move.to, move.from ?? '0'.repeat(40)])
  }

  /** Without `--force`, git itself refuses to move the branch where a push has moved it meanwhile. */
  async function commit(request: CommitRequest): Promise<string> {
    const branch = request.branch ?? 'main'
    const parent = (await resolve(`refs/heads/${branch}`)) ?? request.from
    return git(directory, ['fast-import', '--quiet'], {
      input: importStream(request, { branch, parent, seconds: Math.floor(clock.now() / 1000) }),
    })
  }

  async function merge(request: MergeRequest): Promise<string | undefined> {
    const ours = await required(`refs/heads/${request.base}`)
    const theirs = await required(request.head)
    const commits = await listCommits(`${ours}..${theirs}`)
    // Somebody else was first.
    if (commits.length === 0) return undefined
    const tip = await mergeCommits(directory, {
      ...request,
      ours,
      theirs,
      commits,
      seconds: Math.floor(clock.now() / 1000),
    })
    if (tip !== undefined) await moveBranch(request.base, { from: ours, to: tip })
    return tip
  }

  return {
    directory,
    ...reading,
    moveBranch,
    commit: (request) => inTurn(() => commit(request)),
    merge: (request) => inTurn(() => merge(request)),
  }
}

/** What changes nothing. */
function readerOf(directory: string): Omit<BareRepository, 'directory' | 'moveBranch' | 'commit' | 'merge'> {
  const run = (...args: string[]): Promise<string> => git(directory, args)
  return {
    show: (sha) => showCommit(directory, sha),
    async resolve(revision) {
      const tip = await readLooseTip(directory, revision.replace(/^refs\/heads\//, ''))
      if (tip !== undefined) return tip
      const { code, stdout } = await tryGit(directory, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
      return code === 0 ? stdout.trim() : undefined
    },
    async listCommits(range) {
      return (await run('rev-list', '--reverse', '--topo-order', range)).split('\n').filter((sha) => sha !== '')
    },
    async branches() {
      const loose = await readLooseTips(directory)
      if (loose) return loose
      const lines = (await run('for-each-ref', '--format=%(refname:lstrip=2) %(objectname)', 'refs/heads')).split('\n')
      return new Map(lines.filter((line) => line !== '').map((line) => line.split(' ') as [string, string]))
    },
    async changedFiles(from, to) {
      const fields = (await run('diff-tree', '-r', '-z', '--name-status', from, to)).split('\0').filter((field) => field !== '')
      return fields.flatMap((status, index) => (index % 2 === 0 ? [{ status, path: fields[index + 1] ?? '' }] : []))
    },
    async mergeBase(a, b) {
      const { code, stdout } = await tryGit(directory, ['merge-base', a, b])
      return code === 0 ? stdout.trim() : undefined
    },
    mergesCleanly: async (base, head) => (await mergeTrees(directory, base, head)) !== undefined,
    async readFolder(revision, folder) {
      const paths = (await run('ls-tree', '-r', '-z', '--name-only', revision, '--', `${folder}/`))
        .split('\0')
        .filter((path) => path !== '')
      return new Map(
        await Promise.all(paths.map(async (path): Promise<[string, string]> => [path, await run('show', `${revision}:${path}`)])),
      )
    },
  }
}

/** Lets one piece of work begin when the one before has ended, however that ended. */
function takeTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }
}
