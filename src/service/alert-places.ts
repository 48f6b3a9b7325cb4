import { labelOf, textAt } from '../config/mapping-path.ts'
import type { Config } from '../config/settings.ts'
import type { Alert } from '../domain/alert/alert.ts'
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
    const isKnown = views.some((view) => view.cluster === named)
    const among = isKnown ? views.filter((view) => view.cluster === named) : views
    for (const path of labels.rollout) {
      const name = nameAt(alert, path)
      const there = name === undefined ? [] : among.filter((view) => view.rollout(namespace, name) !== undefined)
      const [view] = there
      if (name !== undefined && view) return there.length === 1 ? { cluster: view.cluster, namespace, name } : undefined
    }
    return undefined
  }
}

function nameAt(alert: Alert, path: string): string | undefined {
  const text = textAt(alert, path)
  return text !== undefined && NAME.test(text) ? text : undefined
}
