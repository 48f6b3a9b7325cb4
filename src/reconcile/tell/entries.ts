import { canonicalJson } from '../../domain/canonical-json.ts'
import type { Decision } from '../../domain/decision/decision.ts'
import type { SourceFacts } from '../../domain/decision/facts.ts'
import type { Effect, EffectAction } from '../../domain/effect.ts'
import { buildCard } from '../../domain/notice/card.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { Release } from '../../domain/release/release.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'

/** A pending effect as an outbox row. The key is unique for ever, so that one intent is one effect. */
export function intend(key: string, action: EffectAction, now: number): LedgerEntry {
  const document: Effect = {
    key,
    action,
    state: 'pending',
    attempts: 0,
    createdAt: now,
    notBefore: now,
    lastError: undefined,
    receipt: undefined,
  }
  return { kind: 'effect', key, event: `${action.type}-intended`, document }
}

/** The revert that a decision asks for: new, or the one that another Rollout's same restore has planned already. */
export function planFor(release: Release, source: SourceFacts, known: Revert | undefined, now: number): Revert | undefined {
  const { revertKey, repoURL, repository, branch, baseBranch, good } = source
  if (!revertKey || !repoURL || !repository || !branch || !baseBranch || !good) return undefined
  if (known && known.outcome !== 'withdrawn') return { ...known, releases: [...new Set([...known.releases, release.key])] }
  return {
    key: revertKey,
    repoURL: withoutCredentials(repoURL),
    repository,
    branch,
    baseBranch,
    culprits: source.culprits,
    goodRevision: good.sha,
    paths: source.paths,
    cause: release.cause ?? 'unknown',
    releases: [release.key],
    otherApplications: source.otherApplications,
    state: 'planned',
    outcome: null,
    commit: null,
    pullRequest: null,
    touchedByOthers: false,
    plannedAt: now,
    openedAt: null,
    endedAt: null,
    mergeCommit: null,
    toldNotRestored: false,
  }
}

function withoutCredentials(repoURL: string): string {
  return repoURL.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^@/]*@/i, '$1')
}

/** A release with what Git says of it. */
export function enrich(release: Release, source: SourceFacts | null): Release {
  if (!source?.revision) return release
  return {
    ...release,
    revision: source.revision.sha,
    goodRevision: source.good?.sha ?? release.goodRevision,
    author: source.revision.author.name,
    repository: source.repository,
  }
}

/** A release with a decision, if the decision says anything new. */
export function withDecision(release: Release, decision: Decision, now: number): Release {
  const known = release.decision
  const same =
    known !== null && known.action === decision.action && known.reason === decision.reason && sameDocument(known.checks, decision.checks)
  return same ? release : { ...release, decision: { action: decision.action, reason: decision.reason, checks: decision.checks, at: now } }
}

/** Whether two documents say the same. */
export function sameDocument(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b)
}

/** Whether people may be told about a release at all. */
function mayTell(release: Release, policy: Policy, now: number): boolean {
  if (release.preExisting) return false
  return policy.mode !== 'observe' && (policy.mutedUntil === undefined || policy.mutedUntil <= now)
}

/** What keeps the revert PR from being opened: tried again, but people should not wait for it unaware. */
function troubleWith({ ledger }: Pick<Environment, 'ledger'>, revert: Revert | undefined): string | undefined {
  if (revert?.state !== 'planned') return undefined
  return ledger.pendingEffects().find(({ action }) => action.type === 'open-revert' && action.revertKey === revert.key)?.lastError
}

/**
 * The card that people should now see, as an outbox row, when it differs from the one last asked for. An older one that has not gone
 * out yet is overtaken. Empty when nobody is to be told, or when nothing changed.
 */
export function tell(environment: Environment, release: Release, revert: Revert | undefined, policy: Policy): readonly LedgerEntry[] {
  const now = environment.clock.now()
  const { ledger, digest, notifier } = environment
  if (!notifier || !mayTell(release, policy, now)) return []
  const known = ledger.read('card', release.key)
  if (!known && (release.state === 'ended' || (release.attempts.length === 0 && !release.waiting))) return []
  const card = buildCard(release, revert, { links: environment.linksFor(release), trouble: troubleWith(environment, revert) })
  const contentHash = digest(canonicalJson(card))
  if (known?.contentHash === contentHash) return []
  const overtaken = ledger
    .pendingEffects()
    .filter((effect) => effect.action.type === 'publish-card' && effect.action.releaseKey === release.key && effect.attempts === 0)
    .map((effect): LedgerEntry => ({
      kind: 'effect',
      key: effect.key,
      event: 'effect-overtaken',
      document: { ...effect, state: 'abandoned' },
    }))
  // A Rollout that is gone has no policy of its own any more, but its card is still where it was.
  const channel = policy.slackChannel ?? known?.channel ?? ''
  const action: EffectAction = {
    type: 'publish-card',
    releaseKey: release.key,
    card,
    channel,
    thread: known ? card.outcome : undefined,
  }
  return [
    ...overtaken,
    {
      kind: 'card',
      key: release.key,
      event: 'card-changed',
      document: { releaseKey: release.key, ref: known?.ref ?? null, contentHash, channel },
    },
    intend(`card|${release.key}|${now}|${contentHash.slice(0, 12)}`, action, now),
  ]
}
