import { isExperiment } from '../../domain/experiment/name.ts'
import { closingComment } from '../../domain/revert/closing-words.ts'
import { closingMarker } from '../../domain/revert/keys.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import { isLapse } from '../../domain/revert/transitions.ts'
import type { Forge, PullRequest } from '../../ports/forge.ts'
import type { Environment } from '../environment.ts'
import { releasesOf } from '../look/stands-for.ts'
import type { Delivered } from '../outbox/delivered.ts'
import { closed, foundEnded } from './revert-receipts.ts'

/**
 * Our last word on a PR that has become pointless. A branch that somebody else has pushed to is left to people. @throws KedgeError E_GIT_*,
 * E_FORGE_*
 */
export async function closeRevert(environment: Environment, revert: Revert): Promise<Delivered> {
  if (revert.state !== 'closing' || !revert.pullRequest) return { state: 'abandoned', event: 'revert-not-needed' }
  const forge = environment.forges.forRepository(revert.repoURL)
  const { number } = revert.pullRequest
  const before = await forge.get(number)
  const touched = revert.touchedByOthers || before.headSha !== revert.commit
  const marker = closingMarker(revert.key, !touched && isLapse(revert.outcome))
  if (before.state === 'open') {
    const isOfExperiment = releasesOf(environment, revert).some(isExperiment)
    await forge.comment(number, marker, closingComment(revert, touched, isOfExperiment))
    if (touched) return closed(environment, revert, touched)
    await forge.close(number)
  }
  const after = await forge.get(number)
  const isTheirs = after.state === 'merged' || (after.state === 'closed' && !(await isOurs(forge, marker, { before, touched })))
  if (isTheirs) return foundEnded(environment, revert, after)
  await deleteBranch(environment, revert)
  return closed(environment, revert, touched)
}

/** A person may have closed it between two steps of ours; where the forge does not say who did, we have, if we have just asked it to. */
async function isOurs(
  forge: Forge,
  marker: string,
  { before: { number, state }, touched }: { before: PullRequest; touched: boolean },
): Promise<boolean> {
  return !touched && ((await forge.hasClosed(number, marker)) ?? state === 'open')
}

/** Deletes our branch while it is still as we pushed it, unless the PR was reopened meanwhile. @throws KedgeError E_GIT_* */
export async function deleteBranch(environment: Environment, revert: Revert): Promise<string> {
  if (revert.commit === null || revert.state === 'open' || !environment.allowsRepository(revert.repoURL)) return 'left'
  const repository = await environment.repositories.open(revert.repoURL)
  return repository.deleteBranch(revert.branch, revert.commit)
}
