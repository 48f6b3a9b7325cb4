import type { Forge } from '../../src/ports/forge.ts'
import type { Repository } from '../../src/simulator/github/forge.ts'
import { tryGit } from '../../src/simulator/github/git.ts'
import type { CommitWorld } from './forge-commit.ts'

/** What the Git of a stand-in says; it has to have the files of the contract already. */
export function commitWorldOf(world: { forge: Forge; base: string } & AsyncDisposable, { git }: Repository): CommitWorld {
  return {
    forge: world.forge,
    base: world.base,
    headOf: (branch) => git.resolve(`refs/heads/${branch}`),
    async fileAt(commit, path) {
      const entry = await git.entryAt(commit, path)
      if (!entry) return undefined
      const { stdout } = await tryGit(git.directory, ['cat-file', 'blob', entry.oid], { encoding: 'latin1' })
      return { ...entry, content: Buffer.from(stdout, 'latin1') }
    },
    async commitAt(commit) {
      const { parents, message } = await git.show(commit)
      return { parents, message }
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}
