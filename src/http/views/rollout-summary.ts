import type { PullRequestSummary, RolloutSummary, VersionSide } from '../../api/contract.ts'
import { blindSinceOf } from '../../api/words.ts'
import { asCommitSha } from '../../domain/application/commit.ts'
import { isDrifted } from '../../domain/application/mapping.ts'
import type { ApplicationSnapshot } from '../../domain/application/snapshots.ts'
import { exposedSince } from '../../domain/release/exposure.ts'
import { templateKey } from '../../domain/release/keys.ts'
import type { Attempt, Release } from '../../domain/release/release.ts'
import { askedBy } from '../../domain/release/wish-of.ts'
import type { HeldWish } from '../../domain/release/wish.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import { imagesTold } from '../../domain/rollout/images-told.ts'
import { replicaSetOf, type ServingState } from '../../domain/rollout/serving.ts'
import type { RolloutSnapshot } from '../../domain/rollout/snapshots.ts'
import { shortWhy } from '../../domain/words/why-failed.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import type { Ledger } from '../../ports/ledger.ts'
import { newestQuarantine } from '../commands/quarantine-summary.ts'
import type { ReadOptions } from '../request/options.ts'
import { encodeId } from '../request/paging.ts'
import { servesBesideOf } from './beside.ts'

/** A Rollout with its verdict, before the ledger was asked about it. */
export interface AssessedRollout {
  view: ClusterView
  rollout: RolloutSnapshot
  serving: ServingState
  reason: string
  /** What Git asks for, where the cluster was told something else. */
  wish?: HeldWish | undefined
}

/** One row of the fleet: what Git wants, what the cluster runs, and what the ledger knows about the difference. */
export function summariseRollout(
  assessed: AssessedRollout,
  { ledger, ownersOf }: Pick<ReadOptions, 'ledger' | 'ownersOf'>,
): RolloutSummary {
  const { view, rollout, serving, reason } = assessed
  const owners = ownersOf(rollout)
  const blindSince = blindSinceOf(view.freshness('rollouts'))
  const release = newestRelease(rollout, ledger)
  const gitWants = wantedSide(assessed, owners, ledger)
  const attempt = attemptUnderWay(release)
  const [application] = owners.length === 1 ? owners : []
  return {
    cluster: rollout.cluster,
    namespace: rollout.namespace,
    name: rollout.name,
    uid: rollout.uid,
    application: application ? `${application.namespace}/${application.name}` : null,
    project: application?.project ?? null,
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
    gitWants,
    clusterRuns: runningSide(assessed, gitWants, ledger),
    since: blindSince ?? sinceOf(assessed, release, ledger),
    exposedSince: (blindSince === null && release && exposedSince(release)) || null,
    blindSince,
    cause: attempt?.cause ?? null,
    why: shortWhy(attempt) ?? null,
    release: release ? encodeId(release.key) : null,
    preExisting: isUnderWay(release) && release.preExisting,
    pullRequest: isUnderWay(release) ? pullRequestOf(release.revertKey, ledger) : null,
    quarantine: newestQuarantine(rollout, ledger),
    ...servesBesideOf(view, rollout),
  }
}

/**
 * The newest release of this very object, one that is open before one that has ended: what was undone by hand is older than what was
 * released instead of it. One of the same name that was deleted before is another story.
 */
export function newestRelease(rollout: RolloutSnapshot, ledger: Ledger): Release | undefined {
  const own = ledger.releasesOf(rollout).filter((release) => release.uid === rollout.uid)
  return own.find(({ state }) => state !== 'ended') ?? own[0]
}

/** The newest failure of a release that is not over. */
export function attemptUnderWay(release: Release | undefined): Attempt | undefined {
  return isUnderWay(release) ? release.attempts.at(-1) : undefined
}

/** Since when a Rollout stands as it does, as far as is known; of what cannot be seen, since when it cannot. Epoch milliseconds. */
export function sinceWhen(assessed: AssessedRollout, ledger: Ledger): number | null {
  const { view, rollout } = assessed
  return blindSinceOf(view.freshness('rollouts')) ?? sinceOf(assessed, newestRelease(rollout, ledger), ledger)
}

/** The PR of a revert, as far as the ledger knows; null without one. */
export function pullRequestOf(revertKey: string | null, ledger: Ledger): PullRequestSummary | null {
  const revert: Revert | undefined = revertKey === null ? undefined : ledger.read('revert', revertKey)
  return revert?.pullRequest ? { ...revert.pullRequest, state: revert.state, outcome: revert.outcome } : null
}

type Told = Pick<VersionSide, 'revision' | 'revisionBy' | 'author'>

const UNTOLD: Told = { revision: null, revisionBy: null, author: null }

/**
 * What Git asks for. Where the cluster was told something else, what Argo CD says of Git; else what the cluster was told, with the commit
 * that made it. An unknown stays one: it is never the commit of the version before.
 */
function wantedSide(
  { view, rollout, wish, serving }: AssessedRollout,
  owners: readonly ApplicationSnapshot[],
  ledger: Ledger,
): VersionSide {
  if (wish?.state === 'unknown') return { podTemplateHash: null, ...UNTOLD, images: [] }
  if (wish) {
    const { revisions, by } = askedBy(wish)
    if (by === 'compared') return { podTemplateHash: null, ...byArgoCD(revisions, by), images: [] }
    const { wanted = null } = wish
    const told = wanted === null ? UNTOLD : toldByRelease(newestOf(rollout, wanted, ledger))
    const set = view.replicaSets(rollout.uid).find((one) => one.podTemplateHash === wanted)
    return { podTemplateHash: wanted, ...(told.revision ? told : byArgoCD(revisions, by)), images: set?.images ?? [] }
  }
  // Before the controller has seen the newest spec, the hash is still that of the version before, and the images are those of the new one.
  const hash = rollout.observed ? (rollout.currentPodHash ?? null) : null
  const release = newestOf(rollout, hash, ledger)
  const own = release?.rolloutRevision === rollout.rolloutRevision ? toldByRelease(release) : UNTOLD
  const told = own.revision !== null || serving !== 'in-step' || hash === null ? own : toldOfServing({ rollout, owners }, hash, ledger)
  return { podTemplateHash: hash, ...told, images: imagesTold(rollout, view.replicaSets(rollout.uid)) }
}

function runningSide(assessed: AssessedRollout, wanted: VersionSide, ledger: Ledger): VersionSide {
  const { view, rollout, serving } = assessed
  const hash = rollout.stableRS ?? null
  if (hash === null || serving === 'first-deploy-failed') return { podTemplateHash: null, ...UNTOLD, images: [] }
  if (hash === wanted.podTemplateHash) return wanted
  const release = newestRelease(rollout, ledger)
  const isBefore = release?.stableHash === hash
  const replicaSets = view.replicaSets(rollout.uid)
  const told = hash === rollout.currentPodHash && rollout.observed ? imagesTold(rollout, replicaSets) : []
  const images = told.length > 0 ? told : (replicaSetOf(replicaSets, hash)?.images ?? (isBefore ? release.stableImages : []))
  if (isBefore && release.goodRevision)
    return { podTemplateHash: hash, revision: release.goodRevision, revisionBy: 'git', author: null, images }
  const own = toldByRelease(newestOf(rollout, hash, ledger))
  return { podTemplateHash: hash, ...(own.revision === null ? toldByMemory(rollout, hash, ledger) : own), images }
}

/** The newest release of a template of this very object. */
function newestOf(rollout: RolloutSnapshot, podTemplateHash: string | null, ledger: Ledger): Release | undefined {
  return ledger.releasesOf(rollout).find((one) => one.uid === rollout.uid && one.podTemplateHash === podTemplateHash)
}

function toldByRelease(release: Release | undefined): Told {
  if (!release) return UNTOLD
  if (release.revision) return { revision: release.revision, revisionBy: 'git', author: release.sourcePr?.author ?? release.author }
  return byArgoCD(release.applied?.revisions ?? [], 'synced')
}

/** What was synced when a template was last seen in step; nothing for one that no sync made. */
function toldByMemory(rollout: RolloutSnapshot, podTemplateHash: string, ledger: Ledger): Told {
  const version = ledger.read('version', templateKey(rollout.cluster, rollout.uid, podTemplateHash))
  return version?.byHand ? UNTOLD : byArgoCD(version?.applied?.revisions ?? [], 'synced')
}

/** Of what serves as Git asks for; before Kedge has kept it in mind, what Argo CD synced last, where one Application owns it. */
function toldOfServing(
  { rollout, owners }: { rollout: RolloutSnapshot; owners: readonly ApplicationSnapshot[] },
  podTemplateHash: string,
  ledger: Ledger,
): Told {
  const remembered = toldByMemory(rollout, podTemplateHash, ledger)
  const [application, another] = owners
  if (remembered.revision !== null || another || (application && isDrifted(application, rollout))) return remembered
  return byArgoCD(application?.operation?.revisions ?? [], 'synced')
}

/** Of several sources the first that has commits: the others are charts with versions. */
function byArgoCD(revisions: readonly string[], revisionBy: 'synced' | 'compared'): Told {
  const revision = revisions.find((one) => asCommitSha(one) !== undefined) ?? revisions[0]
  return revision === undefined ? UNTOLD : { revision, revisionBy, author: null }
}

function sinceOf({ rollout, serving, wish }: AssessedRollout, release: Release | undefined, ledger: Ledger): number | null {
  if (wish?.state === serving) return wish.since
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
