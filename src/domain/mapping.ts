import type { ApplicationSnapshot, HistoryEntry } from './application.ts'
import type { RolloutSnapshot } from './rollout.ts'

export interface TrackingId {
  /** Undefined for Applications of the control plane's own namespace. */
  namespace: string | undefined
  application: string
}

/**
 * Reads `argocd.argoproj.io/tracking-id` (`<instance>:<group>/<kind>:<ns>/<name>`). Undefined when it does not name this very Rollout:
 * annotations get copied. Source: Argo CD `util/argo/resource_tracking.go` ParseAppInstanceValue.
 */
export function readTrackingId(rollout: RolloutSnapshot): TrackingId | undefined {
  const [instance, kind, object, ...rest] = (rollout.trackingId ?? '').split(':')
  if (!instance || rest.length > 0 || kind !== 'argoproj.io/Rollout' || object !== `${rollout.namespace}/${rollout.name}`) return undefined
  const split = instance.indexOf('_')
  return split < 0 ? { namespace: undefined, application: instance } : { namespace: instance.slice(0, split), application: instance.slice(split + 1) }
}

/**
 * The Applications that own a Rollout. `status.resources` decides; the tracking id only breaks ties, or stands in while Argo CD has
 * not listed its resources yet.
 */
export function mapApplications(
  rollout: RolloutSnapshot,
  listing: readonly ApplicationSnapshot[],
  all: Iterable<ApplicationSnapshot>,
): readonly ApplicationSnapshot[] {
  const tracking = readTrackingId(rollout)
  const tracked = (application: ApplicationSnapshot): boolean =>
    tracking !== undefined && application.name === tracking.application && (tracking.namespace === undefined || application.namespace === tracking.namespace)
  if (listing.length === 1) return listing
  if (listing.length > 1) {
    const named = listing.filter(tracked)
    return named.length === 1 ? named : listing
  }
  return tracking ? [...all].filter((application) => tracked(application) && application.destinationNamespace === rollout.namespace) : []
}

/** `namespace/name` of an Application. */
export function applicationName(application: ApplicationSnapshot): string {
  return `${application.namespace}/${application.name}`
}

/**
 * Says that a sync applied another Application spec than the one before it (Helm parameters, image overrides, chart version, path): what
 * changed then is not, or not only, in Git. Undefined when the specs are alike or not known.
 */
export function changedParameters(before: HistoryEntry, after: HistoryEntry): string | undefined {
  const own = (entry: HistoryEntry): string =>
    JSON.stringify(entry.sources.map((source) => [source.repoURL, source.chart, source.chart ? source.targetRevision : '', source.path, source.parameters]))
  if (before.sources.length === 0 || after.sources.length === 0 || own(before) === own(after)) return undefined
  return 'the Application itself changed between N and N+1 (parameters, path or chart version): whoever writes its spec has to change it back.'
}

/** Whether two applied states are the same revisions in the same order. */
export function sameRevisions(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((revision, index) => revision === b[index])
}
