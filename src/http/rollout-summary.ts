import type { PullRequestSummary, RolloutSummary, VersionSide } from '../api/contract.ts'
import { templateKey } from '../domain/release/keys.ts'
import type { Release } from '../domain/release/release.ts'
import type { Revert } from '../domain/revert/revert.ts'
import type { ServingState } from '../domain/rollout/serving.ts'
import type { RolloutSnapshot } from '../domain/rollout/snapshots.ts'
import { shortEvidence } from '../domain/words/evidence.ts'
import type { ClusterView } from '../ports/cluster-view.ts'
import type { Ledger } from '../ports/ledger.ts'
import { encodeId } from './paging.ts'

/** A Rollout with its verdict, before the ledger was asked about it. */
export interface AssessedRollout {
  view: ClusterView
  rollout: RolloutSnapshot
  serving: ServingState
  reason: string
}

/** One row of the fleet: what Git wants, what the cluster runs, and what the ledger knows about the difference. */
export function summariseRollout(assessed: AssessedRollout, ledger: Ledger): RolloutSummary {
  const { view, rollout, serving, reason } = assessed
  const release = newestRelease(rollout, ledger)
  const attempt = isUnderWay(release) ? release.attempts.at(-1) : undefined
  const applications = view.applicationsOf(rollout.namespace, rollout.name)
  const [application] = applications.length === 1 ? applications : []
  const evidence = attempt?.evidence[0]
  return {
    cluster: rollout.cluster,
    namespace: rollout.namespace,
    name: rollout.name,
    uid: rollout.uid,
    application: application ? `${application.namespace}/${application.name}` : null,
    health: rollout.health,
    serving,
    reason,
    strategy: rollout.strategy,
    paused: pauseOf(rollout),
    step:
      rollout.stepCount > 0 && rollout.currentStepIndex !== undefined
        ? { index: rollout.currentStepIndex, count: rollout.stepCount }
        : null,
    weight: rollout.weights?.canaryWeight ?? null,
    gitWants: {
      podTemplateHash: rollout.currentPodHash ?? null,
      ...wantedBy(assessed, release, ledger),
      images: rollout.images,
    },
    clusterRuns: runningSide(assessed, release, ledger),
    since: sinceOf(assessed, release, ledger),
    cause: attempt?.cause ?? null,
    why: evidence ? shortEvidence(evidence) : null,
    release: release ? encodeId(release.key) : null,
    preExisting: isUnderWay(release) && release.preExisting,
    pullRequest: isUnderWay(release) ? pullRequestOf(release.revertKey, ledger) : null,
  }
}

/** The newest release of this very object: one of the same name that was deleted before is another story. */
export function newestRelease(rollout: RolloutSnapshot, ledger: Ledger): Release | undefined {
  const [release] = ledger.releasesOf(rollout, 1)
  return release?.uid === rollout.uid ? release : undefined
}

/** The PR of a revert, as far as the ledger knows; null without one. */
export function pullRequestOf(revertKey: string | null, ledger: Ledger): PullRequestSummary | null {
  const revert: Revert | undefined = revertKey === null ? undefined : ledger.read('revert', revertKey)
  return revert?.pullRequest ? { ...revert.pullRequest, state: revert.state, outcome: revert.outcome } : null
}

/** Commit and author of N+1: the release's where it is this template's, else N's, else what Argo CD applied last. */
function wantedBy(
  { view, rollout }: AssessedRollout,
  release: Release | undefined,
  ledger: Ledger,
): { revision: string | null; author: string | null } {
  if (release && release.podTemplateHash === (rollout.currentPodHash ?? null) && release.revision) {
    return { revision: release.revision, author: release.sourcePr?.author ?? release.author }
  }
  return { revision: revisionOfStable({ view, rollout }, release, ledger), author: null }
}

function runningSide(assessed: AssessedRollout, release: Release | undefined, ledger: Ledger): VersionSide {
  const { view, rollout, serving } = assessed
  const hash = rollout.stableRS ?? null
  if (hash === null || serving === 'first-deploy-failed') return { podTemplateHash: null, revision: null, author: null, images: [] }
  if (hash === rollout.currentPodHash) return { podTemplateHash: hash, ...wantedBy(assessed, release, ledger), images: rollout.images }
  const set = view.replicaSets(rollout.uid).find((one) => one.podTemplateHash === hash)
  const images = set?.images ?? (release?.stableHash === hash ? release.stableImages : [])
  return { podTemplateHash: hash, revision: revisionOfStable(assessed, release, ledger), author: null, images }
}

function revisionOfStable(
  { view, rollout }: Pick<AssessedRollout, 'view' | 'rollout'>,
  release: Release | undefined,
  ledger: Ledger,
): string | null {
  if (release?.goodRevision && release.stableHash === (rollout.stableRS ?? null)) return release.goodRevision
  const version = rollout.stableRS ? ledger.read('version', templateKey(rollout.cluster, rollout.uid, rollout.stableRS)) : undefined
  const application = view.applicationsOf(rollout.namespace, rollout.name)[0]
  return (
    version?.applied?.revisions[0] ??
    (rollout.stableRS === rollout.currentPodHash ? application?.operation?.revisions[0] : undefined) ??
    null
  )
}

function sinceOf({ rollout, serving }: AssessedRollout, release: Release | undefined, ledger: Ledger): number | null {
  if (serving === 'in-step') {
    return ledger.read('version', templateKey(rollout.cluster, rollout.uid, rollout.stableRS ?? ''))?.healthyAt ?? release?.endedAt ?? null
  }
  const seenAt = isUnderWay(release) ? release.attempts.at(-1)?.seenAt : undefined
  // Until the failure has settled there is only the controller's word for when.
  return seenAt ?? (rollout.abort ? rollout.abortedAtMs : undefined) ?? (isUnderWay(release) ? release.startedAt : null)
}

function pauseOf(rollout: RolloutSnapshot): string | null {
  if (rollout.pauseReasons.length > 0) return rollout.pauseReasons.join(', ')
  if (rollout.phase !== 'Paused') return null
  return rollout.specPaused ? 'spec.paused' : (rollout.message ?? 'Paused')
}

function isUnderWay(release: Release | undefined): release is Release {
  return release !== undefined && release.state !== 'ended'
}
