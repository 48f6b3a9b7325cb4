import { madeOnce } from '../domain/made-once.ts'
import type { Channel } from '../ports/channel.ts'
import type { HostedForges } from '../ports/forge.ts'
import type { GitRepositories, GitRepository } from '../ports/git.ts'

/** Throws where another process may be acting by now, see `HeldLedger`. */
type AssertMayAct = () => void

/** What writes to a forge asks first. */
export function fenceForges(forges: HostedForges, assertMayAct: AssertMayAct): HostedForges {
  return {
    ...forges,
    forRepository(repoURL) {
      const forge = forges.forRepository(repoURL)
      return {
        ...forge,
        commit: guarded((request) => forge.commit(request), assertMayAct),
        open: guarded((request) => forge.open(request), assertMayAct),
        updateBody: guarded((number, body) => forge.updateBody(number, body), assertMayAct),
        comment: guarded((number, marker, text) => forge.comment(number, marker, text), assertMayAct),
        close: guarded((number) => forge.close(number), assertMayAct),
        decorate: guarded((number, decoration) => forge.decorate(number, decoration), assertMayAct),
        setStatus: guarded((commit, status) => forge.setStatus(commit, status), assertMayAct),
        deploy: guarded((deployment, known) => forge.deploy(deployment, known), assertMayAct),
      }
    },
  }
}

/** What writes to a remote repository asks first. One repository stays one: what was read of it is remembered by it. */
export function fenceRepositories(repositories: GitRepositories, assertMayAct: AssertMayAct): GitRepositories {
  const fenced = madeOnce((repository: GitRepository): GitRepository => ({
    ...repository,
    push: guarded((branch, commit) => repository.push(branch, commit), assertMayAct),
    deleteBranch: guarded((branch, expected) => repository.deleteBranch(branch, expected), assertMayAct),
  }))
  return { open: async (repoURL) => fenced(await repositories.open(repoURL)) }
}

/** What tells people asks first. */
export function fenceChannel(channel: Channel, assertMayAct: AssertMayAct): Channel {
  return { ...channel, publish: guarded((request) => channel.publish(request), assertMayAct) }
}

function guarded<A extends readonly unknown[], T>(write: (...values: A) => Promise<T>, assertMayAct: AssertMayAct) {
  return async (...values: A): Promise<T> => {
    assertMayAct()
    return write(...values)
  }
}
