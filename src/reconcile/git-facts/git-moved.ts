import { KedgeError } from '../../domain/errors.ts'
import { asksGit } from '../../domain/release/end.ts'
import type { Release } from '../../domain/release/release.ts'
import type { Environment } from '../environment.ts'
import type { Look } from '../loop/observe.ts'
import { isSameForApp } from './choose-source.ts'
import { Refusal } from './refusal.ts'

/**
 * Asks Git, for the releases whose end depends on it, whether the newest sync brought other inputs than the release's own. While Git cannot
 * be reached, nothing is declared restored; what Git will never answer counts as moved.
 */
export async function askWhetherMoved(environment: Environment, look: Look): Promise<(release: Release) => boolean> {
  const still = new Set<string>()
  for (const release of look.observation.open) {
    if (asksGit(release, look.observation) && !(await hasMoved(environment, look, release))) still.add(release.key)
  }
  return (release) => !still.has(release.key)
}

async function hasMoved({ repositories }: Environment, look: Look, release: Release): Promise<boolean> {
  const [application] = look.applications
  const [newest] = look.observation.syncs
  if (!application || !newest || !release.applied) return true
  try {
    return !(await isSameForApp({ repositories, application, release }, release.applied, newest))
  } catch (error) {
    if (error instanceof Refusal) return true
    if (error instanceof KedgeError) return !error.retryable
    throw error
  }
}
