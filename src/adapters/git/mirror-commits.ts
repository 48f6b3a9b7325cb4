import type { CommitSha } from '../../domain/application/commit.ts'
import { KedgeError } from '../../domain/errors.ts'
import { createRecent } from '../../domain/recent.ts'
import type { MirrorCalls } from './mirror-calls.ts'
import { isLoose } from './mirror-files.ts'

/** Which commits the mirror has, as far as that was found out. */
export interface MirrorCommits {
  /** Which of the commits are here, after asking the remote for those that were not. */
  readonly present: (commits: readonly CommitSha[]) => Promise<ReadonlySet<string>>
  /** Takes note of a commit that is here, and, of one that was written here, of what it was `built` of. */
  readonly remember: (commit: CommitSha, built?: string) => void
  /** The commit that was built of this and still lies here; undefined where it has to be written. */
  readonly written: (built: string) => Promise<CommitSha | undefined>
  /** The mirror was made anew. */
  readonly forget: () => void
}

const MAX_REMEMBERED = 10_000
/** The same revert is built again at every look at a release whose PR is open. */
const MAX_BUILT = 1_000

/** Remembers what was seen to be a commit, so that Git is asked once. */
export function createCommits({ objects, fetchSpec }: Pick<MirrorCalls, 'objects' | 'fetchSpec'>, dir: string): MirrorCommits {
  const known = new Set<string>()
  const byParts = createRecent<CommitSha>(MAX_BUILT, () => 1)

  /** What the objects are that are not known to be commits: `commit`, `tree`, …, `missing`. */
  async function typesOf(shas: readonly CommitSha[]): Promise<ReadonlyMap<CommitSha, string>> {
    const types = (await objects.sizes(shas.map((sha) => Buffer.from(sha)))).map((object) => object?.type)
    if (known.size > MAX_REMEMBERED) known.clear()
    for (const [index, sha] of shas.entries()) if (types[index] === 'commit') known.add(sha)
    return new Map(shas.map((sha, index) => [sha, types[index] ?? 'missing']))
  }

  return {
    remember(commit, built) {
      known.add(commit)
      if (built !== undefined) byParts.set(built, commit)
    },
    async written(built) {
      const commit = byParts.get(built)
      return commit && (await isLoose(dir, commit)) ? commit : undefined
    },
    forget: () => known.clear(),
    async present(commits) {
      const unknown = [...new Set(commits)].filter((sha) => !known.has(sha))
      const first = await typesOf(unknown)
      const fetched: CommitSha[] = []
      // One by one: a server refuses a whole request for the sake of one commit that it does not have.
      for (const sha of unknown) if (first.get(sha) === 'missing' && (await fetchSpec([sha]))) fetched.push(sha)
      const second = await typesOf(fetched)
      const lost = fetched.find((sha) => second.get(sha) === 'missing')
      if (lost !== undefined) throw new KedgeError('E_GIT_BROKEN_MIRROR', `${lost} was fetched and is not there`)
      return new Set(commits.filter((sha) => (second.get(sha) ?? first.get(sha) ?? 'commit') === 'commit'))
    },
  }
}
