import { experimentNamed } from '../experiment/name.ts'
import type { RolloutSnapshot } from '../rollout/snapshots.ts'
import type { ApplicationSnapshot } from './snapshots.ts'

export interface TrackingId {
  /** Undefined for Applications of the control plane's own namespace. */
  namespace: string | undefined
  application: string
}

/** A Rollout, or a standalone Experiment by its `experimentName`: what says whose it is. */
export type Tracked = Pick<RolloutSnapshot, 'cluster' | 'namespace' | 'name' | 'trackingId'>

/**
 * Reads `argocd.argoproj.io/tracking-id` (`<instance>:<group>/<kind>:<ns>/<name>`). Undefined when it does not name this very object:
 * annotations get copied. Source: Argo CD `util/argo/resource_tracking.go` ParseAppInstanceValue.
 */
export function readTrackingId(tracked: Tracked): TrackingId | undefined {
  const [instance, kind, object, ...rest] = (tracked.trackingId ?? '').split(':')
  const experiment = experimentNamed(tracked.name)
  const isIt = kind === `argoproj.io/${experiment === undefined ? 'Rollout' : 'Experiment'}`
  if (!instance || rest.length > 0 || !isIt || object !== `${tracked.namespace}/${experiment ?? tracked.name}`) return undefined
  const split = instance.indexOf('_')
  return split < 0
    ? { namespace: undefined, application: instance }
    : { namespace: instance.slice(0, split), application: instance.slice(split + 1) }
}

/** The Applications that are in view, in whichever cluster they are. */
interface ApplicationsInView {
  applications(): Iterable<ApplicationSnapshot>
  /** Those that list this Rollout in `status.resources`. */
  applicationsOf(namespace: string, rollout: string): readonly ApplicationSnapshot[]
}

/**
 * Which Applications own a Rollout: the one answer for the decision, the policy, the pages, the API, the CLI and the doctor. Exactly one
 * where it is known whose the Rollout is. Another cluster may have a Rollout of the same namespace and name, and Applications list both.
 * @param deploysTo whether an Application deploys to a cluster
 */
export function ownersOf(
  rollout: Tracked,
  inView: ApplicationsInView,
  deploysTo: (application: ApplicationSnapshot, cluster: string) => boolean,
): readonly ApplicationSnapshot[] {
  const here = (application: ApplicationSnapshot): boolean => deploysTo(application, rollout.cluster)
  const listing = inView.applicationsOf(rollout.namespace, rollout.name).filter(here)
  return mapApplications(rollout, listing, listing.length > 0 ? [] : [...inView.applications()].filter(here))
}

/**
 * The Applications that own a Rollout. `status.resources` decides; the tracking id only breaks ties, or stands in while Argo CD has
 * not listed its resources yet.
 */
export function mapApplications(
  rollout: Tracked,
  listing: readonly ApplicationSnapshot[],
  all: Iterable<ApplicationSnapshot>,
): readonly ApplicationSnapshot[] {
  const tracking = readTrackingId(rollout)
  const tracked = (application: ApplicationSnapshot): boolean => tracking !== undefined && isNamed(application, tracking)
  if (listing.length > 0) {
    const named = listing.filter(tracked)
    return named.length === 1 ? named : listing
  }
  return tracking ? [...all].filter((application) => tracked(application) && application.destinationNamespace === rollout.namespace) : []
}

function isNamed(application: ApplicationSnapshot, tracking: TrackingId): boolean {
  return application.name === tracking.application && (tracking.namespace === undefined || application.namespace === tracking.namespace)
}

/**
 * Why what this Application has synced may not be what made the Rollout, though it lists it: its tracking id names another instance, which
 * has applied it last; or its template is that of a workload (`spec.workloadRef`) which the Application does not hold. Undefined where
 * nothing speaks against it.
 */
export function ownershipDoubt(
  rollout: (Tracked & Partial<Referring>) | undefined,
  application: ApplicationSnapshot | undefined,
): string | undefined {
  if (!rollout || !application) return undefined
  const name = applicationName(application)
  const tracking = readTrackingId(rollout)
  if (tracking && !isNamed(application, tracking)) {
    return (
      `${name} lists this ${experimentNamed(rollout.name) === undefined ? 'Rollout' : 'Experiment'}, but its tracking id names ` +
      `${tracking.namespace === undefined ? '' : `${tracking.namespace}/`}${tracking.application}.`
    )
  }
  const { workloadRef } = rollout
  const [kind, workload] = workloadRef?.split('/') ?? []
  if (kind === undefined || listsWorkload({ ...rollout, workloadRef }, application.workloads)) return undefined
  return `the Rollout takes its template from the ${kind} ${workload}, which ${name} does not list: whose commit changed it is not known.`
}

/** A Rollout, and what it may take its template from. */
export type Referring = Pick<RolloutSnapshot, 'namespace' | 'name' | 'workloadRef'>

function listsWorkload({ workloadRef, namespace }: Referring, workloads: readonly string[]): boolean {
  const [kind, workload] = workloadRef?.split('/') ?? []
  return kind !== undefined && workloads.includes(`${kind}/${namespace}/${workload}`)
}

/** Whether what a Rollout takes its template from (`spec.workloadRef`) is not as Git asks for, by Argo CD's word. */
export function isWorkloadDrifted(application: ApplicationSnapshot, rollout: Referring): boolean {
  return listsWorkload(rollout, application.driftedWorkloads)
}

/** Whether a Rollout, or what it takes its template from, is not as Git asks for, by Argo CD's word. */
export function isDrifted(application: ApplicationSnapshot, rollout: Referring): boolean {
  return application.driftedRollouts.includes(`${rollout.namespace}/${rollout.name}`) || isWorkloadDrifted(application, rollout)
}

/** `namespace/name` of an Application. */
export function applicationName(application: ApplicationSnapshot): string {
  return `${application.namespace}/${application.name}`
}

/** Whether two applied states are the same revisions in the same order. */
export function sameRevisions(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((revision, index) => revision === b[index])
}
