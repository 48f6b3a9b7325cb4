import { assertCommit } from '../../src/adapters/git/names.ts'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import { normaliseRepoURL } from '../../src/domain/application/repo-url.ts'
import type { GitRepositories, GitRepository } from '../../src/ports/git.ts'
import { sha } from '../contract/git/origin.ts'
import { createMemoryRepository } from '../histories/git/memory-repository.ts'
import { encodeCommit, type Entry } from '../histories/git/objects.ts'
import { createMemoryRemote, writeFiles, type MemoryRemote } from '../histories/git/remote.ts'
import { createStore } from '../histories/git/store.ts'

/** What a commit puts at a path: a text, one of a mode (of a submodule: a commit), or nothing any more. */
export type Changes = Readonly<Record<string, string | { readonly mode: string; readonly text: string } | null>>

/** How a commit is made. */
export interface CommitOptions {
  branch?: string
  /** By default the branch's head. */
  parents?: readonly CommitSha[]
  message?: string
  /** It has these files alone, and none of its parent's. */
  isWhole?: boolean
}

/** A repository in memory: as Kedge reads it, and as it is at its host, where people commit. */
export interface SomeRepository {
  readonly url: string
  readonly git: GitRepository
  readonly remote: MemoryRemote
  /** Changes files of the first parent, a minute after the commit before, and moves the branch there: `main`, where none is named. */
  readonly commit: (changes: Changes, options?: CommitOptions) => CommitSha
}

/** An empty one. `own`: what takes the place of its answers. */
export function aRepositoryAt(url: string, own: Partial<GitRepository> = {}): SomeRepository {
  const remote = createMemoryRemote()
  const store = createStore((oid) => remote.object(oid))
  const stored = createMemoryRepository(url, remote)
  let seconds = 1_700_000_000
  function commit(changes: Changes, { branch = 'main', message = 'change', isWhole = false, ...given }: CommitOptions = {}): CommitSha {
    const parents = given.parents ?? [remote.branch(branch) ?? []].flat()
    const before = isWhole ? undefined : store.files(store.commit(parents[0] ?? '')?.tree ?? '')
    const files = new Map<string, Entry>(before)
    for (const [path, content] of Object.entries(changes)) {
      const { mode, text } = typeof content === 'string' ? { mode: '100644', text: content } : (content ?? { mode: '', text: '' })
      if (content === null) files.delete(path)
      else files.set(path, { mode, oid: mode === '160000' ? text : remote.keep({ type: 'blob', bytes: Buffer.from(text) }) })
    }
    const tree = writeFiles(files, remote.keep)
    seconds += 60
    const made = sha(remote.keep(encodeCommit({ tree, parents, author: 'Ada <ada@example.com>', seconds, message })))
    remote.move(branch, made)
    return made
  }
  // As git does: it refuses what is no name of a commit.
  const has: GitRepository['has'] = async (revision) => stored.has(assertCommit(revision))
  return { url, remote, commit, git: { ...stored, has, ...own } }
}

/** All that Kedge may open, and the addresses of those that it has. */
export function someRepositories(...all: readonly SomeRepository[]): { repositories: GitRepositories; opened: readonly string[] } {
  const opened: string[] = []
  const repositories: GitRepositories = {
    async open(repoURL) {
      const found = all.find(({ url }) => normaliseRepoURL(url) === normaliseRepoURL(repoURL))
      if (!found) throw new Error(`there is no ${repoURL}`)
      opened.push(found.url)
      return found.git
    },
  }
  return { repositories, opened }
}
