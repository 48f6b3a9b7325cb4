import type { AlertSource } from '../ports/alerts.ts'
import type { AlertGroup } from '../reconcile/alerts/ask-alerts.ts'

/** Those that are about one cluster as one: who knows of silences says what fires, and who keeps the past says what has fired before. */
export function joinAlerts(sources: readonly { cluster: string | undefined; source: AlertSource }[]): readonly AlertGroup[] {
  return [...Map.groupBy(sources, ({ cluster }) => cluster)].map(([cluster, members]) => ({
    cluster,
    source: join(members.map(({ source }) => source)),
  }))
}

function join(sources: readonly AlertSource[]): AlertSource {
  const silencing = sources.filter(({ knowsSilences }) => knowsSilences)
  const telling = silencing.length > 0 ? silencing : sources
  const [keeper] = sources.filter(({ keepsPast }) => keepsPast)
  return {
    knowsSilences: silencing.length > 0,
    keepsPast: keeper !== undefined,
    async alerts(question) {
      const told = await Promise.all(telling.map((source) => source.alerts(question)))
      // A second one of one cluster may tell what the first does not.
      const untold = told.find(({ result }) => result === 'unknown')
      return untold ?? { result: 'told', alerts: told.flatMap((one) => (one.result === 'told' ? one.alerts : [])) }
    },
    past: (alert, from) => (keeper ?? sources[0])?.past(alert, from) ?? Promise.resolve({ result: 'unknown', detail: 'nobody keeps it' }),
  }
}
