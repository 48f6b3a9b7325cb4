import { type ErrorCode, KedgeError } from '../domain/errors.ts'
import type { Forge } from '../ports/forge.ts'
import type { Environment } from './environment.ts'

const NOBODY_THERE: readonly ErrorCode[] = ['E_FORGE_UNSUPPORTED', 'E_REPOSITORY_NOT_ALLOWED']

/** The forge of a repository; undefined for a host without one, which nobody can tell anything. @throws KedgeError E_FORGE_* */
export function knownForge(forges: Environment['forges'], repoURL: string): Forge | undefined {
  try {
    return forges.forRepository(repoURL)
  } catch (error) {
    if (error instanceof KedgeError && NOBODY_THERE.includes(error.code)) return undefined
    throw error
  }
}
