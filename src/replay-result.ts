import type { Check } from './domain/decision/check.ts'
import { countAttempts, hasFailed } from './domain/release/attempts.ts'
import type { Cause, Evidence } from './domain/release/evidence.ts'
import type { Outcome, Release, StoredDecision } from './domain/release/release.ts'
import type { Revert } from './domain/revert/revert.ts'
import type { ServingState } from './domain/rollout/serving.ts'
import type { LedgerRecord, LedgerStore } from './ports/ledger.ts'

/** What a replay prints with `-o json`. */
export interface ReplayResult {
  failedReleases: readonly FailedRelease[]
  revertPrs: readonly RevertPr[]
  /** State of each Rollout at the end, by `namespace/name`. */
  end: Readonly<Record<string, ServingState>>
}

export interface FailedRelease {
  rollout: string
  podTemplateHash: string | null
  revision: string | null
  goodRevision: string | null
  cause: Cause | null
  outcome: Outcome
  attempts: number
  recurrence: number
  evidence: readonly Pick<Evidence, 'analysisRun' | 'metric' | 'phase' | 'value' | 'condition' | 'limit'>[]
  /** Of the decision that was acted on when it last failed, not of the looks after people had acted. */
  checks: readonly Check[]
  reason: string
  /** What Kedge would have done outside, `t` in seconds since the recording's start. */
  effects: readonly { t: number; effect: string; key: string }[]
}

export interface RevertPr {
  culprits: readonly string[]
  cause: Cause
  closed: string | null
  openedAt: number
  closedAt: number | null
  branch: string
  /** The branch that it is to be merged to. */
  base: string
  /** What it restores, relative to the root. */
  files: readonly string[]
  /** `namespace/name` of every Rollout that it stands for. */
  rollouts: readonly string[]
  /** What it was proven by; null where it was not planned here. */
  proof: 'rendering' | 'files' | null
}

/** More than any recording holds. */
const MOST = 100_000

/** Reads the result of a replay off its ledger. */
export async function summarise(input: {
  store: LedgerStore
  startedAt: number
  states: ReadonlyMap<string, ServingState>
}): Promise<ReplayResult> {
  const { store, startedAt, states } = input
  const seconds = (at: number): number => Math.round(at - startedAt) / 1_000
  const releases = (await store.load('release', { limit: MOST }))
    .map(({ document }) => document)
    .filter(hasFailed)
    .toSorted((a, b) => (a.attempts[0]?.seenAt ?? 0) - (b.attempts[0]?.seenAt ?? 0))
  const reverts = (await store.load('revert', { limit: MOST }))
    .map(({ document }) => document)
    .filter((revert) => revert.pullRequest !== null)
    .toSorted((a, b) => (a.openedAt ?? 0) - (b.openedAt ?? 0))
  const records = await Array.fromAsync(store.records())
  return {
    failedReleases: releases.map((release) => describeRelease(release, records, seconds)),
    revertPrs: reverts.map((revert) =>
      describeRevert(
        revert,
        releases.filter((release) => revert.releases.includes(release.key)),
        seconds,
      ),
    ),
    end: Object.fromEntries(states),
  }
}

function describeRelease(release: Release, records: readonly LedgerRecord[], seconds: (at: number) => number): FailedRelease {
  const decision = decisionOn(release, records)
  return {
    rollout: `${release.namespace}/${release.rollout}`,
    podTemplateHash: release.podTemplateHash,
    revision: release.revision,
    goodRevision: release.goodRevision,
    cause: release.cause,
    outcome: release.outcome,
    attempts: countAttempts(release),
    recurrence: release.recurrence,
    evidence: (release.attempts.at(-1)?.evidence ?? []).map(({ analysisRun, metric, phase, value, condition, limit }) => ({
      analysisRun,
      metric,
      phase,
      value,
      condition,
      limit,
    })),
    checks: decision?.checks ?? [],
    reason: decision?.reason ?? '',
    effects: records
      .filter(
        (record) =>
          record.kind === 'effect' && record.event !== 'effect-started' && !record.key.startsWith('trace|') && concerns(record, release),
      )
      .map((record) => ({ t: seconds(record.at), effect: record.event, key: record.key })),
  }
}

function decisionOn(release: Release, records: readonly LedgerRecord[]): StoredDecision | null {
  const failedAt = release.attempts.at(-1)?.seenAt ?? 0
  const decisions = records.flatMap(({ kind, key, document }) =>
    kind === 'release' && key === release.key ? ((document as Release).decision ?? []) : [],
  )
  return decisions.find(({ action, at }) => action !== 'wait' && at >= failedAt) ?? release.decision
}

function concerns(record: LedgerRecord, release: Release): boolean {
  const parts = record.key
  return parts.includes(release.key) || (release.revertKey !== null && parts.includes(release.revertKey))
}

function describeRevert(revert: Revert, stoodFor: readonly Release[], seconds: (at: number) => number): RevertPr {
  return {
    culprits: revert.culprits.map((commit) => commit.sha),
    cause: revert.cause,
    closed: revert.state === 'ended' ? revert.outcome : null,
    openedAt: seconds(revert.openedAt ?? revert.plannedAt),
    closedAt: revert.endedAt === null ? null : seconds(revert.endedAt),
    branch: revert.branch,
    base: revert.baseBranch,
    files: revert.paths,
    rollouts: [...new Set(stoodFor.map((release) => `${release.namespace}/${release.rollout}`))].sort(),
    proof: revert.provenBy ?? null,
  }
}
