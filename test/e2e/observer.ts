import type { Connection } from '../../src/adapters/kubernetes/connection.ts'
import { recordCluster } from '../../src/adapters/kubernetes/record/record-cluster.ts'
import type { RecordedLine } from '../../src/adapters/kubernetes/record/recorder.ts'
import { createSystemClock } from '../../src/adapters/system/clock.ts'
import { SILENT } from '../../src/ports/log.ts'

/** A Rollout, Application, ... as the API server sent it. */
export interface Seen {
  kind: string
  metadata: { name: string; namespace?: string; uid: string; [field: string]: unknown }
  [field: string]: unknown
}

/** An event with the time it was seen at, epoch milliseconds. */
export interface SeenEvent {
  at: number
  type: RecordedLine['type']
  object: Seen
}

/** What happens in the cluster, seen by Kedge's own watch; also the material of the recordings. */
export interface Observer extends AsyncDisposable {
  events: readonly SeenEvent[]
  newest(kind: string, namespace: string, name: string): Seen | undefined
  /**
   * Resolves with the first state, from now on, for which `holds` is true.
   * @throws Error that says what the object was instead
   */
  until(
    which: { kind: string; namespace: string; name: string },
    holds: (object: Seen) => boolean,
    wait: { what: string; timeoutMs: number },
  ): Promise<{ at: number; object: Seen }>
}

export async function startObserver(connection: Connection): Promise<Observer> {
  const clock = createSystemClock()
  const ended = new AbortController()
  const listed = Promise.withResolvers<void>()
  const events: SeenEvent[] = []
  const objects = new Map<string, Seen>()
  const waiting = new Set<(object: Seen, at: number) => void>()
  const keyOf = (kind: string, namespace: string | undefined, name: string): string => `${kind}/${namespace ?? ''}/${name}`
  const running = recordCluster({
    connection,
    namespaces: undefined,
    applicationNamespaces: undefined,
    clock,
    random: Math.random,
    logger: SILENT,
    signal: ended.signal,
    onListed: () => listed.resolve(),
    write({ type, object: raw }) {
      const object = raw as unknown as Seen
      const at = clock.now()
      events.push({ at, type, object })
      const key = keyOf(object.kind, object.metadata.namespace, object.metadata.name)
      if (type === 'DELETED') objects.delete(key)
      else objects.set(key, object)
      for (const look of waiting) look(object, at)
    },
  })
  await Promise.race([listed.promise, running])

  return {
    events,
    newest: (kind, namespace, name) => objects.get(keyOf(kind, namespace, name)),
    until({ kind, namespace, name }, holds, { what, timeoutMs }) {
      const key = keyOf(kind, namespace, name)
      const now = objects.get(key)
      if (now !== undefined && holds(now)) return Promise.resolve({ at: clock.now(), object: now })
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look)
          reject(new Error(`${what}: not within ${timeoutMs / 1_000} s; ${key} is ${describe(objects.get(key))}`))
        }, timeoutMs)
        const look = (object: Seen, at: number): void => {
          if (keyOf(object.kind, object.metadata.namespace, object.metadata.name) !== key || !holds(object)) return
          waiting.delete(look)
          clearTimeout(timer)
          resolve({ at, object })
        }
        waiting.add(look)
      })
    },
    async [Symbol.asyncDispose]() {
      ended.abort()
      await running
    },
  }
}

function describe(object: Seen | undefined): string {
  if (object === undefined) return 'not there'
  const status = object['status'] as Record<string, unknown> | undefined
  const { phase, message, abort, health, sync, conditions, operationState } = status ?? {}
  return JSON.stringify({
    phase,
    message,
    abort,
    health,
    sync,
    conditions,
    operation: (operationState as { message?: string } | undefined)?.message,
  }).slice(0, 1_500)
}
