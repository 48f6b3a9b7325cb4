import type { CommitSha } from '../../../src/domain/application/commit.ts'
import { sha } from '../../contract/git/origin.ts'
import type { MemoryRemote } from '../git/remote.ts'
import type { Store } from '../git/store.ts'

/** `main`, and where it has been. */
export interface MainBranch {
  head(): CommitSha
  /** Puts it to another commit. */
  readonly move: (to: CommitSha) => void
  /** Takes so many commits off it, but for the first. */
  drop(commits: number): void
  /** Where it was at a time (epoch ms). */
  headAt(at: number): CommitSha | undefined
  /** Commits of it in `(from, to]`, oldest first. */
  between(from: string | undefined, to: string): readonly CommitSha[]
}

/** See {@link MainBranch}. `now` in epoch ms. */
export function createMainBranch({ remote, store }: { remote: MemoryRemote; store: Store }, now: () => number): MainBranch {
  const moves: { at: number; commit: CommitSha }[] = []

  function move(to: CommitSha): void {
    remote.move('main', to)
    moves.push({ at: now(), commit: to })
  }

  return {
    head: () => sha(remote.branch('main') ?? ''),
    move,
    drop(commits) {
      const all = [...store.firstParents(remote.branch('main') ?? '')]
      const to = all[Math.min(commits, all.length - 1)]
      if (to) move(sha(to.sha))
    },
    headAt: (at) => moves.findLast((one) => one.at <= at)?.commit,
    between(from, to) {
      const before = from === undefined ? new Set<string>() : store.reachable(from)
      const found: CommitSha[] = []
      for (const commit of store.firstParents(to)) {
        if (before.has(commit.sha)) break
        found.push(commit.sha)
      }
      return found.reverse()
    },
  }
}
