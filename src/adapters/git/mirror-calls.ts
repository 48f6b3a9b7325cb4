import { asCommitSha } from '../../domain/application/commit.ts'
import { faultOf, isRefusedToken } from './faults.ts'
import type { MirrorLayout } from './mirror-files.ts'
import { createObjectProcess, type ObjectProcess } from './object-process.ts'
import type { ProcessLimit } from './process-limit.ts'
import { type Credentials, type GitAnswer, runGit } from './run-git.ts'

/** What a call adds to the fixed argv: bytes for stdin, and variables such as author and date. */
export interface CallExtras {
  input?: Buffer
  environment?: Readonly<Record<string, string>>
  /** For commands that say "no" by exiting with 1. */
  mayExitOne?: boolean
  /** `key=value`, before those of the mirror. */
  config?: readonly string[]
}

/** Git run in a mirror. */
export interface MirrorCalls {
  /** Runs Git without network and credentials. Input was checked before, so a failure means that the mirror is broken. */
  readonly local: (args: readonly string[], extras?: CallExtras) => Promise<Buffer>
  /** Runs Git with the way to the remote open. The caller judges the exit code. */
  readonly remote: (args: readonly string[], extras?: CallExtras) => Promise<GitAnswer>
  /**
   * Fetches commits and trees; false when the remote does not have what was asked for. `unchecked`: malformed ones, too.
   */
  readonly fetchSpec: (refspecs: readonly string[], unchecked?: boolean) => Promise<boolean>
  /** Asks about objects that are here. Like `local`, without network and credentials. */
  readonly objects: ObjectProcess
  /** What Git says against the objects that are here. */
  readonly fsck: () => Promise<string>
}

export interface MirrorOptions extends MirrorLayout {
  /** `rejected` is a password that the remote has refused: never that one again, where there can be another. */
  credentials(rejected?: string): Promise<Credentials | undefined>
  environment: Readonly<Record<string, string>>
  /** On the processes that read objects. */
  limit: ProcessLimit
}

const NO_SUCH_REF = /couldn't find remote ref|no such remote ref/i
const NO_SUCH_OBJECT = /not our ref|unadvertised object/i
const NO_FILTER = '--no-filter'
const FILTER_REFUSED = /filter\b.*not (?:supported|allowed)|filtering not (?:recognized|allowed)/i
/**
 * Makes Git fetch contents that it misses. Only calls that may go to the network get it: in all others a missing object is missing,
 * and no process is started to fetch it.
 */
const LAZY = ['remote.origin.promisor=true', 'remote.origin.partialCloneFilter=blob:none'] as const
/** A look at objects is none at indexes of them, for each of which Git starts a process for each folder of objects. */
const OBJECTS_ALONE = ['core.commitGraph=false', 'core.multiPackIndex=false'] as const
const FETCH = ['--force', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-recurse-submodules', 'origin'] as const

/** The ways in which Git is run in the mirror of these options. */
export function createCalls(options: MirrorOptions): MirrorCalls {
  const environment = { ...options.environment, GIT_DIR: options.dir }
  let filter = '--filter=blob:none'

  async function local(args: readonly string[], extras: CallExtras = {}): Promise<Buffer> {
    const answer = await runGit({
      args,
      timeoutMs: options.timeoutMs,
      ...(extras.input && { input: extras.input }),
      environment: { ...environment, GIT_ALLOW_PROTOCOL: 'none', ...extras.environment },
    })
    if (answer.exitCode > (extras.mayExitOne ? 1 : 0)) throw faultOf(answer, `git ${args[0] ?? ''}`)
    return answer.stdout
  }

  /** A refused token is replaced once: a remote refuses before it does anything, so that repeating a push is safe. */
  async function remote(args: readonly string[], extras: CallExtras = {}): Promise<GitAnswer> {
    const credentials = await options.credentials()
    const answer = await reach(args, extras, credentials)
    if (answer.exitCode === 0 || !credentials || !isRefusedToken(answer)) return answer
    const newer = await options.credentials(credentials.password)
    return newer && newer.password !== credentials.password ? reach(args, extras, newer) : answer
  }

  function reach(args: readonly string[], extras: CallExtras, credentials: Credentials | undefined): Promise<GitAnswer> {
    return runGit({
      args,
      config: [...LAZY, ...(extras.config ?? [])],
      timeoutMs: options.timeoutMs,
      ...(extras.input && { input: extras.input }),
      authorization: credentials && { ...credentials, url: options.remote.url },
      environment: { ...environment, GIT_ALLOW_PROTOCOL: options.remote.protocol, ...extras.environment },
    })
  }

  async function fetchSpec(refspecs: readonly string[], unchecked = false): Promise<boolean> {
    const config = unchecked ? ['fetch.fsckObjects=false'] : []
    const answer = await remote(['fetch', '--verbose', filter, ...FETCH, ...refspecs], { config })
    if (answer.exitCode === 0) return true
    // Of a branch that was listed a moment ago, a host of several machines, or one that was pushed to by force meanwhile, may not have the
    // commit: that is no word about the branch.
    if (NO_SUCH_REF.test(answer.stderr) || (refspecs.every(asCommitSha) && NO_SUCH_OBJECT.test(answer.stderr))) return false
    if (filter !== NO_FILTER && FILTER_REFUSED.test(answer.stderr)) {
      filter = NO_FILTER
      return fetchSpec(refspecs, unchecked)
    }
    throw faultOf(answer, `fetching from ${options.remote.url}`)
  }

  async function fsck(): Promise<string> {
    const answer = await runGit({
      args: ['fsck', '--no-dangling', '--no-progress', '--no-reflogs'],
      config: [...LAZY, ...OBJECTS_ALONE],
      timeoutMs: options.timeoutMs,
      environment: { ...environment, GIT_ALLOW_PROTOCOL: 'none' },
    })
    return answer.stderr
  }

  const objects = createObjectProcess({ environment, timeoutMs: options.timeoutMs, limit: options.limit })
  return { local, remote, objects, fetchSpec, fsck }
}
