import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asCommitSha, type CommitSha } from '../../domain/application/commit.ts'
import { KedgeError } from '../../domain/errors.ts'
import { cannotWrite, faultOf, isBrokenMirror } from './faults.ts'
import { isBranchName } from './names.ts'
import type { Remote } from './remote-url.ts'
import { type Credentials, type GitAnswer, runGit } from './run-git.ts'

/** What a call adds to the fixed argv: bytes for stdin, and variables such as author and date. */
export interface CallExtras {
  input?: Buffer
  environment?: Readonly<Record<string, string>>
  /** For commands that say "no" by exiting with 1. */
  mayExitOne?: boolean
}

/** A bare repository of Kedge's own with commits and trees, but no file contents, of one remote repository. */
export interface Mirror {
  /** Runs Git without network and credentials. Input was checked before, so a failure means that the mirror is broken. */
  local(args: readonly string[], extras?: CallExtras): Promise<Buffer>
  /** Runs Git with the way to the remote open. The caller judges the exit code. */
  remote(args: readonly string[], extras?: CallExtras): Promise<GitAnswer>
  /** See `GitRepository.fetch`. */
  fetch(branch: string): Promise<CommitSha | undefined>
  /** Which of the commits are here, after asking the remote for those that were not. */
  present(commits: readonly CommitSha[]): Promise<ReadonlySet<string>>
  /** @throws KedgeError E_GIT_COMMIT_GONE when one of them exists nowhere */
  require(commits: readonly CommitSha[]): Promise<void>
  /** Takes note of a commit that was written here. */
  remember(commit: CommitSha): void
  /** Runs a piece of work on a mirror that exists; when it turns out to be broken, once more on a new one. */
  use<T>(work: () => Promise<T>): Promise<T>
}

export interface MirrorOptions {
  dir: string
  remote: Remote
  credentials(): Promise<Credentials | undefined>
  environment: Readonly<Record<string, string>>
  fsckObjects: boolean
  timeoutMs: number
}

const NOT_THERE = /not our ref|couldn't find remote ref|no such remote ref|unadvertised object/i
const NO_FILTER = '--no-filter'
const FILTER_REFUSED = /filter\b.*not (?:supported|allowed)|filtering not (?:recognized|allowed)/i
const MAX_REMEMBERED = 10_000
/**
 * Makes Git fetch contents that it misses. Only calls that may go to the network get it: in all others a missing object is missing,
 * and no process is started to fetch it.
 */
const LAZY = ['remote.origin.promisor=true', 'remote.origin.partialCloneFilter=blob:none'] as const
/** Each fetch that brings something leaves a pack, and looking an object up costs a try in each. */
const MAX_PACKS = 100

/** The mirror in `dir`, made when first used. Not safe for two callers at once: queue them. */
export function createMirror(options: MirrorOptions): Mirror {
  const known = new Set<string>()
  const environment = { ...options.environment, GIT_DIR: options.dir }
  let ready = false
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

  async function remote(args: readonly string[], extras: CallExtras = {}): Promise<GitAnswer> {
    const credentials = await options.credentials()
    return runGit({
      args,
      config: LAZY,
      timeoutMs: options.timeoutMs,
      ...(extras.input && { input: extras.input }),
      authorization: credentials && { ...credentials, url: options.remote.url },
      environment: { ...environment, GIT_ALLOW_PROTOCOL: options.remote.protocol, ...extras.environment },
    })
  }

  /** False when the remote does not have what was asked for. */
  async function fetchSpec(refspecs: readonly string[]): Promise<boolean> {
    const answer = await remote([
      'fetch',
      '--verbose',
      filter,
      '--force',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-auto-maintenance',
      '--no-recurse-submodules',
      'origin',
      ...refspecs,
    ])
    if (answer.exitCode === 0) return true
    if (NOT_THERE.test(answer.stderr)) return false
    if (filter !== NO_FILTER && FILTER_REFUSED.test(answer.stderr)) {
      filter = NO_FILTER
      return fetchSpec(refspecs)
    }
    throw faultOf(answer, `fetching from ${options.remote.url}`)
  }

  async function tidy(): Promise<void> {
    if ((await packCount(options.dir)) <= MAX_PACKS) return
    const answer = await remote(['repack', '-a', '-d'])
    if (answer.exitCode !== 0) throw faultOf(answer, 'packing the mirror')
  }

  /** What the objects are that are not known to be commits: `commit`, `tree`, …, `missing`. */
  async function typesOf(shas: readonly CommitSha[]): Promise<ReadonlyMap<CommitSha, string>> {
    if (shas.length === 0) return new Map()
    const output = await local(['cat-file', '--batch-check'], { input: Buffer.from(shas.map((sha) => `${sha}\n`).join('')) })
    const types = output
      .toString('utf8')
      .split('\n')
      .map((line) => line.split(' ')[1] ?? 'missing')
    if (known.size > MAX_REMEMBERED) known.clear()
    for (const [index, sha] of shas.entries()) if (types[index] === 'commit') known.add(sha)
    return new Map(shas.map((sha, index) => [sha, types[index] ?? 'missing']))
  }

  async function present(commits: readonly CommitSha[]): Promise<ReadonlySet<string>> {
    const unknown = [...new Set(commits)].filter((sha) => !known.has(sha))
    const first = await typesOf(unknown)
    const fetched: CommitSha[] = []
    // One by one: a server refuses a whole request for the sake of one commit that it does not have.
    for (const sha of unknown) if (first.get(sha) === 'missing' && (await fetchSpec([sha]))) fetched.push(sha)
    const second = await typesOf(fetched)
    const lost = fetched.find((sha) => second.get(sha) === 'missing')
    if (lost !== undefined) throw new KedgeError('E_GIT_BROKEN_MIRROR', `${lost} was fetched and is not there`)
    return new Set(commits.filter((sha) => (second.get(sha) ?? first.get(sha) ?? 'commit') === 'commit'))
  }

  async function build(): Promise<void> {
    known.clear()
    await makeEmptyMirror(options).catch((error: unknown) => {
      throw cannotWrite(options.dir, error)
    })
    ready = true
  }

  /** A mirror of an earlier run is taken over, with the configuration of this one. */
  async function prepare(): Promise<void> {
    ready = await writeConfig(options.dir, options).then(
      () => true,
      () => false,
    )
    if (!ready) await build()
  }

  return {
    local,
    remote,
    present,
    remember: (commit) => void known.add(commit),

    async fetch(branch) {
      if (!isBranchName(branch)) return undefined
      // Named by a hash, so that `a` and `a/b`, or `A` and `a` on a disk that takes them for one, can be fetched one after the other.
      const ref = `refs/kedge/${createHash('sha256').update(branch).digest('hex').slice(0, 40)}`
      if (!(await fetchSpec([`+refs/heads/${branch}:${ref}`]))) return undefined
      const sha = await readRef(options.dir, ref)
      known.add(sha)
      await tidy()
      return sha
    },

    async require(commits) {
      const here = await present(commits)
      const gone = commits.find((sha) => !here.has(sha))
      if (gone !== undefined) throw new KedgeError('E_GIT_COMMIT_GONE', `${options.remote.url} has no commit ${gone}`)
    },

    async use(work) {
      if (!ready) await prepare()
      try {
        return await work()
      } catch (error) {
        if (!isBrokenMirror(error)) throw error
        await build()
        return work()
      }
    },
  }
}

/** Lays out an empty bare repository beside the old one and swaps them, so that a crash leaves no half of one under the name. */
async function makeEmptyMirror(options: MirrorOptions): Promise<void> {
  const fresh = `${options.dir}.new`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(join(fresh, 'objects', 'pack'), { recursive: true, mode: 0o700 })
  await mkdir(join(fresh, 'refs'))
  // HEAD names a branch that is never there: in a bare repository Git would read .mailmap and .gitattributes from it.
  await writeFile(join(fresh, 'HEAD'), 'ref: refs/heads/none\n')
  await writeConfig(fresh, options)
  await rm(options.dir, { recursive: true, force: true })
  await rename(fresh, options.dir)
}

/** The whole configuration that Git sees: system and user files are switched off. It never holds a secret. */
async function writeConfig(dir: string, { remote, fsckObjects, timeoutMs }: MirrorOptions): Promise<void> {
  const lines = [
    '[core]',
    'repositoryFormatVersion = 1',
    'bare = true',
    'hooksPath = /dev/null',
    'attributesFile = /dev/null',
    'symlinks = false',
    'fsmonitor = false',
    '[remote "origin"]',
    `url = "${remote.url}"`,
    '[protocol]',
    'allow = never',
    'version = 2',
    `[protocol "${remote.protocol}"]`,
    'allow = always',
    // A redirect would take the token to another host. The low speed limit ends transport programs that outlive a killed Git.
    '[http]',
    'followRedirects = false',
    'lowSpeedLimit = 1',
    `lowSpeedTime = ${Math.max(1, Math.ceil(timeoutMs / 1000))}`,
    '[transfer]',
    `fsckObjects = ${fsckObjects}`,
    '[fetch]',
    'recurseSubmodules = false',
    '[push]',
    'recurseSubmodules = no',
    '[submodule]',
    'recurse = false',
    '[gc]',
    'auto = 0',
    '[maintenance]',
    'auto = false',
    '[log]',
    'showSignature = false',
    'mailmap = false',
  ]
  await writeFile(join(dir, 'config.new'), `${lines.join('\n')}\n`, { mode: 0o600 })
  await rename(join(dir, 'config.new'), join(dir, 'config'))
}

/** A ref of ours is one loose file: nothing in the mirror ever packs refs, so no process is needed to read it. */
async function readRef(dir: string, ref: string): Promise<CommitSha> {
  const sha = asCommitSha((await readFile(join(dir, ref), 'latin1').catch(() => '')).trim())
  if (!sha) throw new KedgeError('E_GIT_BROKEN_MIRROR', `${ref} was fetched and names no commit`)
  return sha
}

async function packCount(dir: string): Promise<number> {
  const names = await readdir(join(dir, 'objects', 'pack'))
  return names.filter((name) => name.endsWith('.pack')).length
}
