import { normaliseRepoURL, spelledRepoURL } from '../../../domain/application/repo-url.ts'
import { KedgeError } from '../../../domain/errors.ts'
import type { VendorForges } from '../../../ports/forge.ts'
import type { MemoryForges } from './forge.ts'

export interface MemoryHost {
  /** Of clone URLs. */
  host: string
  /** Whether the admin allows a repository. */
  allow: (repoURL: string) => boolean
}

/** The repositories of one host as a vendor's, of which `forges` remembers everything. */
export function createMemoryVendorForges(forges: Pick<MemoryForges, 'forRepository'>, { host, allow }: MemoryHost): VendorForges {
  const isThere = (repoURL: string): boolean => {
    if (!allow(repoURL))
      throw new KedgeError('E_REPOSITORY_NOT_ALLOWED', `${spelledRepoURL(repoURL)} is not among the allowed repositories.`)
    return normaliseRepoURL(repoURL).startsWith(`${host.toLowerCase()}/`)
  }
  return {
    forRepository(repoURL) {
      if (!isThere(repoURL)) throw new KedgeError('E_FORGE_UNSUPPORTED', `${spelledRepoURL(repoURL)} is not on ${host}.`)
      return forges.forRepository(repoURL)
    },
    // Nobody asks for it: there is no server behind it.
    credentialsFor: async (repoURL) => (isThere(repoURL) ? { username: 'kedge', password: 'nothing' } : undefined),
    // Nothing is renamed here, and there is no limit.
    rateLimitRemaining: () => new Map(),
  }
}
