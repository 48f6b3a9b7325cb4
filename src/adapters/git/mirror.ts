import { createHash } from 'node:crypto'
import type { CommitSha, GitCommit } from '../../domain/application/commit.ts'
import { KedgeError } from '../../domain/errors.ts'
import { createRecent, type Recent } from '../../domain/recent.ts'
import { cannotWrite, faultOf, isBrokenMirror } from './faults.ts'
import { createKnownTrees, type KnownTrees } from './known-trees.ts'
import { writeObject, type ObjectType } from './loose-object.ts'
import { createMalformedObjects, fetchWhole, lookOnce, type MalformedObjects } from './malformed.ts'
import { createCalls, type MirrorCalls, type MirrorOptions } from './mirror-calls.ts'
import { createCommits, type MirrorCommits } from './mirror-commits.ts'
import { makeEmptyMirror, packCount, readRef, writeConfig } from './mirror-files.ts'
import { isBranchName } from './names.ts'
import { headOnDisk } from './on-this-disk.ts'

/** A bare repository of Kedge's own with commits and trees, but no file contents, of one remote repository. */
export interface Mirror extends Pick<MirrorCalls, 'local' | 'remote' | 'objects'>, Pick<MirrorCommits, 'present' | 'remember' | 'written'> {
  /** See `GitRepository.fetch`. */
  fetch(branch: string): Promise<CommitSha | undefined>
  /** The head of a branch of the remote, where that is known without asking it. */
  knownHead(branch: string): Promise<CommitSha | undefined>
  /** @throws KedgeError E_GIT_COMMIT_GONE when one of them exists nowhere */
  require(commits: readonly CommitSha[]): Promise<void>
  readonly trees: KnownTrees
  /** Commits that were read: what a name stands for never changes. */
  readonly commits: Recent<GitCommit>
  /** Writes an object, and gives its name. What it names need not be here. @throws KedgeError E_GIT_BROKEN_MIRROR */
  write(type: ObjectType, content: Buffer): Promise<string>
  /** See {@link MalformedObjects}: whatever is read through one of them is refused. */
  readonly malformed: MalformedObjects['all']
  /** Runs a piece of work on a mirror that exists; when it turns out to be broken, once more on a new one. */
  use<T>(work: () => Promise<T>): Promise<T>
}

/** Characters of commits that one mirror keeps at hand. */
const MOST_KEPT = 500_000

/** Each fetch that brings something leaves a pack, and looking an object up costs a try in each. */
const MAX_PACKS = 100

/** The mirror in `dir`, made when first used. Not safe for two callers at once: queue them. */
export function createMirror(options: MirrorOptions): Mirror {
  const calls = createCalls(options)
  const { local, remote, objects } = calls
  const malformed = createMalformedObjects(options.dir)
  const fetchSpec = (refspecs: readonly string[]): Promise<boolean> => fetchWhole(calls, malformed, { refspecs, build })
  const commits = createCommits({ objects, fetchSpec }, options.dir)
  let ready = false

  async function build(): Promise<void> {
    objects.close()
    commits.forget()
    malformed.forget()
    await makeEmptyMirror(options).catch((error: unknown) => {
      throw cannotWrite(options.dir, error)
    })
    if (options.borrowsOnDisk && options.fsckObjects) await lookOnce(calls, malformed)
    ready = true
  }

  /** A mirror of an earlier run is taken over, with the configuration of this one. */
  async function prepare(): Promise<void> {
    ready = options.borrowsOnDisk
      ? false
      : await writeConfig(options.dir, options).then(
          () => malformed.load(),
          () => false,
        )
    // Who wants no check knows what lies there.
    if (!options.fsckObjects) malformed.forget()
    if (!ready) await build()
  }

  return {
    local,
    remote,
    objects,
    present: commits.present,
    trees: createKnownTrees(),
    commits: createRecent<GitCommit>(MOST_KEPT, ({ subject, body }) => 300 + subject.length + body.length),
    write: (type, content) => writeObject(options.dir, type, content),
    malformed: malformed.all,
    remember: commits.remember,
    written: commits.written,

    async fetch(branch) {
      if (!isBranchName(branch)) return undefined
      const there = (await headOnDisk(options, branch)) ?? (await fetchHead({ dir: options.dir, calls, fetchSpec }, branch))
      if (there) commits.remember(there)
      return there
    },

    knownHead: (branch) => headOnDisk(options, branch),

    require: (wanted) => insistOnPresence(commits, wanted, options.remote.url),

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

interface Fetching {
  dir: string
  calls: MirrorCalls
  fetchSpec: (refspecs: readonly string[]) => Promise<boolean>
}

async function fetchHead({ dir, calls, fetchSpec }: Fetching, branch: string): Promise<CommitSha | undefined> {
  // Named by a hash, so that `a` and `a/b`, or `A` and `a` on a disk that takes them for one, can be fetched one after the other.
  const ref = `refs/kedge/${createHash('sha256').update(branch).digest('hex').slice(0, 40)}`
  if (!(await fetchSpec([`+refs/heads/${branch}:${ref}`]))) return undefined
  const head = await readRef(dir, ref)
  await tidy(dir, calls)
  return head
}

async function insistOnPresence({ present }: Pick<MirrorCommits, 'present'>, wanted: readonly CommitSha[], url: string): Promise<void> {
  const here = await present(wanted)
  const gone = wanted.find((sha) => !here.has(sha))
  if (gone !== undefined) throw new KedgeError('E_GIT_COMMIT_GONE', `${url} has no commit ${gone}`)
}

async function tidy(dir: string, { remote, objects }: Pick<MirrorCalls, 'remote' | 'objects'>): Promise<void> {
  if ((await packCount(dir)) <= MAX_PACKS) return
  objects.close()
  const answer = await remote(['repack', '-a', '-d'])
  if (answer.exitCode !== 0) throw faultOf(answer, 'packing the mirror')
}
