import type { Raw } from '../../simulation/objects.ts'
import type { Host } from './host.ts'
import { replicaSetOf, rolloutOf } from './rollout-objects.ts'
import type { RolloutOptions, RolloutState, SetState } from './rollout-state.ts'

/** Changes ReplicaSets of a Rollout, and tells the watches of its cluster what becomes of it and of them. */
export function createShown(
  host: Host,
  { cluster, onChange }: Pick<RolloutOptions, 'cluster' | 'onChange'>,
  { state, sets }: { state: RolloutState; sets: ReadonlyMap<string, SetState> },
) {
  const versioned = (object: Raw): Raw => ({
    ...object,
    metadata: { ...(object['metadata'] as Raw), resourceVersion: String(host.version()) },
  })

  function tell(object: Raw, type?: 'ADDED'): void {
    host.tell(cluster, versioned(object), type)
  }

  function tellRollout(type?: 'ADDED'): void {
    state.available = [...sets.values()].reduce((sum, { replicas, isDown }) => sum + (isDown ? 0 : replicas), 0)
    tell(rolloutOf(state), type)
    onChange()
  }

  function tellSet(hash: string, type?: 'ADDED'): void {
    const set = sets.get(hash)
    if (set) tell(replicaSetOf(state.owner, hash, set), type)
  }

  function scale(hash: string, replicas: number): void {
    const set = sets.get(hash)
    if (!set || set.replicas === replicas) return
    set.replicas = replicas
    tellSet(hash)
  }

  /** None of the pods of what is asked for is available, or they are again. */
  function setDown(isDown: boolean): void {
    const set = sets.get(state.current)
    if (!set || set.isDown === isDown) return
    set.isDown = isDown
    tellSet(state.current)
  }

  /** Pods that were away come back whatever else goes on; the Rollout shows it when its controller is there. */
  const recover = (hash: string, awayFor: () => number) => (): void => {
    const set = sets.get(hash)
    if (!set?.isDown) return
    set.isDown = false
    tellSet(hash)
    host.after(awayFor(), () => {
      if (state.mode === 'stuck' && state.current === hash) state.mode = 'healthy'
      tellRollout()
    })
  }

  return { versioned, tell, tellRollout, tellSet, scale, setDown, recover }
}
