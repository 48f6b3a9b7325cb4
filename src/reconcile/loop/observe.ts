import { appliedSyncs, driftOf } from '../../domain/application/applied.ts'
import { mapApplications, ownershipDoubt } from '../../domain/application/mapping.ts'
import type { ApplicationSnapshot } from '../../domain/application/snapshots.ts'
import { templateKey } from '../../domain/release/keys.ts'
import type { Observation } from '../../domain/release/observation.ts'
import type { Release } from '../../domain/release/release.ts'
import { assessServing, type Serving } from '../../domain/rollout/serving.ts'
import type { RolloutRef, RolloutSnapshot } from '../../domain/rollout/snapshots.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import type { Environment } from '../environment.ts'

/** One look at one Rollout, before it is known whether the verdict has held. */
export interface Look {
  readonly ref: RolloutRef
  readonly view: ClusterView
  readonly rollout: RolloutSnapshot | undefined
  readonly serving: Serving
  readonly applications: readonly ApplicationSnapshot[]
  /** Every release of this name, of whichever object, ended ones too. */
  readonly releases: readonly Release[]
  readonly observation: Omit<Observation, 'settled' | 'baseline' | 'movedInGit'>
}

/** Who serves, with the ledger's memory: what the API and the page show is the same verdict as the reconciler's. */
function assess(environment: Pick<Environment, 'ledger'>, view: ClusterView, ref: RolloutRef): Serving {
  const freshness = view.freshness()
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

/** The same for a Rollout of any cluster. */
export function servingOf(environment: Pick<Environment, 'ledger' | 'views'>, ref: RolloutRef): Serving {
  const view = environment.views.find((one) => one.cluster === ref.cluster)
  if (view) return assess(environment, view, ref)
  return { state: 'unknown', reason: 'Kedge does not watch this cluster.', failure: undefined, current: undefined }
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
  const applications = rollout ? mapped(environment, rollout) : []
  const [application] = applications
  const known = ledger.releasesOf(ref)
  const serving = assess(environment, view, ref)
  const isOwner = application && applications.length === 1 && !ownershipDoubt(rollout, application)
  const syncs = isOwner && argocd.freshness().fresh ? appliedSyncs(application, ref) : []
  return {
    ref,
    view,
    rollout,
    serving,
    applications,
    releases: known,
    observation: {
      ref,
      rollout,
      replicaSets: rollout ? view.replicaSets(rollout.uid) : [],
      analysisRuns: rollout ? view.analysisRuns(rollout.uid) : [],
      experiments: rollout ? view.experiments(rollout.uid) : [],
      serving,
      syncs,
      drift: driftOf(application, ref, syncs[0]),
      version: (hash) => (rollout ? ledger.read('version', templateKey(ref.cluster, rollout.uid, hash)) : undefined),
      open: known.filter((release) => release.state !== 'ended'),
      past: known.filter((release) => release.uid === rollout?.uid),
      restoredInGit: (release) => isRestoredInGit(environment, release),
      now: environment.clock.now(),
    },
  }
}

function mapped(environment: Environment, rollout: RolloutSnapshot): readonly ApplicationSnapshot[] {
  const { applications: argocd } = environment
  const here = (application: ApplicationSnapshot): boolean => environment.deploysTo(application, rollout.cluster)
  const listing = argocd.applicationsOf(rollout.namespace, rollout.name).filter(here)
  if (listing.length === 1) return listing
  return mapApplications(rollout, listing, listing.length > 0 ? [] : [...argocd.applications()].filter(here))
}

function isRestoredInGit(environment: Pick<Environment, 'ledger'>, release: Release): boolean {
  const revert = release.revertKey === null ? undefined : environment.ledger.read('revert', release.revertKey)
  return revert?.outcome === 'merged' || revert?.outcome === 'restored'
}
