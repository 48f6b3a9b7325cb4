import type { Effect } from '../../domain/effect.ts'
import { parseRolloutKey } from '../../domain/rollout/key.ts'
import type { Command } from '../../ports/command.ts'
import type { Environment } from '../environment.ts'

type Known = Pick<Environment, 'ledger' | 'views' | 'applications'>

/** The cluster whose leader carries out an effect: that of its release, or of the one for which the revert was planned first. */
export function ownerOfEffect(known: Known, { action }: Effect): string {
  if (!('revertKey' in action)) return ownerOfRelease(known, action.releaseKey)
  return ownerOfRelease(known, known.ledger.read('revert', action.revertKey)?.releases[0])
}

/** The cluster whose leader does what a person wants. */
export function ownerOfCommand(known: Known, command: Command): string {
  switch (command.type) {
    case 'adopt':
      return ownerOfRelease(known, command.release)
    case 'answer':
      return ownerOfRelease(known, command.answer.card)
    case 'release-storm':
      return ownerOfRelease(known, known.ledger.releasesOfStorm(command.storm)[0]?.key)
    case 'retry':
      return watched(known, parseRolloutKey(command.rollout)?.cluster)
  }
}

function ownerOfRelease(known: Known, key: string | undefined): string {
  return watched(known, key === undefined ? undefined : known.ledger.read('release', key)?.cluster)
}

/** The cluster that something is led with: its own, or the one that has the Applications where nobody watches its own any more. */
export function watched({ views, applications }: Pick<Known, 'views' | 'applications'>, cluster: string | undefined): string {
  return views.find((view) => view.cluster === cluster)?.cluster ?? applications.cluster
}
