import type { Raw } from '../../simulation/objects.ts'
import type { Host } from './host.ts'
import { createPace, type Pace } from './pace.ts'
import { RolloutPast } from './rollout-past.ts'
import { createShown } from './rollout-shown.ts'
import { firstState, type RolloutOptions, type RolloutState, type SetState } from './rollout-state.ts'

/** What those share who move one Rollout. */
export interface RolloutParts {
  readonly host: Host
  readonly state: RolloutState
  /** Its ReplicaSets by hash. */
  readonly sets: Map<string, SetState>
  /** Its AnalysisRuns. */
  readonly runs: Raw[]
  readonly past: RolloutPast
  readonly pace: Pace
  readonly shown: ReturnType<typeof createShown>
}

/** Those of one that was never applied. */
export function createParts(host: Host, { owner, cluster, application, isRewritten, onChange }: RolloutOptions): RolloutParts {
  const state = firstState({ owner, application, isRewritten })
  const sets = new Map<string, SetState>()
  return {
    host,
    state,
    sets,
    runs: [],
    past: new RolloutPast(host.now),
    pace: createPace(host),
    shown: createShown(host, { cluster, onChange }, { state, sets }),
  }
}
