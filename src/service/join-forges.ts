import { normaliseRepoURL } from '../domain/application/repo-url.ts'
import { KedgeError } from '../domain/errors.ts'
import type { Markup } from '../domain/words/markdown.ts'
import type { HostedForges, VendorForges } from '../ports/forge.ts'

/** One configured forge, by the host of its clone URLs. */
export interface JoinedForge {
  gitHost: string
  forges: VendorForges
  markup: Markup
}

/** All configured forges behind one door: the host of a repository says which. */
export function joinForges(joined: readonly JoinedForge[]): HostedForges {
  const find = (repoURL: string): JoinedForge | undefined => {
    const [host] = normaliseRepoURL(repoURL).split('/')
    return joined.find(({ gitHost }) => gitHost.toLowerCase() === host)
  }
  return {
    forRepository(repoURL) {
      const found = find(repoURL) ?? joined[0]
      if (found) return { ...found.forges.forRepository(repoURL), markup: found.markup }
      const place = normaliseRepoURL(repoURL).slice(0, 200)
      throw new KedgeError('E_FORGE_UNSUPPORTED', `no forge is configured, so nothing can be opened for ${place}`)
    },
    credentialsFor: async (repoURL, rejected) => find(repoURL)?.forges.credentialsFor(repoURL, rejected),
    rateLimitRemaining: () => new Map(joined.flatMap(({ forges }) => [...forges.rateLimitRemaining()])),
  }
}
