import type { AlertSource } from '../ports/alerts.ts'
import type { AlertGroup } from '../reconcile/alerts/ask-alerts.ts'

interface Source {
  cluster: string | undefined
  source: AlertSource
}

/**
 * Who is asked for the alerts of which cluster. Who knows of silences says what fires, and who keeps the past says what has fired before.
 * One without a cluster is of all of them: where such a one, or one of a cluster itself, knows of silences, no other says that something
 * fires there.
 */
export function joinAlerts(sources: readonly Source[]): readonly AlertGroup[] {
  const silencing = sources.filter(({ source }) => source.knowsSilences)
  const isSilencedBy = (cluster: string | undefined): boolean =>
    silencing.some((one) => one.cluster === undefined || one.cluster === cluster)
  return sources.flatMap(({ cluster, source }) => {
    if (!source.knowsSilences && isSilencedBy(cluster)) return []
    return {
      cluster,
      source,
      tells: (of) => (cluster === undefined || cluster === of) && (source.knowsSilences || !isSilencedBy(of)),
      keeper: (of) => keeperOf(sources, of) ?? source,
    }
  })
}

/** A cluster's own before one that is of all. */
function keeperOf(sources: readonly Source[], cluster: string): AlertSource | undefined {
  const keepers = sources.filter(({ source }) => source.keepsPast)
  return (keepers.find((one) => one.cluster === cluster) ?? keepers.find((one) => one.cluster === undefined))?.source
}
