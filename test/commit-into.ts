import { asCommitSha, type CommitSha } from '../src/domain/application/commit.ts'
import { KedgeError } from '../src/domain/errors.ts'
import type { ForgeCommitRequest } from '../src/ports/forge.ts'
import type { BareRepository } from '../src/simulator/github/bare-repository.ts'

const FORGE = { name: 'Forge', email: 'forge@git.example' }

/** Commits as a forge does, under a name and at a time of its own, into a repository on this disk. */
export async function commitInto(
  git: Pick<BareRepository, 'commit' | 'resolve'>,
  { branch, parent, message, author, files }: ForgeCommitRequest,
): Promise<CommitSha | undefined> {
  const special = files.find(({ after }) => after && !['100644', '100755'].includes(after.mode))
  if (special) {
    const what = special.after?.mode === '120000' ? 'a symbolic link' : 'a submodule'
    throw new KedgeError('E_FORGE_COMMIT', `"${special.path}" is ${what}`)
  }
  if (await git.resolve(`refs/heads/${branch}`)) return undefined
  const changes = files.map(({ path, after }) => [path, after ? { mode: after.mode, content: Buffer.from(after.content) } : null])
  const sha = await git.commit({ branch, from: parent, message, author: author ?? FORGE, files: Object.fromEntries(changes) })
  return asCommitSha(sha)
}
