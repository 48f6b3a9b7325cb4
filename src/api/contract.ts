import type { Effect } from '../domain/effect.ts'
import type { HealthStatus, HealthVerdict } from '../domain/health/health.ts'
import type { Beside, MaybeBeside } from '../domain/migration/beside.ts'
import type { Policy } from '../domain/policy/policy.ts'
import type { Cause } from '../domain/release/evidence.ts'
import type { Outcome, Release } from '../domain/release/release.ts'
import type { Revert, RevertOutcome } from '../domain/revert/revert.ts'
import type { ServingState } from '../domain/rollout/serving.ts'
import type { AnalysisRunSnapshot, RolloutRef } from '../domain/rollout/snapshots.ts'
import type { Storm, StormCause } from '../domain/storm/storm.ts'
import type { AlertsDetail } from './alerts-contract.ts'
import type { QuarantineSummary } from './quarantine-contract.ts'
import type { ReleaseLinks } from './release-links.ts'

/** Every state there is, the calmest first. */
export const SERVING_STATES: readonly ServingState[] = [
  'in-step',
  'rolling',
  'waiting-for-sync',
  'undone',
  'aborting',
  'split',
  'stuck',
  'first-deploy-failed',
  'invalid-spec',
  'unknown',
]

/** Every health there is, best first. */
export const HEALTH_STATUSES: readonly HealthStatus[] = ['Healthy', 'Progressing', 'Suspended', 'Degraded', 'Missing', 'Unknown']

// What the API answers, as plain data. The page and the command line read exactly this. All times are epoch milliseconds.

/** One side of the question "what does Git want, what does the cluster run". Null where it is not known. */
export interface VersionSide {
  podTemplateHash: string | null
  /** Git commit. */
  revision: string | null
  /**
   * Who says so. `git`: the repository was asked; `synced`, `compared`: Argo CD synced it, or has only compared it, so it may be another
   * team's commit in a shared repository.
   */
  revisionBy: 'git' | 'synced' | 'compared' | null
  author: string | null
  images: readonly string[]
}

export interface PullRequestSummary {
  number: number
  url: string
  state: Revert['state']
  outcome: RevertOutcome | null
}

export interface RolloutSummary extends RolloutRef, MaybeBeside {
  uid: string
  /** `namespace/name` of the Application, where exactly one lists it. */
  application: string | null
  /** Argo CD's project of that Application. */
  project: string | null
  health: HealthVerdict
  serving: ServingState
  reason: string
  strategy: 'canary' | 'blueGreen' | 'none'
  /** Why it waits; null while it does not. */
  paused: string | null
  step: { index: number; count: number } | null
  /** Per cent of traffic on N+1, where a router says so. */
  weight: number | null
  gitWants: VersionSide
  clusterRuns: VersionSide
  /** Since when the state holds, as far as the ledger knows; of what cannot be seen, since when it cannot. */
  since: number | null
  /** Since when Git asks for what failed while the cluster runs the version before; null where it does not, or nobody can see it. */
  exposedSince: number | null
  /** Since when its cluster cannot be seen: the state is `unknown`, and all else is as it was last seen. Null while it can. */
  blindSince: number | null
  cause: Cause | null
  /** The first failing metric, as a person would say it. */
  why: string | null
  /** Id of the newest release of this Rollout, for `/api/v1/releases/{id}`. */
  release: string | null
  preExisting: boolean
  pullRequest: PullRequestSummary | null
  /** The newest of its versions that are in quarantine; null where none is. */
  quarantine: Pick<QuarantineSummary, 'key' | 'version' | 'until'> | null
}

export interface RolloutPage {
  items: readonly RolloutSummary[]
  /** How many match, over all pages. */
  total: number
  continue: string | null
}

/** How far what is told of a cluster may be believed. */
export interface Freshness {
  fresh: boolean
  /** The last sign of life of the stalest watch. */
  asOf: number
  /** What cannot be seen, and why. Empty when fresh. */
  blind: readonly { kind: string; reason: string; since: number }[]
}

export interface RolloutDetail extends RolloutSummary {
  freshness: Freshness
  analysisRuns: readonly AnalysisRunSnapshot[]
  newestRelease: ReleaseDetail | null
  /** What the admin allows, with the origin of every value. */
  policy: Policy | null
  /** The line of the configuration that would let Kedge look into the repository; null where it may. */
  unaskedGit: string | null
  /** The alerts about it while it bakes, and what each says of what runs. Absent where nobody is asked for any. */
  alerts?: AlertsDetail | undefined
  beside?: Beside | undefined
}

export interface ReleaseSummary extends RolloutRef {
  id: string
  podTemplateHash: string | null
  rolloutRevision: number
  state: Release['state']
  outcome: Outcome
  cause: Cause | null
  revision: string | null
  goodRevision: string | null
  author: string | null
  images: readonly string[]
  stableImages: readonly string[]
  startedAt: number
  endedAt: number | null
  attempts: number
  recurrence: number
  preExisting: boolean
  why: string | null
  pullRequest: PullRequestSummary | null
}

export interface ReleasePage {
  items: readonly ReleaseSummary[]
  /** Where the next page begins; null where there is none. A page may be short, or empty, and have one: few of many match. */
  continue: string | null
}

/** One thing that happened, as it stands in the ledger's chain. */
export interface HistoryRecord {
  sequence: number
  at: number
  kind: string
  key: string
  event: string
  /** The whole document as it was from then on. */
  document: unknown
  /** SHA-256 over the record and the hash before it. */
  hash: string
}

/** Rollouts that failed within minutes for one cause. */
export interface StormSummary {
  key: string
  kind: StormCause['kind']
  /** For people, as a clause. */
  cause: string
  state: Storm['state']
  begunAt: number
  endedAt: number | null
  releasedBy: string | null
  /** How many releases failed in it. */
  total: number
  /** The first of them. `release`: the id, for `/api/v1/releases/{id}`. */
  rollouts: readonly (RolloutRef & Pick<Release, 'state' | 'outcome'> & { release: string })[]
}

export interface StormList {
  items: readonly StormSummary[]
}

/** The steps of a canary and how far it has come. */
export interface ReleaseSteps {
  /** Each as its key and what it says: `setWeight 20`, `pause 5m`, `analysis`. */
  labels: readonly string[]
  /** Per cent of the traffic at each, also where the router counts to another number than 100 (`maxWeight`). Absent where not known. */
  percents?: readonly (number | null)[]
  /** The step that it is at, from 0; the number of steps when all are done. Null where this release is not what the steps are at. */
  index: number | null
}

export interface ReleaseDetail {
  id: string
  /** Of the release's cluster: what the ledger says of an open release is of now only while this is fresh. */
  freshness: Freshness
  release: Release
  revert: Revert | null
  /** The storm that its newest attempt belongs to; null where it failed for itself. */
  storm: StormSummary | null
  /** Of its version; null where that never was in one. */
  quarantine: QuarantineSummary | null
  /** Its AnalysisRuns, as far as the cluster still has them, the oldest first; the newest measurements of each metric, as it keeps them. */
  analysisRuns: readonly AnalysisRunSnapshot[]
  /** The canary's steps, while the Rollout still has those that it was released with; null where it has others, or none. */
  steps: ReleaseSteps | null
  /** Effects that wait for their receipt. What was done is in the history. */
  pendingEffects: readonly Effect[]
  /** Ledger records of the release, its revert and its card, in the order of the chain. */
  history: readonly HistoryRecord[]
  links: ReleaseLinks
}

/** One time that Argo CD took a commit up, by its own word. */
export interface TracedSync extends Pick<RolloutRef, 'cluster'> {
  /** `namespace/name`. */
  application: string
  revision: string
  /** `compared`: it is what Git asks for, and not synced yet. */
  what: 'synced' | 'compared'
  /** When it was synced; null while it is not. */
  at: number | null
  /** `namespace/name` of the Rollouts that the Application lists. */
  rollouts: readonly string[]
}

export interface TraceAnswer {
  query: string
  /** Rollouts whose present versions match. */
  rollouts: readonly RolloutSummary[]
  /** Releases that match, newest first. */
  releases: readonly ReleaseSummary[]
  /** Where Argo CD synced such a commit, newest first; it keeps its last ten syncs by default. */
  syncs: readonly TracedSync[]
  /** False when older releases were left unread, or more matched than are shown. */
  complete: boolean
}

export interface Condition {
  name: string
  ok: boolean
  detail: string
}

export interface Readiness {
  ready: boolean
  conditions: readonly Condition[]
}

/** What every answer that is not a 2xx carries. */
export interface ErrorAnswer {
  code: string
  message: string
  advice: string
}
