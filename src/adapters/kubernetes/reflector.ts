import type { Clock } from '../../ports/clock.ts'
import type { WatchObserver } from '../../ports/cluster-view.ts'
import type { Logger } from '../../ports/log.ts'
import { asFault, type ApiFault } from './api-fault.ts'
import { listInto } from './list.ts'
import { createPace } from './pace.ts'
import { isKnownOlder } from './resource-version.ts'
import type { WatchScope } from './resources.ts'
import { isNotServed } from './served.ts'
import type { Sight } from './sight.ts'
import type { ViewStore } from './store.ts'
import { pause } from './timers.ts'
import type { Transport } from './transport.ts'
import { watchFrom, type WatchListeners } from './watch.ts'

export interface ReflectorDependencies {
  transport: Transport
  store: ViewStore
  sight: Sight
  clock: Clock
  random: () => number
  logger: Logger
  metrics: WatchObserver
  silenceMs: number
}

/** Whether the server accepted the watch before it ended. */
interface WatchProgress {
  admitted: boolean
}

/** A stream that lived this long worked, whatever it said. */
const WORKED_MS = 5_000

/** So many lists in a row must be older than what was seen, until it is believed that the cluster's history began anew (etcd restored). */
const STALE_LISTS = 3

/** After so many faults in a row before the watch was even accepted, its place in history is doubted, once. */
const DOUBTED_AFTER = 3

/** After these the place in history is lost or doubtful, so that only a list helps. */
const LIST_ANEW: ReadonlySet<ApiFault['kind']> = new Set(['gone', 'malformed', 'absent', 'stale'])

/** Rights are looked at before the path, so that either may be said of a kind that is not served. */
const IN_DOUBT: ReadonlySet<ApiFault['kind']> = new Set(['absent', 'forbidden'])

/**
 * Keeps one kind in the store equal to the server: LIST, then WATCH from there on, for ever. Returns when the signal aborts; never rejects.
 */
export async function reflect(scope: WatchScope, dependencies: ReflectorDependencies, signal: AbortSignal): Promise<void> {
  const { clock, sight, metrics, logger } = dependencies
  const pace = createPace(clock, dependencies.random)
  const place = createPlace()
  let pings = true

  async function list(): Promise<void> {
    const began = clock.elapsed()
    const past = { newest: place.newest(), historyBeganAnew: place.staleLists() >= STALE_LISTS }
    const result = await listInto(scope, { ...dependencies, signal, onAlive: sight.alive }, past)
    pace.found()
    place.listed(result.resourceVersion)
    sight.admitted()
    sight.listed()
    metrics.listed(scope, result.objects, clock.elapsed() - began)
  }

  async function watch(from: string, progress: WatchProgress): Promise<void> {
    const began = clock.elapsed()
    const listeners = { ...listenersOf(scope, dependencies, progress), onVersion: place.reached }
    try {
      const ended = await watchFrom({ scope, resourceVersion: from, pings }, { ...dependencies, signal, ...listeners })
      pings = ended.pings
    } finally {
      if (progress.admitted && clock.elapsed() - began >= WORKED_MS) pace.recovered()
    }
  }

  async function step(): Promise<number> {
    const progress: WatchProgress = { admitted: false }
    try {
      const from = place.version()
      if (from === undefined) {
        await list()
        return 0
      }
      await watch(from, progress)
      metrics.ended(scope, 'end')
      return pace.afterEnd()
    } catch (error) {
      const fault = asFault(error)
      const isAbsent = IN_DOUBT.has(fault.kind) && (await isNotServed(scope, dependencies.transport, clock))
      if (signal.aborted) return 0
      if (!isAbsent) return recover(fault, progress)
      place.lose('absent')
      noteAbsence(scope, dependencies)
      return pace.afterAbsence()
    }
  }

  function recover(fault: ApiFault, progress: WatchProgress): number {
    metrics.ended(scope, fault.kind)
    sight.failed(fault)
    if (LIST_ANEW.has(fault.kind) || isDoubted(fault, progress, pace.faults())) place.lose(fault.kind)
    logger.warn('watch interrupted', { cluster: dependencies.store.cluster, ...scope, fault: fault.kind, message: fault.message })
    return hadWorked(fault, progress) ? pace.afterEnd() : pace.afterFault(fault.retryAfterMs)
  }

  while (!signal.aborted) await pause(clock, await step(), signal)
}

/** What a watch tells, but for how far it has got. */
function listenersOf(
  scope: WatchScope,
  { store, sight, metrics }: ReflectorDependencies,
  progress: WatchProgress,
): Omit<WatchListeners, 'onVersion'> {
  return {
    onEvent(type, object) {
      store.apply(type, object, scope.kind)
      metrics.event(scope)
    },
    onAlive: sight.alive,
    onAdmitted() {
      progress.admitted = true
      sight.admitted()
    },
  }
}

/** There is none of this kind, whatever was there before. */
function noteAbsence(scope: WatchScope, { store, sight, metrics, logger }: ReflectorDependencies): void {
  store.forget(scope.kind, scope.namespace)
  metrics.ended(scope, 'absent')
  if (!sight.isAbsent()) logger.info('the cluster serves no such kind', { cluster: store.cluster, ...scope })
  sight.absent()
}

/** A proxy that closes or resets what had worked is no reason to wait. */
function hadWorked(fault: ApiFault, progress: WatchProgress): boolean {
  return progress.admitted && (fault.kind === 'lost' || fault.kind === 'silent')
}

/**
 * An error within the stream may have taken events with it; before the stream, only one that stays (a resourceVersion from the future) is
 * ours.
 */
function isDoubted(fault: ApiFault, progress: WatchProgress, faults: number): boolean {
  return fault.kind === 'server' && (progress.admitted || faults === DOUBTED_AFTER)
}

/** Where in the server's history a watch stands. */
function createPlace() {
  let version: string | undefined
  let newest: string | undefined
  let staleLists = 0
  const reached = (resourceVersion: string): void => {
    version = resourceVersion
    if (newest === undefined || !isKnownOlder(resourceVersion, newest)) newest = resourceVersion
  }
  return {
    /** Where to watch from; undefined when only a list can tell. */
    version: () => version,
    newest: () => newest,
    staleLists: () => staleLists,
    reached,
    listed(resourceVersion: string) {
      staleLists = 0
      newest = undefined
      reached(resourceVersion)
    },
    lose(why: ApiFault['kind']) {
      version = undefined
      if (why === 'stale') staleLists += 1
    },
  }
}
