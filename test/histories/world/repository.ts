import type { CommitSha } from '../../../src/domain/application/commit.ts'
import { sha } from '../../contract/git/origin.ts'
import { encodeCommit, type Entry } from '../git/objects.ts'
import { createMemoryRemote, writeFiles, type MemoryRemote } from '../git/remote.ts'
import { createStore, type Store } from '../git/store.ts'
import { createMainBranch, type MainBranch } from './main-branch.ts'
import { render, type Files, type Folder, type ReadFile, type Rendered } from './manifests.ts'

export const REPO = 'https://git.example/shop/gitops.git'

/** Why there is a commit. */
export type CommitKind = 'change' | 'bot' | 'revert' | 'reapply' | 'kedge' | 'others'

export interface NewCommit {
  message: string
  author?: string
  kind: CommitKind
  /** By default one commit on the branch; a merge has its change in a commit beside. */
  how?: 'push' | 'merge' | 'squash'
}

/** The one repository of a world: `main`, and whatever Kedge pushes. */
export interface WorldRepository extends Omit<MainBranch, 'move'> {
  remote: MemoryRemote
  store: Store
  /** Reads files in the state of a commit; of one that is nowhere, none. */
  at(commit: string): ReadFile
  /** What a folder renders at a commit; undefined where it does not. */
  rendered(folder: Folder, commit: string): Rendered | undefined
  commit(files: Files, commit: NewCommit): CommitSha
  kindOf(commit: string): CommitKind | undefined
  changed(commit: string): readonly string[]
}

/** An empty one. `now` in epoch ms. */
export function createWorldRepository(now: () => number): WorldRepository {
  const remote = createMemoryRemote()
  const store = createStore((oid) => remote.object(oid))
  const { move, ...main } = createMainBranch({ remote, store }, now)
  const kinds = new Map<string, CommitKind>()
  const renderings = new Map<string, Rendered | undefined>()

  const filesAt = (commit: string): ReadonlyMap<string, Entry> => store.files(store.commit(commit)?.tree ?? '') ?? new Map()

  function write(files: Files, parents: readonly string[], { message, author }: NewCommit): CommitSha {
    const all = new Map(filesAt(parents[0] ?? ''))
    for (const [path, text] of Object.entries(files)) {
      if (text === null) all.delete(path)
      else all.set(path, { mode: '100644', oid: remote.keep({ type: 'blob', bytes: Buffer.from(text) }) })
    }
    const tree = writeFiles(all, remote.keep)
    const by = author ?? 'Ada Author <ada@example.com>'
    return sha(remote.keep(encodeCommit({ tree, parents, author: by, seconds: Math.floor(now() / 1_000), message: `${message}\n` })))
  }

  const at: WorldRepository['at'] = (commit) => (path) => {
    const entry = filesAt(commit).get(path)
    return entry && store.text(entry.oid)?.toString('utf8')
  }

  return {
    ...main,
    remote,
    store,
    at,
    rendered(folder, commit) {
      const key = `${folder.name} ${folder.overlay} ${commit}`
      if (!renderings.has(key)) renderings.set(key, render(folder, at(commit)))
      return renderings.get(key)
    },
    commit(files, given) {
      const before = remote.branch('main')
      const parents = before === undefined ? [] : [before]
      const side = given.how === 'merge' ? write(files, parents, given) : undefined
      const message = side === undefined ? given.message : `Merge pull request #7 from acme/change\n\n${given.message}`
      const written = write(files, side === undefined ? parents : [...parents, side], { ...given, message })
      move(written)
      kinds.set(written, given.kind)
      return written
    },
    kindOf: (commit) => kinds.get(commit),
    changed(commit) {
      const stored = store.commit(commit)
      return stored ? store.changed(stored) : []
    },
  }
}
