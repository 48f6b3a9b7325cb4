import { asCommitSha } from '../application/commit.ts'
import type { Cause } from '../release/evidence.ts'
import type { End, Release } from '../release/release.ts'
import type { Revert } from '../revert/revert.ts'
import type { ServingState } from '../rollout/serving.ts'
import { hasVersionBefore } from '../words/wording.ts'

/** A release as programs read it, beside the words of its card: names, images, hashes and times alone. */
export interface CardFacts {
  /** `waiting`: an inconclusive analysis has paused it. */
  state: 'rolling' | 'waiting' | 'failed' | End
  serving: ServingState
  cause: Cause | null
  cluster: string
  namespace: string
  rollout: string
  podTemplateHash: string | null
  images: readonly string[]
  /** Of the version before; empty where there is none. */
  imagesBefore: readonly string[]
  revision: string | null
  revisionBefore: string | null
  /** Of its commits; null while Git was not asked. */
  repository: string | null
  /** The revert PR. */
  pullRequest: { number: number; url: string } | null
  /** How often it has failed. */
  attempt: number
  /** Epoch milliseconds: since when `state` is so, as Kedge saw it. */
  at: number
}

/** The facts of a release as it stands. Pure. */
export function factsOf(release: Release, revert: Revert | undefined): CardFacts {
  const { cause, cluster, namespace, rollout, podTemplateHash, images, stableImages, serving, attempts } = release
  const state = stateOf(release)
  return {
    state,
    serving,
    cause,
    cluster,
    namespace,
    rollout,
    podTemplateHash,
    images,
    imagesBefore: hasVersionBefore(release) ? stableImages : [],
    revision: release.revision ?? syncedRevision(release.applied),
    revisionBefore: release.goodRevision ?? syncedRevision(release.goodApplied),
    repository: release.repository,
    pullRequest: revert?.pullRequest ?? null,
    attempt: attempts.length,
    at: release.endedAt ?? (state === 'failed' ? attempts.at(-1)?.seenAt : undefined) ?? release.startedAt,
  }
}

function stateOf({ state, outcome, waiting }: Release): CardFacts['state'] {
  if (outcome !== 'open') return outcome
  if (waiting) return 'waiting'
  return state === 'failed' ? 'failed' : 'rolling'
}

function syncedRevision(applied: Release['applied']): string | null {
  return applied?.revisions.find((one) => asCommitSha(one) !== undefined) ?? null
}
