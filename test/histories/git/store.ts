import { asCommitSha, type CommitSha, type GitCommit } from '../../../src/domain/application/commit.ts'
import { parseCommit, type Entry, type GitObject } from './objects.ts'
import { createTrees, type Trees } from './trees.ts'

export type StoredCommit = GitCommit & { tree: string }

/** Objects read for what they mean. What an object name stands for never changes, so all is remembered. */
export interface Store extends Trees {
  commit(sha: string): StoredCommit | undefined
  text(oid: string): Buffer | undefined
  /** Files that the commit changed against its first parent. */
  changed(commit: StoredCommit): readonly string[]
  /** The commit and those before it on the first-parent history, newest first. */
  firstParents(sha: string): Generator<StoredCommit>
  /** Every commit that can be reached from this one, itself included. */
  reachable(sha: string): ReadonlySet<string>
}

/** See {@link Store}. */
export function createStore(read: (oid: string) => GitObject | undefined): Store {
  const trees = createTrees(read)
  const commits = new Map<string, StoredCommit>()
  const changes = new Map<string, readonly string[]>()

  function commit(sha: string): StoredCommit | undefined {
    const known = commits.get(sha)
    if (known) return known
    const object = read(sha)
    const name = asCommitSha(sha)
    if (object?.type !== 'commit' || !name) return undefined
    const parsed = parseCommit(name, object.bytes)
    commits.set(sha, parsed)
    return parsed
  }

  function filesChanged({ parents, tree }: StoredCommit): readonly string[] {
    const parent: CommitSha | undefined = parents[0]
    const before = parent === undefined ? undefined : trees.files(commit(parent)?.tree ?? '')
    return difference(before ?? new Map(), trees.files(tree) ?? new Map())
  }

  return {
    ...trees,
    commit,
    text(oid) {
      const object = read(oid)
      return object?.type === 'blob' ? object.bytes : undefined
    },
    changed(one) {
      const found = changes.get(one.sha) ?? filesChanged(one)
      changes.set(one.sha, found)
      return found
    },
    *firstParents(sha) {
      for (let at = commit(sha); at; at = commit(at.parents[0] ?? '')) yield at
    },
    reachable(sha) {
      const found = new Set<string>()
      const left = [sha]
      for (let at = left.pop(); at !== undefined; at = left.pop()) {
        if (found.has(at)) continue
        found.add(at)
        left.push(...(commit(at)?.parents ?? []))
      }
      return found
    },
  }
}

/** Paths whose entries differ, sorted. */
function difference(before: ReadonlyMap<string, Entry>, after: ReadonlyMap<string, Entry>): readonly string[] {
  const differs = (path: string): boolean =>
    before.get(path)?.oid !== after.get(path)?.oid || before.get(path)?.mode !== after.get(path)?.mode
  return [...new Set([...before.keys(), ...after.keys()])].filter(differs).sort()
}
