import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import { sha } from '../../contract/git/origin.ts'
import { aRepositoryAt } from '../a-repository.ts'
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
  const { git, remote, commit } = aRepositoryAt(REPO)
  const shas = new Map<string, CommitSha>()
  const shaOf = (name: string): CommitSha => shas.get(name) ?? sha(Buffer.from(name).toString('hex').padEnd(40, 'e').slice(0, 40))
  let last: string | undefined
  for (const [name, made] of Object.entries(commits)) {
    const { files, upon }: Exclude<NewCommit, string> = typeof made === 'string' ? { files: { [FILE]: made } } : made
    const parent = typeof made === 'string' || !('upon' in made) ? last : upon
    shas.set(name, commit(files, { parents: parent === undefined ? [] : [shaOf(parent)], message: name }))
    last = name
  }
  const tip = head ?? last
  if (tip !== undefined) remote.move('main', shaOf(tip))
  return { repository: git, sha: shaOf }
}
