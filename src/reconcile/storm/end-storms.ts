import type { ReleaseTransition } from '../../domain/release/transitions.ts'
import { endOfStorm } from '../../domain/storm/passing.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import type { Look } from '../loop/observe.ts'
import { recordStorm } from './gather.ts'

/**
 * What a look at a Rollout says of the storms that are under way, be it one of theirs or not: where its metric can be measured again, so
 * can theirs. `steps`: what the same look has shown of its releases. To be called within `Journal.commit`.
 */
export function endStorms(environment: Environment, look: Look, steps: readonly ReleaseTransition[]): readonly LedgerEntry[] {
  const { ledger } = environment
  const { observation, ref } = look
  const moved = new Map(steps.map(({ release }) => [release.key, release]))
  const isPromoted = steps.some(({ release }) => release.outcome === 'promoted')
  return ledger.storms({ open: true }).flatMap((storm) => {
    const members = ledger.releasesOfStorm(storm.key).map((one) => moved.get(one.key) ?? one)
    const sight = { cluster: ref.cluster, analysisRuns: observation.analysisRuns, isPromoted, now: observation.now }
    const event = members.length > 0 ? endOfStorm({ storm, members }, sight) : undefined
    return event ? recordStorm(environment, storm.key, event) : []
  })
}
