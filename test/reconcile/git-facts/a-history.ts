import { assertCommit } from '../../../src/adapters/git/names.ts'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import { sha } from '../../contract/git/origin.ts'
import { createMemoryRepository } from '../../histories/git/memory-repository.ts'
import { encodeCommit, type Entry } from '../../histories/git/objects.ts'
import { createMemoryRemote, writeFiles } from '../../histories/git/remote.ts'
import { REPO } from '../an-application.ts'

/** The one file that most stories need. */
export const FILE = 'apps/web/web.yaml'

/** What a commit changes: `FILE` alone, or several files, where null takes one away; upon which commit, if not the one before it. */
export type NewCommit = string | { readonly files: Readonly<Record<string, string | null>>; readonly upon?: string | undefined }

/** A repository in memory, and its commits by the names that a test gives them. */
export interface History {
  readonly repository: GitRepository
  readonly sha: (name: string) => CommitSha
}

/** Commits one upon the other; `main` is at `head`, or at the last of them. What is named and not there has a name that no commit has. */
export function aHistory(commits: Readonly<Record<string, NewCommit>>, head?: string): History {
  const remote = createMemoryRemote()
  const [shas, states] = [new Map<string, CommitSha>(), new Map<string, ReadonlyMap<string, Entry>>()]
  let last: string | undefined
  for (const [name, commit] of Object.entries(commits)) {
    const { files, upon }: Exclude<NewCommit, string> = typeof commit === 'string' ? { files: { [FILE]: commit } } : commit
    const parent = typeof commit === 'string' || !('upon' in commit) ? last : upon
    const state = new Map(parent === undefined ? [] : states.get(parent))
    for (const [path, text] of Object.entries(files)) {
      if (text === null) state.delete(path)
      else state.set(path, { mode: '100644', oid: remote.keep({ type: 'blob', bytes: Buffer.from(text) }) })
    }
    const parents = parent === undefined ? [] : [shas.get(parent) ?? '']
    const text = { tree: writeFiles(state, remote.keep), parents, author: 'Ada Author <ada@example.com>', seconds: 1_700_000_000 }
    shas.set(name, sha(remote.keep(encodeCommit({ ...text, message: `${name}\n` }))))
    states.set(name, state)
    last = name
  }
  const shaOf = (name: string): CommitSha => shas.get(name) ?? sha(Buffer.from(name).toString('hex').padEnd(40, 'e').slice(0, 40))
  const tip = head ?? last
  if (tip !== undefined) remote.move('main', shaOf(tip))
  const repository = createMemoryRepository(REPO, remote)
  // The types say so: what is no name of a commit is not asked for.
  return { repository: { ...repository, has: async (revision) => repository.has(assertCommit(revision)) }, sha: shaOf }
}
