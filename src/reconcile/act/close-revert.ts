import { closingMarker } from '../../domain/revert/keys.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import { closingComment } from '../../domain/revert/steps.ts'
import { isLapse } from '../../domain/revert/transitions.ts'
import type { Environment } from '../environment.ts'
import type { Delivered } from './delivered.ts'
import { recordRevert } from './moves.ts'
import { closed, endOf } from './revert-receipts.ts'

/**
 * Our last word on a PR that has become pointless. A branch that somebody else has pushed to is left to people. @throws KedgeError E_GIT_*,
 * E_FORGE_*
 */
export async function closeRevert(environment: Environment, revert: Revert): Promise<Delivered> {
  if (revert.state !== 'closing' || !revert.pullRequest) return { state: 'abandoned', event: 'revert-not-needed' }
  const forge = environment.forges.forRepository(revert.repoURL)
  const { number } = revert.pullRequest
  const pullRequest = await forge.get(number)
  if (pullRequest.state === 'merged') {
    return {
      state: 'done',
      event: 'revert-closed',
      entries: () => recordRevert(environment, revert.key, endOf(environment, pullRequest)).entries,
    }
  }
  const touched = revert.touchedByOthers || pullRequest.headSha !== revert.commit
  if (pullRequest.state === 'open') {
    const marker = closingMarker(revert.key, !touched && isLapse(revert.outcome))
    await forge.comment(number, marker, closingComment(revert.outcome ?? 'gone', touched))
    if (!touched) await forge.close(number)
  }
  if (!touched) await deleteBranch(environment, revert)
  return closed(environment, revert, touched)
}

/** Deletes our branch while it is still as we pushed it. @throws KedgeError E_GIT_* */
export async function deleteBranch(environment: Environment, revert: Revert): Promise<string> {
  if (revert.commit === null || !environment.allowsRepository(revert.repoURL)) return 'left'
  const repository = await environment.repositories.open(revert.repoURL)
  return repository.deleteBranch(revert.branch, revert.commit)
}
