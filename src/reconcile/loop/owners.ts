import type { Effect } from '../../domain/effect.ts'
import { parseRolloutKey } from '../../domain/rollout/key.ts'
import type { Command } from '../../ports/command.ts'
import type { Environment } from '../environment.ts'
import { leftClusters } from '../record/left-clusters.ts'

// Processes may watch other clusters than their neighbours while a configuration is rolled out, so who owns an effect is said without a
// look at what is watched: else two would, each by a right of its own.

type Known = Pick<Environment, 'ledger' | 'views' | 'applications'>

/**
 * The cluster whose leader carries out an effect: that of its release, or of the one for which the revert was planned first; whether
 * somebody watches it or not.
 */
export function ownerOfEffect(known: Known, { action }: Effect): string {
  const release = 'revertKey' in action ? known.ledger.read('revert', action.revertKey)?.releases[0] : action.releaseKey
  return clusterOf(known, release) ?? known.applications.cluster
}

/** The clusters that nobody watches here and for which there is something to be done. */
export function leftToLead(known: Known): readonly string[] {
  const owners = known.ledger.pendingEffects().map((effect) => ownerOfEffect(known, effect))
  return [...new Set([...owners, ...leftClusters(known)])].filter((cluster) => !isWatched(known, cluster))
}

/**
 * The cluster whose leader does what a person wants; that of the Applications where nobody leads the one that it is about. Two may see that
 * otherwise for a moment: it is done on the present documents, so the second one has nothing to do.
 */
export function ownerOfCommand(known: Known, command: Command): string {
  const cluster = clusterOfCommand(known, command)
  const isLed = cluster !== undefined && (isWatched(known, cluster) || leftToLead(known).includes(cluster))
  return isLed ? cluster : known.applications.cluster
}

function clusterOfCommand(known: Known, command: Command): string | undefined {
  switch (command.type) {
    case 'adopt':
      return clusterOf(known, command.release)
    case 'answer':
      return clusterOf(known, command.answer.card)
    case 'release-storm':
      return known.ledger.releasesOfStorm(command.storm)[0]?.cluster
    case 'lift':
      return known.ledger.read('quarantine', command.quarantine)?.cluster
    case 'retry':
      return parseRolloutKey(command.rollout)?.cluster
  }
}

function clusterOf({ ledger }: Known, release: string | undefined): string | undefined {
  return release === undefined ? undefined : ledger.read('release', release)?.cluster
}

function isWatched({ views }: Known, cluster: string): boolean {
  return views.some((view) => view.cluster === cluster)
}
