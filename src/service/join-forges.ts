import { normaliseRepoURL } from '../domain/application/repo-url.ts'
import { KedgeError } from '../domain/errors.ts'
import type { HostedForges } from '../ports/forge.ts'

/** One configured forge, by the host of its clone URLs. */
export interface JoinedForge {
  gitHost: string
  forges: HostedForges
}

/** All configured forges behind one door: the host of a repository says which. */
export function joinForges(joined: readonly JoinedForge[]): HostedForges {
  const find = (repoURL: string): HostedForges | undefined => {
    const [host] = normaliseRepoURL(repoURL).split('/')
    return joined.find(({ gitHost }) => gitHost.toLowerCase() === host)?.forges
  }
  return {
    forRepository(repoURL) {
      const found = find(repoURL) ?? joined[0]?.forges
      if (found) return found.forRepository(repoURL)
      const place = normaliseRepoURL(repoURL).slice(0, 200)
      throw new KedgeError('E_FORGE_UNSUPPORTED', `no forge is configured, so nothing can be opened for ${place}`)
    },
    credentialsFor: async (repoURL, rejected) => find(repoURL)?.credentialsFor(repoURL, rejected),
    rateLimitRemaining: () => new Map(joined.flatMap(({ forges }) => [...forges.rateLimitRemaining()])),
  }
}
