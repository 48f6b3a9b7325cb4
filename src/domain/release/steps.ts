import type { Failure, Serving } from '../rollout/serving.ts'
import type { RolloutSnapshot } from '../rollout/snapshots.ts'
import { broughtAgain, howItBegan } from './again.ts'
import { complete, fail } from './attempts.ts'
import { begin } from './beginning.ts'
import { burnedRelease, followBurns } from './burned.ts'
import { endOf, restoredBy } from './end.ts'
import { collectEvidence } from './evidence.ts'
import { flagSteps } from './flags.ts'
import { withWish } from './kept-wish.ts'
import { releaseKey, templateKey } from './keys.ts'
import type { Observation } from './observation.ts'
import type { Release } from './release.ts'
import { withSafety } from './safe.ts'
import { moveRelease, type ReleaseEvent, type ReleaseTransition } from './transitions.ts'
import { undoneRelease } from './undone.ts'

/**
 * The next steps of a Rollout's releases. Pure and level-triggered: the same look twice changes nothing the second time, and a look that
 * missed what lay between reaches the same end.
 */
export function advanceReleases(look: Observation): readonly ReleaseTransition[] {
  const ended = look.open.flatMap((release) => {
    const outcome = endOf(release, look)
    if (outcome === undefined) return []
    return moveRelease(release, { type: 'release-ended', outcome, at: look.now, restoredBy: restoredBy(release, outcome, look) }) ?? []
  })
  const endedKeys = new Set(ended.map(({ release }) => release.key))
  const current = look.rollout && followCurrent(look.rollout, look)
  const undone = look.rollout && undoneRelease(look.rollout, look)
  const burned = current || undone ? undefined : burnedRelease(look)
  const steps = [current, burned && moveRelease(burned.known, burned.event), undone && moveRelease(undone.known, undone.event)].filter(
    (step) => step !== undefined,
  )
  const own = steps.filter(({ release }) => !endedKeys.has(release.key))
  const taken = new Set([...endedKeys, ...own.map(({ release }) => release.key)])
  const burns = followBurns(look, taken).flatMap(({ known, event }) => moveRelease(known, event) ?? [])
  const flags = flagSteps(look).flatMap(({ known, event }) => moveRelease(known, event) ?? [])
  return [...withSafety(withWishes([...ended, ...own, ...burns], look), look), ...flags]
}

/** A release that takes no other step takes one where Git asks for something else than before. */
function withWishes(steps: readonly ReleaseTransition[], look: Observation): readonly ReleaseTransition[] {
  const others = look.open.filter(({ key }) => steps.every(({ release }) => release.key !== key))
  const moved = others.filter((release) => withWish(release, look) !== release)
  return [...steps, ...moved.flatMap((release) => moveRelease(release, { type: 'release-updated', facts: {} }) ?? [])].map((step) => ({
    ...step,
    release: withWish(step.release, look),
  }))
}

/** A step of the release that the cluster is at, when something about it changed. */
function followCurrent(rollout: RolloutSnapshot, look: Observation): ReleaseTransition | undefined {
  const known = findCurrent(rollout, look)
  if (known?.state === 'ended') return undefined
  const event = known ? eventOfKnown(known, rollout, look) : eventOfNew(rollout, look)
  return event && moveRelease(known, event)
}

function eventOfKnown(known: Release, rollout: RolloutSnapshot, look: Observation): ReleaseEvent | undefined {
  const { failure } = look.serving
  if (known.cause === 'slo-burn' && known.state === 'failed' && !failure) return undefined
  if (!failure) return update(known, look)
  if (!look.settled) return undefined
  return fail(known, rollout, failure, look) ?? complete(known, rollout, failure, look) ?? update(known, look)
}

function eventOfNew(rollout: RolloutSnapshot, look: Observation): ReleaseEvent | undefined {
  const { failure } = look.serving
  if (failure ? !look.settled : !isUnderWay(rollout, look.serving)) return undefined
  const begun = begin(rollout, look)
  // Git has not moved while something else ran: the PR that is open for it is right for this try, too.
  const facts = begun && { ...begun, ...broughtAgain(begun, look), revertKey: look.standingRevert(begun.templateKey) }
  return facts && (failure ? fail(facts, rollout, failure, look) : { type: 'release-started', facts })
}

function isUnderWay(rollout: RolloutSnapshot, serving: Serving): boolean {
  if (serving.state !== 'rolling' || !serving.current || !rollout.stableRS) return false
  return rollout.currentPodHash !== rollout.stableRS || rollout.rolloutRevision === 1
}

function findCurrent(rollout: RolloutSnapshot, look: Observation): Release | undefined {
  if (look.serving.state === 'invalid-spec') {
    return look.open.find((release) => release.uid === rollout.uid && release.podTemplateHash === null)
  }
  const key = keyOf(rollout, look)
  return key === undefined ? undefined : look.past.find((release) => release.key === key)
}

function keyOf(rollout: RolloutSnapshot, look: Observation): string | undefined {
  const { current } = look.serving
  return current && releaseKey(templateKey(rollout.cluster, rollout.uid, current.podTemplateHash), current.rolloutRevision)
}

/** What the look shows of a release besides a new failure: who serves, whom it waits for, how it began. */
function update(stored: Release, look: Observation): ReleaseEvent | undefined {
  const { failure, state: serving } = look.serving
  if (serving === 'unknown') return undefined
  const beginning = howItBegan(stored, look, { retried: !failure })
  const waiting = waitsForPerson(stored, look)
  const isFailed = stored.state === 'failed'
  const moved = isFailed !== (failure !== undefined)
  const isSame = Object.keys(beginning).length === 0 && waiting?.reason === stored.waiting?.reason && stored.serving === serving
  if (isSame && !moved) return undefined
  const type = !moved ? 'release-updated' : isFailed ? 'release-retried' : 'release-relapsed'
  return { type, facts: { ...beginning, waiting, serving } }
}

/** Argo Rollouts waits for a person after an inconclusive run, however long: `rollout/pause.go` requiresManualAction. */
function waitsForPerson(stored: Release, look: Observation): Release['waiting'] {
  const { rollout, serving } = look
  const reason = rollout?.pauseReasons.find((one) => one.startsWith('Inconclusive'))
  if (!rollout || !reason || serving.failure) return null
  if (stored.waiting?.reason === reason) return stored.waiting
  if (!look.settled) return null
  const failure: Failure = { kind: 'stuck', attempt: reason, at: undefined }
  return {
    reason,
    evidence: collectEvidence({
      rollout,
      failure,
      release: serving.current,
      analysisRuns: look.analysisRuns,
      experiments: look.experiments,
      previousAbortAt: undefined,
    }),
  }
}
