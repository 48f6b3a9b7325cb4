import { isSameSync } from '../application/applied-sources.ts'
import { sameRevisions } from '../application/mapping.ts'
import { replicaSetOf } from '../rollout/serving.ts'
import { burnOf, burnState, hasPassed } from './burned.ts'
import { flagsOf } from './flag-files.ts'
import type { Observation } from './observation.ts'
import type { End, Release } from './release.ts'

/** How a release has ended, or undefined while it has not. Only an observed status is believed. */
export function endOf(release: Release, look: Observation): End | undefined {
  const { rollout } = look
  if (!rollout || rollout.uid !== release.uid) return look.settled || rollout ? 'gone' : undefined
  if (!rollout.observed || rollout.invalidSpec !== undefined || !rollout.currentPodHash) return undefined
  const servesHealthy = rollout.currentPodHash === rollout.stableRS && rollout.phase === 'Healthy'
  if (rollout.currentPodHash === release.podTemplateHash) return endAtSameTemplate(release, look, servesHealthy)
  const isFirst = release.stableHash === release.podTemplateHash
  // Where an alert names it, its version is gone before it is known whether that was it.
  const isBack = servesHealthy && isOverForAlert(release, look)
  if (rollout.currentPodHash === release.stableHash && !isFirst) return isBack && gitMoved(release, look) ? 'restored' : undefined
  if (look.restoredInGit(release) && !look.serving.failure) return endOnceTakenBack(release, look, { servesHealthy, isBack })
  return isStillAsked(release, look) ? undefined : 'superseded'
}

/** The restored inputs may render another template than N's (a checksum, a build stamp): that is N all the same, unless it fails too. */
function endOnceTakenBack(release: Release, look: Observation, { servesHealthy, isBack }: Record<'servesHealthy' | 'isBack', boolean>) {
  if (isBack) return 'restored'
  return servesHealthy && isPassedBy(release, look) ? 'superseded' : undefined
}

/**
 * Whether a release that an alert names has been taken back, and something newer was promoted after that: the alert is about that, or about
 * nothing of the two. What is promoted first may be N in another dress.
 */
function isPassedBy({ rolloutRevision }: Release, { past }: Observation): boolean {
  const later = past.filter((one) => one.outcome === 'promoted' && one.rolloutRevision > rolloutRevision)
  return new Set(later.map(({ podTemplateHash }) => podTemplateHash)).size > 1
}

/** Whether the alert of a burn is gone, now that its version is. Where nobody is asked any more, nobody says otherwise. */
export function isOverForAlert(release: Release, { alerts }: Observation): boolean {
  const burn = burnOf(release)
  return burn === undefined || alerts === undefined || burnState(burn, alerts) === 'resolved'
}

/** What brought the version before back, where that is no commit: the branch asks for what has failed as before. */
export function restoredBy(release: Release, outcome: End, look: Observation): Release['restoredBy'] {
  if (outcome !== 'restored' || look.restoredInGit(release) || !asksGit(release, look)) return undefined
  return look.movedInGit(release) === 'by-parameters' ? 'parameters' : undefined
}

/**
 * What was told by hand takes no release's place: Git asks for this one all the same. What was undone is no less so while nobody says what
 * Git asks for, or once that is something newer which no sync has applied. Argo CD's word may be of before at first.
 */
function isStillAsked({ state, podTemplateHash, cause, applied }: Release, { wish, underWay: [newest], settled }: Observation): boolean {
  if (state !== 'failed') return false
  if (wish.state === 'met') return !settled && sameRevisions(applied?.revisions ?? [], newest?.revisions ?? ['none'])
  if (wish.state === 'unknown') return cause === 'undone' && wish.why !== undefined
  return wish.state === 'undone' && wish.wanted === podTemplateHash && (cause === 'undone' || !wish.isNewer)
}

/**
 * `kubectl argo rollouts undo` brings N back while Git still wants N+1: that is no restore. A newer sync is no proof either: in a shared
 * repository it is mostly another team's commit; and that no sync is seen is none while Applications are not seen either.
 */
function gitMoved(release: Release, look: Observation): boolean {
  const [newest] = look.syncs
  if (look.restoredInGit(release)) return true
  if (look.wish.state === 'undone') return false
  // While Argo CD cannot compare, nobody says what Git asks for.
  if (newest && release.applied === null && look.wish.state === 'unknown') return false
  if (release.applied === null || !newest) return look.seesApplications && (look.settled || look.wish.state === 'unknown')
  return !isSameSync(release.applied, newest) && Boolean(look.movedInGit(release))
}

/** Whether only Git can tell how the release has ended: N serves again, or has served in between, and there were syncs since. */
export function asksGit(
  release: Release,
  { rollout, syncs, restoredInGit }: Omit<Observation, 'settled' | 'baseline' | 'movedInGit' | 'held'>,
): boolean {
  if (!rollout || rollout.uid !== release.uid || release.state === 'ended') return false
  const isAgain = rollout.currentPodHash === release.podTemplateHash && rollout.rolloutRevision !== release.rolloutRevision
  const isBack = rollout.currentPodHash === release.stableHash && rollout.stableRS === release.stableHash && rollout.phase === 'Healthy'
  const [newest] = syncs
  return (
    (isBack || isAgain) &&
    release.applied !== null &&
    newest !== undefined &&
    // A flag that went back in Git is back once that is synced.
    (flagsOf(release) !== undefined || !restoredInGit(release)) &&
    !isSameSync(release.applied, newest)
  )
}

function endAtSameTemplate(release: Release, look: Observation, servesHealthy: boolean): End | undefined {
  const number = look.serving.current?.rolloutRevision
  if (number === undefined) return undefined
  if (burnOf(release)) return number === release.rolloutRevision ? (hasPassed(release, look) ? 'promoted' : undefined) : 'superseded'
  if (number === release.rolloutRevision) return servesHealthy ? 'promoted' : undefined
  // What was undone is back, as soon as it serves again; a new failure of it is another release's.
  if (release.cause === 'undone' && !look.serving.failure) return servesHealthy ? 'promoted' : undefined
  // The same template came back under a new number: something else ran in between, which Git need not have asked for.
  const stable = replicaSetOf(look.replicaSets, release.stableHash)
  const hasSynced = (stable?.rolloutRevision ?? 0) > release.rolloutRevision && hasSyncedSince(release, look)
  return hasSynced === undefined ? undefined : hasSynced ? 'restored' : 'superseded'
}

/** Git was seen to ask for something else than when the release was applied. Undefined while Git has not answered. */
function hasSyncedSince(release: Release, look: Observation): boolean | undefined {
  const [newest] = look.syncs
  if (look.restoredInGit(release)) return true
  if (release.applied === null || newest === undefined || isSameSync(release.applied, newest)) return false
  const moved = look.movedInGit(release)
  return moved === undefined ? undefined : moved !== false
}
