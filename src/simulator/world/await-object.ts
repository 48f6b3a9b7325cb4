import type { Clock } from '../clock.ts'
import type { KubeObject, ObjectRef } from '../kubernetes/object.ts'
import type { ObjectStore } from '../kubernetes/store.ts'

/**
 * Resolves with the object as soon as `holds` is true of it, now or after a later change. Rejects after `timeoutMs` of
 * the clock.
 */
export function awaitObject<T extends KubeObject>(
  store: ObjectStore,
  clock: Clock,
  wanted: { ref: ObjectRef; holds: (object: T) => boolean; timeoutMs: number },
): Promise<T> {
  const { ref, holds, timeoutMs } = wanted
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const object = store.get(ref) as T | undefined
      if (object === undefined || !holds(object)) return
      cancel()
      unsubscribe()
      resolve(object)
    }
    const cancel = clock.setTimer(timeoutMs, () => {
      unsubscribe()
      reject(new Error(`${ref.plural}/${ref.name} did not get there in ${timeoutMs} ms: ${JSON.stringify(store.get(ref)?.status)}`))
    })
    const unsubscribe = store.subscribe(look)
    look()
  })
}
