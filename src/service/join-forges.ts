import { normaliseRepoURL } from '../domain/application/repo-url.ts'
import { KedgeError } from '../domain/errors.ts'
import type { Markup } from '../domain/words/markdown.ts'
import type { HostedForges, VendorForge, VendorForges } from '../ports/forge.ts'
import type { Moves } from './moves.ts'

/** One configured forge, by the host of its clone URLs. */
export interface JoinedForge {
  gitHost: string
  forges: VendorForges
  markup: Markup
}

/** All configured forges behind one door: the host of a repository says which. One that was renamed is followed where that is allowed. */
export function joinForges(joined: readonly JoinedForge[], moves: Moves): HostedForges {
  const find = (repoURL: string): JoinedForge | undefined => {
    const [host] = normaliseRepoURL(repoURL).split('/')
    return joined.find(({ gitHost }) => gitHost.toLowerCase() === host)
  }
  return {
    forRepository(repoURL) {
      const found = find(repoURL) ?? joined[0]
      if (found) return { ...following(found.forges, repoURL, moves), markup: found.markup }
      const place = normaliseRepoURL(repoURL).slice(0, 200)
      throw new KedgeError('E_FORGE_UNSUPPORTED', `no forge is configured, so nothing can be opened for ${place}`)
    },
    credentialsFor: async (repoURL, rejected) => find(repoURL)?.forges.credentialsFor(moves.addressOf(repoURL), rejected),
    rateLimitRemaining: () => new Map(joined.flatMap(({ forges }) => [...forges.rateLimitRemaining()])),
    addressNow: (repoURL) => moves.addressOf(repoURL),
  }
}

/**
 * A forge that goes along when its repository is renamed. Who answers that it has another name has done nothing, so that what was asked may
 * be asked again there. The name that was asked for has to be allowed, too.
 */
function following(forges: VendorForges, repoURL: string, moves: Moves): VendorForge {
  return new Proxy(forges.forRepository(repoURL), {
    get(named, method: keyof VendorForge) {
      if (method === 'commitUrl') return named[method]
      const ask = async (args: readonly unknown[]): Promise<unknown> => {
        const address = moves.addressOf(repoURL)
        const forge = address === repoURL ? named : forges.forRepository(address)
        return Reflect.apply(forge[method] as (...given: unknown[]) => Promise<unknown>, forge, args)
      }
      return async (...args: readonly unknown[]) => {
        try {
          return await ask(args)
        } catch (error) {
          const name = error instanceof KedgeError ? error.movedTo : undefined
          const address = name === undefined ? undefined : forges.addressOf?.(name)
          if (address === undefined || !moves.follow(repoURL, address)) throw error
          return ask(args)
        }
      }
    },
  })
}
