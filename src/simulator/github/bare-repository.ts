import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { type CommitRequest, importStream } from './fast-import.ts'
import { git } from './git.ts'
import { mergeCommits, type MergeMethod, type Person } from './merge.ts'
import { createReading, type Reading } from './reading.ts'

export interface MergeRequest {
  base: string
  head: string
  method: MergeMethod
  author: Person
  message: string
}

/** A repository without a work tree: people's commits and merges are made by plumbing. */
export interface BareRepository extends Reading {
  /** Commits on the tip of a branch and returns the new SHA. Of several at once, each builds on the one before. */
  commit(request: CommitRequest): Promise<string>
  /** Merges `head` into branch `base` and returns its new tip; undefined where they conflict or nothing is left to merge. */
  merge(request: MergeRequest): Promise<string | undefined>
  /** Creates (`from` absent), moves or deletes (`to` absent) a branch; throws where it is not at `from`. */
  moveBranch(name: string, move: { from?: string; to?: string }): Promise<void>
  mergesCleanly(base: string, head: string): Promise<boolean>
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
  const reading = createReading(directory)
  const inTurn = takeTurns()

  async function required(revision: string): Promise<string> {
    const sha = await reading.resolve(revision)
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
    const parent = (await reading.resolve(`refs/heads/${branch}`)) ?? request.from
    return git(directory, ['fast-import', '--quiet'], {
      input: importStream(request, { branch, parent, seconds: Math.floor(clock.now() / 1000) }),
    })
  }

  async function merge(request: MergeRequest): Promise<string | undefined> {
    const ours = await required(`refs/heads/${request.base}`)
    const theirs = await required(request.head)
    const commits = await reading.listCommits(`${ours}..${theirs}`)
    // Somebody else was first.
    if (commits.length === 0) return undefined
    const tip = await mergeCommits(reading, {
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
    ...reading,
    moveBranch,
    mergesCleanly: async (base, head) => (await reading.mergeTrees(base, head)) !== undefined,
    commit: (request) => inTurn(() => commit(request)),
    merge: (request) => inTurn(() => merge(request)),
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
