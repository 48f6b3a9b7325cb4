import { asCommitSha, type CommitSha, type GitCommit } from '../../../src/domain/application/commit.ts'
import { DIRECTORY, parseCommit, parseTree, type Entry, type GitObject } from './objects.ts'

export type StoredCommit = GitCommit & { tree: string }

/** Objects read for what they mean. What an object name stands for never changes, so all is remembered. */
export interface Store {
  commit(sha: string): StoredCommit | undefined
  /** Every file of a tree by its path; `undefined` where there is no such tree. */
  files(tree: string): ReadonlyMap<string, Entry> | undefined
  /** What lies at a path of a tree: a file or a directory; `''` is the tree itself. */
  entry(tree: string, path: string): Entry | undefined
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
  const commits = new Map<string, StoredCommit>()
  const trees = new Map<string, ReadonlyMap<string, Entry>>()
  const flat = new Map<string, ReadonlyMap<string, Entry>>()
  const changes = new Map<string, readonly string[]>()

  function tree(oid: string): ReadonlyMap<string, Entry> | undefined {
    const known = trees.get(oid)
    if (known) return known
    const object = read(oid)
    if (object?.type !== 'tree') return undefined
    const parsed = parseTree(object.bytes)
    trees.set(oid, parsed)
    return parsed
  }

  function files(oid: string): ReadonlyMap<string, Entry> | undefined {
    const known = flat.get(oid)
    if (known) return known
    const entries = tree(oid)
    if (!entries) return undefined
    const found = new Map<string, Entry>()
    for (const [name, entry] of entries) {
      if (entry.mode !== DIRECTORY) found.set(name, entry)
      else for (const [path, file] of files(entry.oid) ?? []) found.set(`${name}/${path}`, file)
    }
    flat.set(oid, found)
    return found
  }

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

  return {
    commit,
    files,
    entry(root, path) {
      if (path === '') return { mode: DIRECTORY, oid: root }
      let at: Entry | undefined = { mode: DIRECTORY, oid: root }
      for (const name of path.split('/')) at = at?.mode === DIRECTORY ? tree(at.oid)?.get(name) : undefined
      return at
    },
    text(oid) {
      const object = read(oid)
      return object?.type === 'blob' ? object.bytes : undefined
    },
    changed(one) {
      const known = changes.get(one.sha)
      if (known) return known
      const parent: CommitSha | undefined = one.parents[0]
      const before = parent === undefined ? undefined : files(commit(parent)?.tree ?? '')
      const found = difference(before ?? new Map(), files(one.tree) ?? new Map())
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
