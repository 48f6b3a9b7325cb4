import { normaliseRepoURL } from '../domain/application/repo-url.ts'
import { withoutCredentials } from '../domain/words/credentials.ts'
import type { Logger } from '../ports/log.ts'

/** Repositories that have another name by now, as their forges say. */
export interface Moves {
  /** Under which address a repository is reached by now: its own, unless it was found to have moved lately. */
  addressOf(repoURL: string): string
  /** Takes note of where it is now. False where the admin does not allow that one: then it is not gone to. */
  follow(repoURL: string, address: string): boolean
}

export interface MovesOptions {
  allows: (repoURL: string) => boolean
  /** Epoch ms. */
  now: () => number
  logger: Pick<Logger, 'warn'>
}

/** Somebody may have made another repository under the old name since: it is asked again after this long. */
const LASTS_MS = 10 * 60_000

/** Remembers nothing beyond the process: a forge tells it again. */
export function createMoves({ allows, now, logger }: MovesOptions): Moves {
  const known = new Map<string, { address: string; until: number }>()
  const told = new Set<string>()
  const present = (name: string): string | undefined => {
    const move = known.get(name)
    return move && move.until > now() ? move.address : undefined
  }
  return {
    addressOf: (repoURL) => present(normaliseRepoURL(repoURL)) ?? repoURL,
    follow(repoURL, address) {
      const before = normaliseRepoURL(repoURL)
      const after = normaliseRepoURL(address)
      if (after === before || !allows(address)) return false
      known.set(before, { address, until: now() + LASTS_MS })
      const news = `${before} ${after}`
      if (!told.has(news)) {
        told.add(news)
        logger.warn('a repository has another name by now, which is followed. Let its Applications and the configuration name it so', {
          before: withoutCredentials(repoURL).slice(0, 300),
          now: address.slice(0, 300),
        })
      }
      return true
    },
  }
}
