import { asCommitSha, type CommitSha } from '../../domain/application/commit.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { PushResult } from '../../ports/git.ts'
import { faultOf } from './faults.ts'
import type { Mirror } from './mirror.ts'
import { assertCommit, isBranchName, revertRef } from './names.ts'
import { rejection } from './rejection.ts'
import type { GitAnswer } from './run-git.ts'

const PUSH = ['push', '--porcelain', '--no-verify', '--no-follow-tags', '--recurse-submodules=no'] as const

/** See `GitRepository.push`. The lease with no value means "only if there is no such branch", and the server checks it. */
export async function push(mirror: Mirror, branch: string, commit: CommitSha): Promise<PushResult> {
  const ref = revertRef(branch)
  const here = await mirror.present([assertCommit(commit)])
  // It was built here, but the mirror may have been made anew since; building it again gives the same commit.
  if (!here.has(commit)) throw new KedgeError('E_GIT_COMMIT_GONE', `the commit ${commit} to push is not here any more`, { retryable: true })
  const answer = await mirror.remote([...PUSH, `--force-with-lease=${ref}:`, 'origin', `${commit}:${ref}`])
  if (answer.exitCode === 0 && statusOf(answer.stdout) === '*') return { result: 'created' }
  // Rejected, up to date, or an answer that got lost: only the remote can tell.
  const sha = answer.exitCode === 0 || isRejected(answer.stdout) ? await remoteBranch(mirror, branch) : undefined
  if (sha) return { result: 'exists', sha }
  throw pushFault(answer, `pushing ${branch}`)
}

/** See `GitRepository.deleteBranch`. The server compares with `expected` in the same breath. */
export async function deleteBranch(mirror: Mirror, branch: string, expected: CommitSha): Promise<'deleted' | 'moved' | 'absent'> {
  const ref = revertRef(branch)
  const answer = await mirror.remote([...PUSH, `--force-with-lease=${ref}:${assertCommit(expected)}`, 'origin', `:${ref}`])
  if (answer.exitCode === 0 && statusOf(answer.stdout) === '-') return 'deleted'
  if (answer.exitCode !== 0 && !isRejected(answer.stdout)) throw pushFault(answer, `deleting ${branch}`)
  const sha = await remoteBranch(mirror, branch)
  if (sha === undefined) return 'absent'
  if (sha !== expected) return 'moved'
  throw pushFault(answer, `deleting ${branch}`)
}

/** See `GitRepository.remoteBranch`. */
export async function remoteBranch(mirror: Mirror, branch: string): Promise<CommitSha | undefined> {
  if (!isBranchName(branch)) return undefined
  const there = await mirror.knownHead(branch)
  if (there) return there
  const ref = `refs/heads/${branch}`
  const lines = await lsRemote(mirror, [ref])
  return asCommitSha(lines.find((line) => line.endsWith(`\t${ref}`))?.split('\t')[0])
}

/** See `GitRepository.defaultBranch`. @throws KedgeError E_GIT_BAD_INPUT when the repository has none */
export async function defaultBranch(mirror: Mirror): Promise<string> {
  const lines = await lsRemote(mirror, ['HEAD'])
  const branch = lines.map((line) => /^ref: refs\/heads\/(.+)\tHEAD$/.exec(line)?.[1]).find((name) => name !== undefined)
  if (branch === undefined || !isBranchName(branch)) throw new KedgeError('E_GIT_BAD_INPUT', 'the repository has no default branch')
  return branch
}

async function lsRemote(mirror: Mirror, patterns: readonly string[]): Promise<readonly string[]> {
  const answer = await mirror.remote(['ls-remote', '--symref', 'origin', ...patterns])
  if (answer.exitCode !== 0) throw faultOf(answer, 'listing the branches', 'E_GIT_UNREACHABLE')
  return answer.stdout.toString('utf8').split('\n')
}

/** The flag of the one ref in `push --porcelain`: `*` new, `-` deleted, `=` up to date, `!` rejected. */
function statusOf(stdout: Buffer): string | undefined {
  return /^([ +\-*!=])\t/m.exec(stdout.toString('utf8'))?.[1]
}

/** With `--porcelain` the reason of a rejection stands in the listing. */
function pushFault(answer: GitAnswer, what: string): KedgeError {
  const reason = answer.stdout
    .toString('utf8')
    .split('\n')
    .find((line) => line.startsWith('!'))
  return reason === undefined ? faultOf(answer, what) : rejection(answer, reason, what)
}

function isRejected(stdout: Buffer): boolean {
  return statusOf(stdout) === '!'
}
