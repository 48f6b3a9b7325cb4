import { asCommitSha } from '../../domain/application/commit.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { Release } from '../../domain/release/release.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import { isRestoreOverdue, nextRevertStep, type PullRequestFacts, type RevertStep } from '../../domain/revert/steps.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import type { Look } from '../loop/observe.ts'
import { enrich, intend, planFor, sameDocument, tell, withDecision } from '../tell/entries.ts'
import { judge, type Findings } from './judge.ts'

/** A revert that was planned and withdrawn is not planned again before this time is over. */
const REST_MS = 20_000

/** Everything that was asked about one failed release. */
export interface Answers {
  look: Look
  /** The release's key. */
  key: string
  findings: Findings
  pullRequest: PullRequestFacts | undefined
  policy: Policy
}

/** One release as it is stored now, and as it is with what was found out. */
interface Case extends Answers {
  environment: Environment
  stored: Release
  release: Release
}

/**
 * Turns the answers into ledger entries: a decision with its intents, a step of the revert, what people are told. Reads the newest
 * documents itself and waits for nothing, so that the delivery's receipts are never overwritten.
 */
export function resolve(environment: Environment, answers: Answers): readonly LedgerEntry[] {
  const stored = environment.ledger.read('release', answers.key)
  if (!stored) return []
  const release = stored.state === 'ended' ? stored : enrich(stored, answers.findings.source)
  const known: Case = { ...answers, environment, stored, release }
  const revert = release.revertKey === null ? undefined : environment.ledger.read('revert', release.revertKey)
  if (revert && revert.state !== 'ended') return followRevert(known, revert)
  if (revert?.outcome === 'merged' && release.state !== 'ended') return followMerge(known, revert)
  if (release.state !== 'failed')
    return [...changed(release, stored, 'release-updated'), ...tell(environment, release, revert, answers.policy)]
  return decideOn(known)
}

function decideOn({ environment, look, release, stored, findings, policy }: Case): readonly LedgerEntry[] {
  const now = environment.clock.now()
  const decision = judge(environment, look, release, { findings, policy })
  const decided = decision.action === 'wait' && release.decision !== null ? release : withDecision(release, decision, now)
  const { source, live, found } = findings
  const adopts = release.preExisting && found?.state === 'open'
  const known = source?.revertKey ? environment.ledger.read('revert', source.revertKey) : undefined
  // Were the two looks ever to disagree for good, this is what keeps them from doing so in a circle.
  const rests = known?.outcome === 'withdrawn' && known.endedAt !== null && now - known.endedAt < REST_MS
  const opens = !rests && ((decision.action === 'open-revert' && live === 'same') || adopts)
  const plan = opens && source ? planFor(decided, source, known, now) : undefined
  if (!plan) return [...changed(decided, stored, 'release-decided'), ...tell(environment, decided, undefined, policy)]
  const planned = { ...decided, revertKey: plan.key, preExisting: false }
  const attempt = planned.attempts.at(-1)?.key ?? planned.key
  return [
    { kind: 'revert', key: plan.key, event: known ? 'revert-shared' : 'revert-planned', document: plan },
    ...changed(planned, stored, 'release-decided'),
    intend(`open-revert|${plan.key}|${attempt}|${now}`, { type: 'open-revert', revertKey: plan.key }, now),
    ...tell(environment, planned, plan, policy),
  ]
}

function followRevert({ environment, release, stored, findings, pullRequest, policy }: Case, revert: Revert): readonly LedgerEntry[] {
  const { ledger, clock } = environment
  const releases = revert.releases.flatMap((key) => (key === release.key ? release : (ledger.read('release', key) ?? [])))
  const wanted = nextRevertStep(revert, { releases, source: findings.source, pullRequest })
  // Who only observes touches nothing outside, a PR of their own included.
  const step: RevertStep = policy.mode === 'observe' && wanted.step === 'close' ? { step: 'none' } : wanted
  const next = afterStep(revert, { step, pullRequest, now: clock.now() })
  return [
    ...changed(release, stored, 'release-updated'),
    ...(sameDocument(next, revert)
      ? []
      : [{ kind: 'revert', key: revert.key, event: eventOf(step), document: next } satisfies LedgerEntry]),
    ...(policy.mode === 'observe' ? [] : effectsOf(revert, step, clock.now())),
    ...tell(environment, release, next, policy),
  ]
}

function afterStep(
  revert: Revert,
  { step, pullRequest, now }: { step: RevertStep; pullRequest: PullRequestFacts | undefined; now: number },
): Revert {
  const moved = pullRequest !== undefined && pullRequest.headSha !== revert.commit
  const seen = { ...revert, touchedByOthers: revert.touchedByOthers || moved }
  if (step.step === 'none') return seen
  if (step.step === 'close') return { ...seen, state: 'closing', outcome: step.outcome }
  return { ...seen, state: 'ended', outcome: step.outcome, endedAt: now, mergeCommit: asCommitSha(step.mergeCommit) ?? null }
}

function effectsOf(revert: Revert, step: RevertStep, now: number): readonly LedgerEntry[] {
  if (step.step === 'close')
    return [intend(`close-revert|${revert.key}|${now}`, { type: 'close-revert', revertKey: revert.key, reason: step.outcome }, now)]
  if (step.step === 'end') return [intend(`delete-branch|${revert.key}`, { type: 'delete-branch', revertKey: revert.key }, now)]
  return []
}

/** Merged: N is on its way. If it does not come back in time, people are told once, in Argo CD's words. */
function followMerge({ environment, look, release, stored, policy }: Case, revert: Revert): readonly LedgerEntry[] {
  const now = environment.clock.now()
  if (!isRestoreOverdue(revert, release, now, policy.restoreDeadlineMs)) {
    return [...changed(release, stored, 'release-updated'), ...tell(environment, release, revert, policy)]
  }
  const next = { ...revert, toldNotRestored: true }
  const told = { ...release, decision: { action: 'notify', reason: quoteArgoCD(look), checks: release.decision?.checks ?? [], at: now } }
  return [
    { kind: 'revert', key: revert.key, event: 'restore-overdue', document: next },
    { kind: 'release', key: release.key, event: 'release-decided', document: told },
    ...tell(environment, told, next, policy),
  ]
}

/** What Argo CD says about an Application that does not come back. */
function quoteArgoCD(look: Look): string {
  const [application] = look.applications
  if (!application) return 'The revert was merged, but no Application maps to the Rollout any more.'
  const { operation } = application
  const conditions = application.conditions.slice(0, 3).map((condition) => `${condition.type}: ${condition.message}`)
  const parts = [`${application.syncStatus}/${application.health}`, operation?.message, ...conditions].filter(
    (part) => part !== undefined && part !== '',
  )
  const running =
    operation?.phase === 'Running' ? ' A sync is still running and blocks the next one: terminate it, or set syncPolicy.retry.refresh.' : ''
  const manual = application.autoSync ? '' : ' Automated sync is off: sync it by hand.'
  return `The revert was merged, but the version before is not back. Argo CD says: ${parts.join('; ').slice(0, 600)}.${running}${manual}`
}

function changed(release: Release, stored: Release, event: string): readonly LedgerEntry[] {
  return sameDocument(release, stored) ? [] : [{ kind: 'release', key: release.key, event, document: release }]
}

function eventOf(step: RevertStep): string {
  if (step.step === 'close') return 'revert-closing'
  return step.step === 'end' ? 'revert-ended' : 'revert-touched'
}
