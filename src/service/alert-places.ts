import { labelOf, textAt } from '../config/mapping-path.ts'
import type { Config } from '../config/settings.ts'
import type { Alert } from '../domain/alert/alert.ts'
import { rolloutKey } from '../domain/rollout/key.ts'
import type { RolloutRef } from '../domain/rollout/snapshots.ts'
import type { ClusterView } from '../ports/cluster-view.ts'

/** The length of a Kubernetes name; RFC 1123 subdomain. */
const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/

/** The label that holds the namespace of alerts; undefined where their namespace is no single label. */
export function namespaceLabelOf({ alerts: { labels } }: Config): string | undefined {
  return labelOf(labels.namespace)
}

/**
 * Says which Rollout an alert is about, by the admin's paths: one that is in view, in exactly one of the clusters that it can be in.
 * `cluster`: of whoever has the alert, where that is said.
 */
export function createLocate(config: Config, views: readonly ClusterView[]) {
  const { labels } = config.alerts
  return (alert: Alert, cluster: string | undefined): RolloutRef | undefined => {
    const namespace = nameAt(alert, labels.namespace)
    if (namespace === undefined) return undefined
    const named = cluster ?? textAt(alert, labels.cluster)
    // One that names a cluster that is not Kedge's is about that one: another of the same namespace and name may be here.
    const among = named === undefined ? views : views.filter((view) => view.cluster === named)
    const found = labels.rollout.map((path) => rolloutsAt(nameAt(alert, path), namespace, among))
    // The first path is who says it plainly. The others are signs, and two that lead to different Rollouts lead to none.
    const [plainly = []] = found
    const [only, ...more] = [...new Map((plainly.length > 0 ? plainly : found.flat()).map((ref) => [rolloutKey(ref), ref])).values()]
    return more.length === 0 ? only : undefined
  }
}

function rolloutsAt(name: string | undefined, namespace: string, views: readonly ClusterView[]): readonly RolloutRef[] {
  if (name === undefined) return []
  return views.filter((view) => view.rollout(namespace, name) !== undefined).map(({ cluster }) => ({ cluster, namespace, name }))
}

function nameAt(alert: Alert, path: string): string | undefined {
  const text = textAt(alert, path)
  return text !== undefined && NAME.test(text) ? text : undefined
}
