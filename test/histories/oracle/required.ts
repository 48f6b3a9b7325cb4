import { fileOf, imageOf, isInput } from '../world/manifests.ts'
import type { Failure } from '../world/truth.ts'
import type { World } from '../world/world.ts'
import { keyAt, rolloutsOf, touches, type FailureFacts } from './facts.ts'
import { changesShared } from './own.ts'
import type { OpenedPull } from './pull-request.ts'

/** A failure that lasts so long must have its PR, milliseconds. */
export const PATIENCE_MS = 60_000

const CAUSES: readonly string[] = ['failed', 'flaky', 'deadline']
const REVERTS: readonly (string | undefined)[] = ['revert', 'reapply', 'kedge']

/**
 * Whether a right revert existed and nothing forbade it, from the failure on until then (epoch ms). `pulls` are those that were opened in
 * the whole history. What is not clear to a person either is not required.
 */
export function isRequired(world: World, facts: FailureFacts, { pulls, until }: { pulls: readonly OpenedPull[]; until: number }): boolean {
  const { failure, rollout, application, began, newest, before, between, maker } = facts
  const { repository } = world
  if ((failure.until ?? Infinity) <= until || world.clock.now() < until) return false
  if (!CAUSES.includes(failure.cause) || !isByGit(failure.asked.by) || !isByGit(failure.stableBy)) return false
  if (!began || !before || maker === undefined || !rollout.ran.some(({ key }) => key === failure.stable)) return false
  if (isElsewhere(world, facts)) return false
  const head = repository.headAt(until)
  // A template that comes back is the release that it was: what came after it stands in the way, but for other steps, which begin it anew.
  const last = newest && stepsAt(world, facts, newest.revision) !== stepsAt(world, facts, began.revision) ? newest : began
  if (head === undefined || repository.between(last.revision, head).some((commit) => touches(world, application, commit))) return false
  if (between.some((commit) => REVERTS.includes(repository.kindOf(commit)))) return false
  const isSecondTime = rollout.failures.some((one) => one.from < began.at && one.key === failure.key)
  if (isSecondTime || isByBotAgain(world, facts)) return false
  if (pulls.some((pull) => pull.at < began.at && pull.culprits.some((sha) => between.includes(sha)))) return false
  const then = pulls.filter(({ at }) => at <= until)
  return !isEntangled(world, facts, then)
}

/** One commit to several overlays and to what is common: the PR of another overlay that brings the latter back comes first. */
function isBefore(world: World, facts: FailureFacts, { culprits, paths, commit }: OpenedPull): boolean {
  const { application, failure, maker } = facts
  const isIts = keyAt(world, facts, commit) === failure.stable
  return !isIts && maker !== undefined && culprits.includes(maker) && paths.some((path) => isInput(application.folder, path))
}

/**
 * The Application followed a tag, or was made anew with an empty history, or the branch lost N's commit or what fails: then what was
 * between the two versions is not in Git alone, or not in it any more.
 */
function isElsewhere({ repository }: World, { application, began, before, newest }: FailureFacts): boolean {
  if (!began || !before || !newest || application.tag !== undefined) return true
  const log = application.applied
  const since = log.slice(log.indexOf(before), log.indexOf(newest) + 1)
  if (since.some(({ tag, made }) => tag !== before.tag || made !== newest.made) || before.tag !== undefined) return true
  const reachable = repository.store.reachable(repository.head())
  return (
    ![before, began, newest].every(({ revision }) => reachable.has(revision)) ||
    repository.between(newest.revision, before.revision).length > 0
  )
}

/** It cannot be looked at without others. `pulls` are those that were opened by then. */
function isEntangled(world: World, facts: FailureFacts, pulls: readonly OpenedPull[]): boolean {
  const { application } = facts
  // By another name in the same cluster; namesakes in others fail each for itself, and each has its PR or its part in one.
  const isShared = world.applications.some(
    (other) => other !== application && other.folder.name === application.folder.name && other.cluster === application.cluster,
  )
  return isShared || changesOthers(world, facts) || isHeld(world, facts) || pulls.some((pull) => isBefore(world, facts, pull))
}

/** How long after others one may still be held together with them, milliseconds. */
const TOGETHER_MS = 15 * 60_000

/** Where several fail, each may wait for another's PR, or for people to release them. */
function isHeld(world: World, { rollout, failure }: FailureFacts): boolean {
  const isNear = (one: Failure): boolean => Math.abs(one.from - failure.from) <= TOGETHER_MS
  return world.setup.storms === true && rolloutsOf(world).some((one) => one.rollout !== rollout && one.rollout.failures.some(isNear))
}

function stepsAt(world: World, { application, rollout }: FailureFacts, commit: string): number | undefined {
  return world.repository.rendered(application.folder, commit)?.rollouts.get(rollout.owner.name)?.steps
}

/** A bot has pushed an image again that has failed, be it in another template, or with more on top: people are told to pin the tag. */
function isByBotAgain(world: World, { application, rollout, between, newest }: FailureFacts): boolean {
  const { repository } = world
  const imageAt = (commit: string | undefined): string | undefined => {
    const wanted = commit === undefined ? undefined : repository.rendered(application.folder, commit)
    return imageOf(wanted?.rollouts.get(rollout.owner.name)?.template)
  }
  const image = imageAt(newest?.revision)
  const hasFailedBefore = (commit: string): boolean =>
    rollout.failures.some(
      ({ asked }) => imageAt(asked.revision) === image && repository.between(asked.revision, commit).some((sha) => sha === commit),
    )
  return between.some((commit) => {
    const isByBot = repository.kindOf(commit) === 'bot' && imageAt(commit) === image
    return isByBot && imageAt(repository.store.commit(commit)?.parents[0]) !== image && hasFailedBefore(commit)
  })
}

function isByGit(by: string): boolean {
  return by === 'sync' || by === 'heal'
}

/** What is another Rollout's own stays. */
function changesOthers(world: World, facts: FailureFacts): boolean {
  const { application, rollout, began, before } = facts
  if (fileOf(application.folder, rollout.owner.name) !== undefined && !changesShared(world, facts)) return false
  return application.rollouts.some((other) => {
    const at = (revision: string | undefined): string | undefined =>
      revision === undefined ? undefined : keyAt(world, { application, rollout: other }, revision)
    return other !== rollout && at(began?.revision) !== at(before?.revision)
  })
}
