import type { AlertStanding, SeenAlert } from '../alert/alert.ts'
import type { AppliedRevision } from '../application/applied-revision.ts'
import type { AppliedSync, Drift } from '../application/applied.ts'
import type { Serving } from '../rollout/serving.ts'
import type { AnalysisRunSnapshot, ExperimentSnapshot, ReplicaSetSnapshot, RolloutRef, RolloutSnapshot } from '../rollout/snapshots.ts'
import type { Release } from './release.ts'
import type { Version } from './version.ts'
import type { HeldWish, Wish } from './wish.ts'

/** A sync that changed flags and nothing else of what an Application is made of. */
export interface FlagSync {
  readonly sync: AppliedSync
  /** What was applied before it. */
  readonly before: AppliedRevision
  /** When it had ended, by Argo CD's clock, epoch ms. */
  readonly appliedAt: number
  /** Paths in the repository. */
  readonly files: readonly string[]
}

/** What is known of flags. */
export interface FlagsSeen {
  /** Every release of flags of this very object (uid), ended ones too. */
  readonly releases: readonly Release[]
  /** The newest sync before an alert that changed anything, where that is flags alone; as far as Git has answered. */
  readonly syncBefore?: (alert: SeenAlert) => FlagSync | undefined
}

/** One look at one Rollout, with what the ledger remembers of it. */
export interface Observation {
  readonly ref: RolloutRef
  /** Undefined when a fresh view says that it is gone. */
  readonly rollout: RolloutSnapshot | undefined
  readonly replicaSets: readonly ReplicaSetSnapshot[]
  readonly analysisRuns: readonly AnalysisRunSnapshot[]
  readonly experiments: readonly ExperimentSnapshot[]
  readonly serving: Serving
  /** The verdict has held for the settle delay. */
  readonly settled: boolean
  /** The view of Applications is fresh. Where it is not, that no sync is told of says nothing. */
  readonly seesApplications: boolean
  /** The syncs that Argo CD tells of, newest first. */
  readonly syncs: readonly AppliedSync[]
  /** The same with the one that runs now. */
  readonly underWay: readonly AppliedSync[]
  readonly drift: Drift
  /** Whether the cluster was told what Git asks for, as it looks at this moment. */
  readonly wish: Wish
  /** The same, once it has held for longer than a normal sync takes; undefined while it has not. */
  readonly held: HeldWish | undefined
  /** The ledger's memory of a template. */
  readonly version: (podTemplateHash: string) => Version | undefined
  /** Releases of this Rollout that have not ended, whatever its uid. */
  readonly open: readonly Release[]
  /** Every release of this very object (uid), ended ones too. */
  readonly past: readonly Release[]
  /** Key of the revert with an open PR of the same template, which was released before under another number; null without one. */
  readonly standingRevert: (templateKey: string) => string | null
  /** Git asks for N again, as far as the revert of this release knows. */
  readonly restoredInGit: (release: Release) => boolean
  /**
   * Git asks for something else than when this release was applied; asked only where `asksGit` says so. Undefined while Git has not
   * answered for what this look shows. `by-parameters`: the branch does not, but the Application's own parameters do. `onward`, of flags
   * alone: they are neither as they were made nor as before, or that cannot be told.
   */
  readonly movedInGit: (release: Release) => boolean | 'by-parameters' | 'onward' | undefined
  /** The alerts about this Rollout. Absent where nobody is asked for any. */
  readonly alerts?: AlertStanding | undefined
  /** Releases of flags, which no template of a release is; `past` and `open` have none of them. Absent where nobody asks for any. */
  readonly flags?: FlagsSeen | undefined
  /** For how long after its promotion a release is held against them, milliseconds. Absent: never. */
  readonly bakeMs?: number
  /** See `Policy.ruledBakeMs`. */
  readonly ruledBakeMs?: number | undefined
  /** The first look at this cluster, with an empty ledger: what is broken now was broken before. */
  readonly baseline: boolean
  readonly now: number
}
