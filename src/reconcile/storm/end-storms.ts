import type { ReleaseTransition } from '../../domain/release/transitions.ts'
import type { StormFacts } from '../../domain/storm/hold.ts'
import { endOfStorm, type Sight } from '../../domain/storm/passing.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import type { Look } from '../look/observe.ts'
import { recordStorm } from './gather.ts'
import { factsOfStorm } from './storm-of.ts'

/**
 * What a look at a Rollout says of the storms that are under way. One that everybody has left, or of which nobody watches the clusters any
 * more, is over. `steps`: what the same look has shown of its releases. To be called within `Journal.commit`.
 */
export function endStorms(environment: Environment, look: Look, steps: readonly ReleaseTransition[]): readonly LedgerEntry[] {
  const { ledger, views } = environment
  const { observation, ref, rollout } = look
  const moved = new Map(steps.map(({ release }) => [release.key, release]))
  const clusters = new Set(views.map(({ cluster }) => cluster))
  const sight: Sight = {
    cluster: ref.cluster,
    rollout: rollout && { uid: rollout.uid, podTemplateHash: rollout.currentPodHash },
    analysisRuns: observation.analysisRuns,
    isPromoted: steps.some(({ release }) => release.outcome === 'promoted'),
    now: observation.now,
  }
  return ledger.storms({ open: true }).flatMap((storm) => {
    const facts = factsOfStorm(environment, storm)
    const watched = facts.members.filter(({ cluster }) => clusters.has(cluster))
    const members = watched.map((one) => moved.get(one.key) ?? one)
    const seen: StormFacts = {
      storm,
      members,
      get live() {
        return facts.live
      },
    }
    const event = endOfStorm(seen, sight)
    return event ? recordStorm(environment, storm.key, event) : []
  })
}
