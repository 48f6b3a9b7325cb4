import { appliedSyncs, driftOf, syncsUnderWay } from '../../domain/application/applied.ts'
import { ownersOf, ownershipDoubt, type Tracked } from '../../domain/application/mapping.ts'
import type { ApplicationSnapshot } from '../../domain/application/snapshots.ts'
import { experimentNamed } from '../../domain/experiment/name.ts'
import { imagesSince } from '../../domain/release/beginning.ts'
import { flagsOf } from '../../domain/release/flag-files.ts'
import { templateKey } from '../../domain/release/keys.ts'
import type { Observation } from '../../domain/release/observation.ts'
import type { Release } from '../../domain/release/release.ts'
import { standingOf, type Standing } from '../../domain/release/standing.ts'
import { wishOf } from '../../domain/release/wish-of.ts'
import type { HeldWish } from '../../domain/release/wish.ts'
import { revertStanding } from '../../domain/revert/transitions.ts'
import { assessServing, type Serving } from '../../domain/rollout/serving.ts'
import type { ExperimentSnapshot, RolloutRef, RolloutSnapshot } from '../../domain/rollout/snapshots.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import type { Environment } from '../environment.ts'

/** One look at one Rollout, before it is known whether the verdict has held. */
export interface Look {
  readonly ref: RolloutRef
  readonly view: ClusterView
  readonly rollout: RolloutSnapshot | undefined
  /** The standalone Experiment that is looked at in place of a Rollout. Absent where none is, and where it is gone. */
  readonly experiment?: ExperimentSnapshot
  readonly serving: Serving
  readonly applications: readonly ApplicationSnapshot[]
  /** Every release of this name, of whichever object, ended ones too. */
  readonly releases: readonly Release[]
  readonly observation: Omit<Observation, 'settled' | 'baseline' | 'movedInGit' | 'held'>
}

/** Who serves, with the ledger's memory: what the API and the page show is the same verdict as the reconciler's. */
function assess(environment: Pick<Environment, 'ledger'>, view: ClusterView, ref: RolloutRef): Serving {
  const freshness = view.freshness('rollouts')
  if (!freshness.fresh) {
    const blind = freshness.blind.map(({ kind, reason }) => `${kind}: ${reason}`).join('; ')
    return { state: 'unknown', reason: `Kedge cannot see this cluster: ${blind}`, failure: undefined, current: undefined }
  }
  const rollout = view.rollout(ref.namespace, ref.name)
  return assessServing({
    rollout,
    replicaSets: rollout ? view.replicaSets(rollout.uid) : [],
    seenHealthy: (hash) =>
      rollout !== undefined && environment.ledger.read('version', templateKey(ref.cluster, rollout.uid, hash)) !== undefined,
    failedFirst: (hash) =>
      rollout !== undefined &&
      environment.ledger.releasesOf(ref).some((release) => release.uid === rollout.uid && hasFailedFirst(release, hash)),
  })
}

/** How a Rollout of any cluster stands. `held`: see `Wishes`. */
export function standingNow(
  environment: Pick<Environment, 'ledger' | 'views'>,
  ref: RolloutRef,
  held: (podTemplateHash: string) => HeldWish | undefined,
): Standing {
  const view = environment.views.find((one) => one.cluster === ref.cluster)
  if (!view) return { state: 'unknown', reason: 'Kedge does not watch this cluster.', wish: undefined }
  const serving = assess(environment, view, ref)
  const told = serving.current?.podTemplateHash
  const undone = serving.state === 'in-step' ? environment.ledger.releasesOf(ref).find((release) => isUndoneBy(release, told)) : undefined
  return standingOf({
    serving,
    wish: told === undefined ? undefined : held(told),
    undoneSince: undone && (undone.attempts.at(-1)?.seenAt ?? undone.startedAt),
  })
}

/** Whether the ledger knows a release as undone by hand, and this template as what was told instead. */
export function isUndoneBy(release: Release, podTemplateHash: string | undefined): boolean {
  return (
    release.state === 'failed' &&
    release.serving === 'undone' &&
    (release.instead?.podTemplateHash ?? release.stableHash) === podTemplateHash
  )
}

function hasFailedFirst(release: Release, podTemplateHash: string): boolean {
  return (
    release.podTemplateHash === podTemplateHash &&
    release.stableHash === podTemplateHash &&
    release.attempts.length > 0 &&
    release.outcome !== 'promoted'
  )
}

/** Reads all that the views and the ledger know about a Rollout. */
export function lookAt(environment: Environment, view: ClusterView, ref: RolloutRef): Look {
  const { ledger, applications: argocd } = environment
  const rollout = view.rollout(ref.namespace, ref.name)
  const experiment = experimentOf(view, ref)
  const managed = rollout ?? trackedOf({ ref, experiment })
  const applications = managed ? ownersOf(managed, argocd, environment.deploysTo) : []
  const [application] = applications
  const serving = assess(environment, view, ref)
  const isOwner = application && applications.length === 1 && !ownershipDoubt(rollout, application)
  const seesApplications = argocd.freshness('applications').fresh
  const isSeen = isOwner && seesApplications
  const syncs = isSeen ? appliedSyncs(application, ref) : []
  const replicaSets = rollout ? view.replicaSets(rollout.uid) : []
  // An open one is mended in the ledger by its next step, one that has ended never takes another.
  const known = ledger
    .releasesOf(ref)
    .map((one) => (one.state === 'ended' && one.images.length === 0 ? { ...one, ...imagesSince(one, replicaSets) } : one))
  const version: Observation['version'] = (hash) =>
    rollout ? ledger.read('version', templateKey(ref.cluster, rollout.uid, hash)) : undefined
  const own = known.filter((release) => release.uid === rollout?.uid)
  const past = own.filter((release) => !flagsOf(release))
  return {
    ref,
    view,
    rollout,
    ...(experiment && { experiment }),
    serving,
    applications,
    releases: known,
    observation: {
      ref,
      rollout,
      replicaSets,
      analysisRuns: rollout ? view.analysisRuns(rollout.uid) : [],
      experiments: rollout ? view.experiments(rollout.uid) : [],
      serving,
      seesApplications,
      syncs,
      underWay: isSeen ? syncsUnderWay(application, ref) : [],
      drift: driftOf(application, rollout, syncs[0]),
      wish: wishOf({ application: isOwner ? application : undefined, seesApplications, rollout, replicaSets, syncs, version, past }),
      version,
      open: known.filter((release) => release.state !== 'ended' && !flagsOf(release)),
      past,
      flags: { releases: known.filter((release) => flagsOf(release) && (release.state !== 'ended' || release.uid === rollout?.uid)) },
      standingRevert: (template) => standingRevert(environment, own, template),
      restoredInGit: (release) => isRestoredInGit(environment, release),
      alerts: rollout && environment.alerts?.of(ref),
      now: environment.clock.now(),
    },
  }
}

/** Whose an Experiment is, its tracking id may say. */
export function trackedOf({ ref, experiment }: Pick<Look, 'ref'> & { experiment?: ExperimentSnapshot | undefined }): Tracked | undefined {
  return experiment && { ...ref, trackingId: experiment.own?.trackingId }
}

function experimentOf(view: ClusterView, { namespace, name }: RolloutRef): ExperimentSnapshot | undefined {
  const experiment = experimentNamed(name)
  return experiment === undefined ? undefined : view.standaloneExperiment(namespace, experiment)
}

function standingRevert({ ledger }: Pick<Environment, 'ledger'>, past: readonly Release[], template: string): string | null {
  const keys = past.flatMap((release) => (release.templateKey === template ? (release.revertKey ?? []) : []))
  return keys.find((key) => revertStanding(ledger.read('revert', key)) === 'open') ?? null
}

function isRestoredInGit(environment: Pick<Environment, 'ledger'>, release: Release): boolean {
  const revert = release.revertKey === null ? undefined : environment.ledger.read('revert', release.revertKey)
  return revert?.outcome === 'merged' || revert?.outcome === 'restored'
}
