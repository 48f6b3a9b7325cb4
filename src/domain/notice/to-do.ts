import { isBackInGit } from '../decision/back-in-git.ts'
import { isHeld } from '../decision/decision.ts'
import { isExperiment } from '../experiment/name.ts'
import { burnOf } from '../release/burned.ts'
import type { KeptWish, Release } from '../release/release.ts'
import type { Revert } from '../revert/revert.ts'
import { isAfterOther } from '../storm/hold.ts'
import { plainText } from '../words/plain-text.ts'
import { pullRequestNumber } from '../words/pull-request.ts'
import { burnToDo, isBackAndBurns } from './burned.ts'

/**
 * What a person has to do about a release, as the first words that they read: on the card, the release page and in `explain` alike. `Wait`
 * and `Nothing to do` are answers, too.
 */
export function toDo(release: Release, revert: Revert | undefined): string {
  const number = revert?.pullRequest ? pullRequestNumber(revert.pullRequest) : undefined
  if (release.state === 'ended') return afterEnd(release, revert, number)
  if (release.preExisting) return 'Adopt it, or leave it'
  if (release.waiting) return 'Promote it or abort it'
  if (release.state === 'rolling') return release.attempts.length > 0 && number && isOpen(revert) ? `Do not merge ${number} yet` : 'Wait'
  if (revert) return withRevert(release, revert, number)
  if (release.wish && release.wish.state !== 'unknown') return afterSync(release.wish)
  if (release.cause === 'slo-burn' && !release.decision?.theirs) return burnToDo(release)
  if (release.decision?.theirs) return `Merge ${pullRequestNumber(release.decision.theirs)}`
  return isBackInGit(release, undefined) && release.serving === 'split' ? 'Wait for Argo CD' : withoutRevert(release)
}

function isOpen(revert: Revert | undefined): boolean {
  return revert?.state === 'open'
}

function afterEnd({ rollout, outcome, restoredBy }: Release, revert: Revert | undefined, number: string | undefined): string {
  if (number && isOpen(revert)) return outcome === 'superseded' ? `Merge or close ${number}` : `Close ${number}`
  if (restoredBy) return 'Revert it in Git before the parameters go'
  if (outcome === 'restored' && !isExperiment({ rollout })) return 'Nothing to do: cluster and Git agree'
  return outcome === 'promoted' ? 'Nothing to do: it made it' : 'Nothing to do'
}

function withRevert(release: Release, revert: Revert, number: string | undefined): string {
  const { state, outcome, toldNotRestored, mergesInto, baseBranch } = revert
  if (state === 'open' && mergesInto !== undefined) return `Turn ${number ?? 'the revert PR'} to ${plainText(baseBranch, 60)}, and merge it`
  const burn = burnOf(release)
  if (state === 'open' && burn && burn.state !== 'firing') return `Look at the alert before you merge ${number ?? 'the revert PR'}`
  if (state === 'open') return `Merge ${number ?? 'the revert PR'}`
  if (state === 'planned' || state === 'closing') return 'Wait'
  if (release.wish && release.wish.state !== 'unknown') return afterSync(release.wish)
  if (outcome === 'restored') return 'Wait for Argo CD'
  if (isBackAndBurns(release, revert)) return 'Look at the alert: the version before is back'
  if (outcome === 'merged' && mergesInto === undefined) return toldNotRestored ? 'Look at Argo CD' : 'Wait for Argo CD'
  return burn ? burnToDo(release) : withoutRevert(release)
}

/** A sync brings what Git asks for, which is something else. */
function afterSync({ state, syncedByHand }: KeptWish): string {
  return state === 'undone' || syncedByHand ? 'Sync it' : 'Wait for Argo CD'
}

function withoutRevert({ rollout, serving, cause, decision, storm, wish, adoptedBy }: Release): string {
  if (isExperiment({ rollout })) return 'Mend it under another name, or take it out of Git'
  switch (serving) {
    case 'stuck':
      return 'Abort it or fix forward'
    case 'first-deploy-failed':
      return 'Fix forward'
    case 'invalid-spec':
      return 'Correct the spec in Git'
    case 'undone':
      if (wish) return 'Look at Argo CD'
      if (cause !== 'undone') return BY_HAND
      return adoptedBy === undefined ? 'Sync it, or adopt it' : 'Sync it, or revert it in Git'
    case 'aborting':
    case 'unknown':
      return 'Wait'
    default:
      if (decision === null || decision.action === 'wait') return 'Wait'
      if (storm === undefined || !isHeld(decision)) return BY_HAND
      return isAfterOther(decision.reason) ? 'Wait for the other revert' : 'Mend the cause, then try it again'
  }
}

const BY_HAND = 'Revert it in Git or fix forward'
