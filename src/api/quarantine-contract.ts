import type { Quarantine } from '../domain/quarantine/quarantine.ts'
import type { RolloutRef } from '../domain/rollout/snapshots.ts'

// See contract.ts.

/** A version that failed and is to stay out. */
export interface QuarantineSummary extends RolloutRef {
  /** What `kedge quarantine lift` takes. */
  key: string
  /** What a person calls it. */
  version: string
  /** Empty where the version before ran the same ones: then it is the template alone. */
  images: readonly string[]
  /** A clause. */
  reason: string
  /** The commit that brought it; null while Git has not told. */
  culprit: string | null
  repository: string | null
  since: number
  until: number
  state: Quarantine['state']
  outcome: Quarantine['outcome']
  endedAt: number | null
  liftedBy: string | null
  liftedFor: string | null
  /** Id of the release that failed last, for `/api/v1/releases/{id}`. */
  release: string
  /** Commits and open PRs that bring it back. */
  broughtBackBy: readonly { commit: string; pullRequest: number | null }[]
  /** Why the forge takes no status of ours; null while it does. */
  unsaid: string | null
}

export interface QuarantineList {
  items: readonly QuarantineSummary[]
}
