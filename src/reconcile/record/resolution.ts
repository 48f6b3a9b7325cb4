import type { Decision } from '../../domain/decision/decision.ts'
import { isBackAndBurns } from '../../domain/notice/burned.ts'
import { factsOfDecision, factsOfSource } from '../../domain/release/findings.ts'
import type { Release } from '../../domain/release/release.ts'
import { plannedRevert } from '../../domain/revert/plan.ts'
import { restOfRevert } from '../../domain/revert/rest.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import { eventOfBranch, eventOfRevert, isRestoreOverdue } from '../../domain/revert/steps.ts'
import { revertStanding, type RevertEvent } from '../../domain/revert/transitions.ts'
import { isTakenBack } from '../../domain/storm/hold.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Case } from '../decide/case.ts'
import { quoteArgoCD } from '../decide/quote-argo-cd.ts'
import type { Environment } from '../environment.ts'
import { releasesOf } from '../look/stands-for.ts'
import { intendSource } from '../outbox/intend-trace.ts'
import { stormOf } from '../storm/storm-of.ts'
import { tell, troubleWith } from '../tell/tell.ts'
import { recordRelease, recordRevert, type Move } from './moves.ts'
import { quarantineOfFailure } from './of-failure.ts'

// What follows from a case, as ledger entries. All of it is to be called within `Journal.commit` and waits for nothing: it goes through the
// tables onto the documents as they are then, so that the delivery's receipts are never overwritten.

/** A decision on a failed release, and the revert that it asks for. One that opens something was taken on a live read: see `decideOn`. */
export function recordDecision(environment: Environment, known: Case, decision: Decision): readonly LedgerEntry[] {
  const release = environment.ledger.read('release', known.release.key)
  if (!release) return []
  const { source, found } = known.findings
  const opens = decision.action === 'open-revert' || (release.preExisting && found === 'open')
  const plan = opens ? planRevert(environment, known, release) : undefined
  const kept = quarantineOfFailure(environment, known, release)
  const facts = {
    ...factsOfSource(release, source),
    ...factsOfDecision(release, decision, environment.clock.now()),
    ...(plan && { revertKey: plan.revert.key, preExisting: false }),
    ...kept.facts,
  }
  const decided = recordRelease(environment, release.key, { type: 'release-decided', facts })
  return [
    ...(plan?.entries ?? []),
    ...kept.entries,
    ...decided.entries,
    ...intendSource(environment, decided.document, plan?.revert),
    ...tellMoved(environment, known, decided, plan?.revert),
  ]
}

/** The revert for the release: a new one, or the one that another Rollout's same restore has planned already. */
function planRevert(
  environment: Environment,
  { findings }: Case,
  release: Release,
): { revert: Revert; entries: readonly LedgerEntry[] } | undefined {
  const now = environment.clock.now()
  const plan = findings.source && plannedRevert(findings.source, release.cause ?? 'unknown', now)
  if (!plan) return undefined
  const present = environment.ledger.read('revert', plan.key)
  if (restOf(environment, { findings }) > 0) return undefined
  const asking = { release: release.key, attempt: release.attempts.at(-1)?.key ?? release.key }
  const isNew = ['free', 'lapsed', 'closed'].includes(revertStanding(present))
  const event: RevertEvent = isNew ? { type: 'revert-planned', plan, ...asking } : { type: 'revert-shared', ...asking }
  const { document: revert, entries } = recordRevert(environment, plan.key, event)
  return revert && entries.length > 0 ? { revert, entries } : undefined
}

/** How long (milliseconds) the revert of a case rests still, see `restOfRevert`. */
export function restOf({ ledger, clock }: Environment, { findings }: Pick<Case, 'findings'>): number {
  return restOfRevert(ledger.read('revert', findings.source?.revertKey ?? ''), clock.now())
}

/** A release about which nothing is to be decided: what Git says of it is kept, and its card follows. */
export function recordFindings(environment: Environment, known: Case): readonly LedgerEntry[] {
  const updated = updateRelease(environment, known)
  return [...updated.entries, ...tellMoved(environment, known, updated, known.revert)]
}

/** What has happened to the revert that stands for the release, and is still live. */
export function followRevert(environment: Environment, known: Case, live: Revert): readonly LedgerEntry[] {
  const { ledger, clock } = environment
  const { source, pullRequest } = known.findings
  const updated = updateRelease(environment, known)
  // Withdrawn while Git was asked: the look that the withdrawal has asked for decides anew, and tells.
  if (updated.document?.revertKey !== live.key) return updated.entries
  const revert = ledger.read('revert', live.key) ?? live
  const releases = releasesOf(environment, revert).map((one) => (one.key === updated.document?.key ? updated.document : one))
  const open = releases.filter(({ state }) => state !== 'ended')
  const held = open.length > 0 && open.every((one) => isTakenBack(stormOf(environment, one), one))
  // Another pass has recorded its end since the forge was asked: the answer is of before, and would reopen what a person has closed.
  const isOfBefore = revert.state === 'ended' && live.state !== 'ended'
  const event = isOfBefore ? undefined : eventOfRevert(revert, { releases, source, pullRequest, held, now: clock.now() })
  // Who only observes touches nothing outside, a PR of their own included.
  const observes = known.policy.mode === 'observe'
  const closes = event?.type === 'revert-closing' || event?.type === 'revert-lapsing'
  const allowed = observes && closes ? eventOfBranch(revert, pullRequest) : event
  const moved = allowed && recordRevert(environment, revert.key, allowed, { observes, told: known.release.key })
  return [...updated.entries, ...(moved?.entries ?? []), ...tellMoved(environment, known, updated, moved?.document ?? revert)]
}

const BURNS_STILL = 'The version before is back, and the alert still fires: the release need not have been its cause.'

/** Merged: N is on its way. If it does not come back in time, people are told once, in Argo CD's words. */
export function followMerge(environment: Environment, known: Case, merged: Revert): readonly LedgerEntry[] {
  const { ledger, clock } = environment
  const now = clock.now()
  const release = ledger.read('release', known.release.key)
  const revert = ledger.read('revert', merged.key) ?? merged
  if (!release || !isRestoreOverdue(revert, release, now, known.policy.restoreDeadlineMs)) return recordFindings(environment, known)
  const overdue = recordRevert(environment, revert.key, { type: 'restore-overdue' })
  const decision = {
    action: 'notify',
    reason: isBackAndBurns(release, revert) ? BURNS_STILL : quoteArgoCD(known.look),
    checks: release.decision?.checks ?? [],
    at: now,
  }
  const facts = { ...factsOfSource(release, known.findings.source), decision }
  const told = recordRelease(environment, release.key, { type: 'release-decided', facts })
  return [...overdue.entries, ...told.entries, ...tellMoved(environment, known, told, overdue.document)]
}

function updateRelease(environment: Environment, known: Case): Move<Release> {
  const { release, findings } = known
  const present = environment.ledger.read('release', release.key) ?? release
  const kept = quarantineOfFailure(environment, known, present)
  const facts = { ...factsOfSource(present, findings.source), ...kept.facts }
  const updated = recordRelease(environment, release.key, { type: 'release-updated', facts })
  const asked = intendSource(environment, updated.document, known.revert)
  return { ...updated, entries: [...kept.entries, ...updated.entries, ...asked] }
}

function tellMoved(
  environment: Environment,
  { policy }: Case,
  { document }: Move<Release>,
  revert: Revert | undefined,
): readonly LedgerEntry[] {
  return document && !(document.state === 'failed' && isRetry(environment, revert)) ? tell(environment, document, revert, policy) : []
}

/** What was pushed and taken back is tried once more: people know why it is not open yet, and hear next what has become of it. */
function isRetry(environment: Environment, revert: Revert | undefined): boolean {
  if (revert?.state !== 'planned' || revert.takenBack === undefined) return false
  return troubleWith(environment, revert)?.startsWith('E_RENDERER_') ?? true
}
