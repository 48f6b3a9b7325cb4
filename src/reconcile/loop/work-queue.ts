import { backOff } from '../../domain/back-off.ts'
import type { Clock } from '../../ports/clock.ts'
import { createIdle } from '../outbox/idle.ts'
import { createAlarms } from './alarms.ts'

export interface WorkQueueOptions {
  clock: Clock
  /** Handles one key. A rejection is retried with back-off; it must not be used for outcomes. */
  process: (key: string) => Promise<void>
  /** Called for every rejection, before the retry is planned. */
  onError: (key: string, error: unknown, retryInMs: number) => void
  /** Keys handled at the same time. One key is never handled twice at once. */
  concurrency: number
  /** In [0, 1): jitter. */
  random: () => number
  /** The longest wait for a retry after this error, milliseconds. A minute where nothing is said. */
  longestBackOffMs?: (error: unknown) => number | undefined
}

export interface WorkQueue extends Disposable {
  /** Asks for the key to be handled; asking again before it starts changes nothing. */
  add(key: string): void
  /** Asks for it at a time (by the clock's `elapsed`). Of several times for one key, the earliest counts. */
  addAt(key: string, at: number): void
  /** Resolves when nothing is ready and nothing runs. Timers may still be waiting. */
  idle(): Promise<void>
  /** Keys that are ready or running. */
  readonly depth: number
}

const FIRST_BACKOFF_MS = 500
const LONGEST_BACKOFF_MS = 60_000

/** A keyed, coalescing queue like client-go's workqueue: serial for a key, concurrent over keys, back-off on failure. */
export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  const ready = new Set<string>()
  const running = new Set<string>()
  const again = new Set<string>()
  const failures = new Map<string, number>()
  const alarms = createAlarms(options.clock, add)
  const idle = createIdle(() => ready.size + running.size > 0)
  let disposed = false

  function add(key: string): void {
    if (disposed) return
    alarms.cancel(key)
    if (running.has(key)) again.add(key)
    else ready.add(key)
    pump()
  }

  function addAt(key: string, at: number): void {
    if (!disposed && !ready.has(key)) alarms.set(key, at)
  }

  function pump(): void {
    for (const key of ready) {
      if (running.size >= options.concurrency) return
      ready.delete(key)
      running.add(key)
      void run(key)
    }
  }

  async function run(key: string): Promise<void> {
    try {
      await options.process(key)
      failures.delete(key)
    } catch (error) {
      retryLater(key, error)
    } finally {
      running.delete(key)
      if (again.delete(key) && !disposed) ready.add(key)
      pump()
      idle.check()
    }
  }

  function retryLater(key: string, error: unknown): void {
    const count = (failures.get(key) ?? 0) + 1
    failures.set(key, count)
    const delay = waitAfter(error, count, options)
    options.onError(key, error, delay)
    addAt(key, options.clock.elapsed() + delay)
  }

  return {
    add,
    addAt,
    idle: () => idle.reached(),
    get depth() {
      return ready.size + running.size
    },
    [Symbol.dispose]() {
      disposed = true
      ready.clear()
      alarms[Symbol.dispose]()
    },
  }
}

function waitAfter(error: unknown, faults: number, { longestBackOffMs, random }: WorkQueueOptions): number {
  const longestMs = longestBackOffMs?.(error) ?? LONGEST_BACKOFF_MS
  return backOff(faults, { firstMs: FIRST_BACKOFF_MS, longestMs }, random())
}
