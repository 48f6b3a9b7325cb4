import type { RolloutFilter } from '../../api/filters.ts'
import type { RolloutSnapshot } from '../../domain/rollout/snapshots.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import type { ReadOptions } from '../request/options.ts'
import { attemptUnderWay, newestRelease, type AssessedRollout } from './rollout-summary.ts'

/** Rollouts that match, of all clusters, in no order. Verdicts cost more than reads: one is taken only where the filter asks for it. */
export function* matchingRollouts(options: ReadOptions, filter: RolloutFilter): Iterable<AssessedRollout | RolloutSnapshot> {
  const isMeant = meantBy(options, filter)
  for (const view of options.views) {
    if (filter.cluster !== undefined && filter.cluster !== view.cluster) continue
    for (const rollout of view.rollouts()) {
      if (!isMeant(rollout)) continue
      if (filter.state === undefined) {
        yield rollout
        continue
      }
      const verdict = options.verdict(rollout)
      if (verdict.serving === filter.state) yield { view, rollout, ...verdict }
    }
  }
}

/** Whether a Rollout is one that a filter means, but for its state. The cheapest question comes first. */
export function meantBy(options: ReadOptions, filter: RolloutFilter): (rollout: RolloutSnapshot) => boolean {
  const words = wordsOf(filter.q)
  const { cluster, namespace, name, health, project, application, cause } = filter
  return (rollout) =>
    (cluster === undefined || cluster === rollout.cluster) &&
    (namespace === undefined || namespace === rollout.namespace) &&
    (name === undefined || name === rollout.name) &&
    (health === undefined || health === rollout.health.status) &&
    (cause === undefined || attemptUnderWay(newestRelease(rollout, options.ledger))?.cause === cause) &&
    (project === undefined || projectOf(options, rollout) === project) &&
    (application === undefined || options.ownersOf(rollout).some((one) => `${one.namespace}/${one.name}` === application)) &&
    (words.length === 0 || hasWords(words, textsOf(options, rollout)))
}

/** The words of a search, in small letters. */
export function wordsOf(search: string | undefined): readonly string[] {
  return search === undefined ? [] : search.toLowerCase().split(/\s+/).filter(Boolean)
}

/** Whether each word is in one of the texts. */
export function hasWords(words: readonly string[], texts: readonly string[]): boolean {
  const text = texts.join('\n').toLowerCase()
  return words.every((word) => text.includes(word))
}

function textsOf(options: ReadOptions, rollout: RolloutSnapshot): readonly string[] {
  const { cluster, namespace, name, images } = rollout
  return [`${cluster}/${namespace}/${name}`, ...images, ...options.ownersOf(rollout).map((one) => `${one.namespace}/${one.name}`)]
}

function projectOf(options: ReadOptions, rollout: RolloutSnapshot): string | undefined {
  const [application, another] = options.ownersOf(rollout)
  return another ? undefined : application?.project
}

/** What there is to choose from, each in the order of its letters. */
export interface FleetChoices {
  clusters: readonly string[]
  namespaces: readonly string[]
  projects: readonly string[]
}

/** The clusters that are watched, the namespaces of their Rollouts, and the projects of the Applications that list some. */
export function fleetChoices(views: readonly ClusterView[]): FleetChoices {
  const namespaces = new Set<string>()
  const projects = new Set<string>()
  for (const view of views) {
    for (const { namespace } of view.rollouts()) namespaces.add(namespace)
    for (const { rollouts, project } of view.applications()) if (rollouts.length > 0) projects.add(project)
  }
  return {
    clusters: views.map(({ cluster }) => cluster).toSorted(),
    namespaces: [...namespaces].toSorted(),
    projects: [...projects].toSorted(),
  }
}
