import { isSameRepository, normaliseRepoURL } from '../../domain/application/repo-url.ts'
import type { Effect } from '../../domain/effect.ts'
import { experimentName, experimentNamed } from '../../domain/experiment/name.ts'
import type { Quarantine } from '../../domain/quarantine/quarantine.ts'
import type { Release } from '../../domain/release/release.ts'
import { rolloutKey } from '../../domain/rollout/key.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import type { Ledger, LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import { releasesOf } from '../look/stands-for.ts'
import { leftReverts } from '../record/left-clusters.ts'

/** More open releases than this are never walked at once. */
const MOST_OPEN = 10_000

type Known = Pick<Environment, 'ledger' | 'views' | 'applications' | 'deploysTo'>

/** The key of the Rollout that a release belongs to. */
export function keyOfRelease(release: Release): string {
  return rolloutKey({ cluster: release.cluster, namespace: release.namespace, name: release.rollout })
}

/** The key of the Rollout whose version is in quarantine. */
export function keyOfQuarantine({ cluster, namespace, rollout: name }: Quarantine): string {
  return rolloutKey({ cluster, namespace, name })
}

/** The keys of the Rollouts that an effect is for. */
export function rolloutsOf({ ledger }: Pick<Known, 'ledger'>, { action }: Effect): readonly string[] {
  const keys = 'revertKey' in action ? (ledger.read('revert', action.revertKey)?.releases ?? []) : [action.releaseKey]
  return keys.flatMap((key) => ledger.read('release', key) ?? []).map(keyOfRelease)
}

/** The keys of the Rollouts that something appended is about, and not of those that only one process writes of. */
export function rolloutsIn({ ledger }: Pick<Known, 'ledger'>, entry: LedgerEntry): readonly string[] {
  if (entry.kind === 'release') return [keyOfRelease(entry.document)]
  if (entry.kind === 'quarantine') return [keyOfQuarantine(entry.document)]
  if (entry.kind !== 'revert') return []
  return entry.document.releases.flatMap((key) => ledger.read('release', key) ?? []).map(keyOfRelease)
}

/** Every Rollout and standalone Experiment of a cluster, and those gone from it with an open release, a live revert or a quarantine. */
export function keysOfView({ ledger }: Known, view: ClusterView): readonly string[] {
  const own = unfinished(ledger).filter((release) => release.cluster === view.cluster)
  const kept = ledger.quarantines({ standing: true }).filter(({ cluster }) => cluster === view.cluster)
  const experiments = view.standaloneExperiments().map(({ namespace, name }) => ({ namespace, name: experimentName(name) }))
  const seen = [...view.rollouts(), ...experiments.map((one) => ({ ...one, cluster: view.cluster }))]
  return [...new Set([...seen.map(rolloutKey), ...own.map(keyOfRelease), ...kept.map(keyOfQuarantine)])]
}

/** The Rollouts with an open release or a live revert. */
export function keysUnfinished(ledger: Ledger): readonly string[] {
  return [...new Set(unfinished(ledger).map(keyOfRelease))]
}

function unfinished(ledger: Ledger): readonly Release[] {
  const reverted = ledger.reverts({ open: true }).flatMap((revert) => revert.releases.flatMap((key) => ledger.read('release', key) ?? []))
  return [...ledger.releases({ open: true, limit: MOST_OPEN }), ...reverted]
}

/** The Rollouts of clusters that are not in the configuration for which PRs are open. */
export function keysLeft(known: Known): readonly string[] {
  return [...new Set(leftReverts(known).flatMap((revert) => releasesOf(known, revert).map(keyOfRelease)))]
}

/**
 * The Rollouts and standalone Experiments of an Application, in every cluster that it deploys to. Looked up by name: hints may come by the
 * thousand.
 */
export function keysOfApplication({ views, applications, deploysTo }: Known, namespace: string, name: string): readonly string[] {
  const application = applications.application(namespace, name)
  if (!application) return []
  const there = views.filter((view) => deploysTo(application, view.cluster))
  return [...application.rollouts, ...(application.experiments ?? [])].flatMap((listed) => {
    const [inNamespace = '', rollout = ''] = listed.split('/')
    const experiment = experimentNamed(rollout)
    const holding = there.filter((view) =>
      experiment === undefined
        ? view.rollout(inNamespace, rollout) !== undefined
        : view.standaloneExperiment(inNamespace, experiment) !== undefined,
    )
    return holding.map((view) => rolloutKey({ cluster: view.cluster, namespace: inNamespace, name: rollout }))
  })
}

/** The Rollouts with an open release, a live revert or a quarantine from this repository. */
export function keysOfRepository({ ledger }: Known, repoURL: string): readonly string[] {
  const repository = normaliseRepoURL(repoURL)
  const reverted = ledger
    .reverts({ repository, open: true })
    .flatMap((revert) => revert.releases.flatMap((key) => ledger.read('release', key) ?? []))
  const open = ledger.releases({ open: true, limit: MOST_OPEN }).filter((release) => isSameRepository(release.repository, repository))
  const kept = ledger.quarantines({ standing: true }).filter((one) => isSameRepository(one.repository, repository))
  return [...new Set([...[...reverted, ...open].map(keyOfRelease), ...kept.map(keyOfQuarantine)])]
}
