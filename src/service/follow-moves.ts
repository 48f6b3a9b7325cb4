import { KedgeError } from '../domain/errors.ts'
import type { HostedForges } from '../ports/forge.ts'
import type { GitRepositories, GitRepository } from '../ports/git.ts'

/**
 * Repositories that go along when one is renamed: Git itself follows no redirect, and cannot say to where it would lead, so the forge is
 * asked. A redirect comes before anything is done, so that what was asked may be asked again. One repository stays one: what was read of
 * it is remembered by it.
 */
export function followMoves(repositories: GitRepositories, forges: HostedForges): GitRepositories {
  const followed = new WeakMap<GitRepository, GitRepository>()
  return {
    ...repositories,
    async open(repoURL) {
      const before = forges.addressNow?.(repoURL)
      const named = await repositories.open(repoURL)
      const known = followed.get(named)
      if (known) return known
      const fresh = following(named, { open: () => repositories.open(repoURL), hasMoved: () => hasMoved(forges, repoURL, before) })
      followed.set(named, fresh)
      return fresh
    },
  }
}

interface Move {
  /** As it is reached by now. */
  open: () => Promise<GitRepository>
  /** Whether it has another address by now than the one that it was opened at. */
  hasMoved: () => Promise<boolean>
}

function following(named: GitRepository, { open, hasMoved: isElsewhere }: Move): GitRepository {
  return new Proxy(named, {
    get(target, method: keyof GitRepository) {
      const value = target[method]
      if (typeof value !== 'function') return value
      return async (...args: readonly unknown[]): Promise<unknown> => {
        try {
          return await Reflect.apply(value, target, args)
        } catch (error) {
          if (!isRedirect(error) || !(await isElsewhere())) throw error
          const now = await open()
          return Reflect.apply(now[method] as typeof value, now, args)
        }
      }
    },
  })
}

/** Git's own words, see the adapter's meanings of them. */
function isRedirect(error: unknown): boolean {
  return error instanceof KedgeError && error.code === 'E_GIT_REFUSED' && /returned error: 30\d|redirection/.test(error.what)
}

/** Any question will do: who answers for a repository says first what it is called. */
async function hasMoved(forges: HostedForges, repoURL: string, before: string | undefined): Promise<boolean> {
  try {
    await forges.forRepository(repoURL).listOpen('HEAD')
  } catch {
    return false
  }
  return forges.addressNow?.(repoURL) !== before
}
