import type { CommitSha } from '../../domain/application/commit.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { MirrorCalls } from './mirror-calls.ts'

/** Which commits the mirror has, as far as that was found out. */
export interface MirrorCommits {
  /** Which of the commits are here, after asking the remote for those that were not. */
  readonly present: (commits: readonly CommitSha[]) => Promise<ReadonlySet<string>>
  readonly remember: (commit: CommitSha) => void
  /** The mirror was made anew. */
  readonly forget: () => void
}

const MAX_REMEMBERED = 10_000

/** Remembers what was seen to be a commit, so that Git is asked once. */
export function createCommits({ local, fetchSpec }: MirrorCalls): MirrorCommits {
  const known = new Set<string>()

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

  return {
    remember: (commit) => void known.add(commit),
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
