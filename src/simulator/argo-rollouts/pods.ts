import type { Clock } from '../clock.ts'
import type { ObjectStore } from '../kubernetes/store.ts'
import type { ReplicaSet } from './types.ts'

/** How long pods take, in milliseconds. */
export interface PodTimes {
  startMs: number
  readyMs: number
  /** Whether the pods of an image never get ready. Default: where its tag ends in `-bad`. */
  isBroken?: (image: string) => boolean
}

/**
 * The kubelets of the stand-in: brings each ReplicaSet's status to its size. A pod is ready after a while, and never
 * where its image is broken. Call it when a ReplicaSet has changed; returns milliseconds to wait before calling it
 * again.
 */
export function createPods(store: ObjectStore, clock: Clock, times: PodTimes): (set: ReplicaSet) => number | undefined {
  const isBad = (set: ReplicaSet): boolean =>
    set.spec.template.spec.containers.some(({ image }) => times.isBroken?.(image) ?? image.endsWith('-bad'))
  /** When a ReplicaSet got its present size, by uid. */
  const sized = new Map<string, { size: number; at: number }>()

  function sizedAt(set: ReplicaSet): number {
    const { uid = '' } = set.metadata
    const known = sized.get(uid)
    if (known?.size === set.spec.replicas) return known.at
    sized.set(uid, { size: set.spec.replicas, at: clock.now() })
    return clock.now()
  }

  return (set) => {
    const since = clock.now() - sizedAt(set)
    const size = set.spec.replicas
    const before = set.status ?? { replicas: 0 }
    const hasStarted = size <= before.replicas || since >= times.startMs
    const replicas = hasStarted ? size : before.replicas
    const readyBefore = Math.min(before.readyReplicas ?? 0, replicas)
    const isReady = !isBad(set) && since >= times.startMs + times.readyMs
    const ready = isReady ? replicas : readyBefore
    const status = {
      replicas,
      ...(ready > 0 && { readyReplicas: ready, availableReplicas: ready, fullyLabeledReplicas: replicas }),
      observedGeneration: set.metadata.generation ?? 1,
    }
    const { namespace, name } = set.metadata
    // Written whole: counters that are absent now must not stay from before.
    const current = store.get({ plural: 'replicasets', namespace, name })
    if (current !== undefined) store.apply({ ...current, status }, 'status')
    if (!hasStarted) return times.startMs - since
    return ready < replicas && !isBad(set) ? times.startMs + times.readyMs - since : undefined
  }
}
