import type { AlertStanding } from '../../domain/alert/alert.ts'
import { KedgeError } from '../../domain/errors.ts'
import { rolloutKey } from '../../domain/rollout/key.ts'
import type { RolloutRef } from '../../domain/rollout/snapshots.ts'
import { isSameJson } from '../../domain/same-json.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Logger } from '../../ports/log.ts'
import { createAsk, standingAfter, type AskOptions, type Told } from './ask-alerts.ts'

/** How often is asked while something bakes: a webhook may be lost, and the end of an alert may not be sent at all. */
const POLL_MS = 30_000
/** Hints may come by the thousand: between two questions lies this, and several times what the last one took. */
const GAP_MS = 250
const GAP_TIMES = 5

const NOT_ASKED: AlertStanding = { askedAt: undefined, fault: undefined, alerts: [] }

/** What is known of the alerts about Rollouts that were promoted not long ago, and of no others: nobody is asked while there are none. */
export interface AlertView extends Disposable {
  /** The alerts of this Rollout are wanted until then, epoch ms; undefined: no more. */
  watch(key: string, until: number | undefined): void
  of(ref: RolloutRef): AlertStanding
  /** Somebody says that an alert has come or gone: it is asked as soon as may be. */
  hint(): void
  /** Asks now, and resolves when the answer is there. Never throws. */
  refresh(): Promise<void>
  /** Told the keys of Rollouts whose alerts are others than before. */
  subscribe(listener: (key: string) => void): Disposable
  /** Resolves when no question is under way. */
  idle(): Promise<void>
}

/** See {@link AlertView}. */
export function createAlertView({ logger, ...options }: AskOptions & { logger: Logger }): AlertView {
  const { clock } = options
  const watched = new Map<string, number>()
  const standings = new Map<string, AlertStanding>()
  const listeners = new Set<(key: string) => void>()
  const ask = createAsk(options)
  const tellTroubles = createTroubles(logger)
  const pace = createPace(clock, () => watched.size > 0, safely)

  async function safely(): Promise<void> {
    try {
      await look()
    } catch (error) {
      logger.error('what fires could not be asked', { error: String(error) })
    }
  }

  async function look(): Promise<void> {
    for (const [key, until] of watched) if (until < clock.now()) forget(key)
    if (watched.size === 0) return
    const keys = new Set(watched.keys())
    const told = await ask(keys)
    tellTroubles(told.faults)
    for (const key of keys) take(key, standings.get(key) ?? NOT_ASKED, told)
  }

  function take(key: string, before: AlertStanding, told: Told): void {
    const after = standingAfter(key, before, told)
    standings.set(key, after)
    const isFirst = before.askedAt === undefined && after.askedAt !== undefined
    if (!isFirst && before.fault === after.fault && isSameJson(before.alerts, after.alerts)) return
    for (const listener of listeners) tell(listener, key)
  }

  /** What one of them throws is nothing to the others, nor to what is asked next. */
  function tell(listener: (key: string) => void, key: string): void {
    try {
      listener(key)
    } catch (error) {
      logger.error('who is told of alerts has failed', { key, error: String(error) })
    }
  }

  function forget(key: string): void {
    watched.delete(key)
    standings.delete(key)
  }

  return {
    watch(key, until) {
      if (until === undefined || until < clock.now()) return forget(key)
      const isNew = !watched.has(key)
      watched.set(key, until)
      if (isNew) pace.hint()
    },
    of: (ref) => standings.get(rolloutKey(ref)) ?? NOT_ASKED,
    subscribe(listener) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
    ...pace,
  }
}

/**
 * One question at a time, at the pace that is allowed; who asks while one is under way gets the answer to one that begins after it, and
 * shares it with all who ask until then. `look` must not throw.
 */
function createPace(
  clock: Clock,
  isWanted: () => boolean,
  look: () => Promise<void>,
): Pick<AlertView, 'hint' | 'refresh' | 'idle' | typeof Symbol.dispose> {
  let asking: Promise<void> | undefined
  let queued: Promise<void> | undefined
  let timer: Disposable | undefined
  let dueAt = Infinity
  let earliestAt = 0
  let isHinted = false
  let isDisposed = false

  function plan(at: number): void {
    if (isDisposed || !isWanted() || at >= dueAt) return
    timer?.[Symbol.dispose]()
    dueAt = at
    timer = clock.after(Math.max(0, at - clock.elapsed()), () => {
      dueAt = Infinity
      void ask()
    })
  }

  function ask(): Promise<void> {
    if (!asking) return (asking = begin())
    return (queued ??= asking.then(() => {
      queued = undefined
      return (asking = begin())
    }))
  }

  async function begin(): Promise<void> {
    isHinted = false
    const began = clock.elapsed()
    await look()
    earliestAt = clock.elapsed() + Math.max(GAP_MS, GAP_TIMES * (clock.elapsed() - began))
    // The next one takes its place at once.
    if (!queued) asking = undefined
    plan(isHinted ? earliestAt : clock.elapsed() + POLL_MS)
  }

  return {
    hint() {
      // However many come meanwhile, one question follows.
      if (asking) isHinted = true
      else plan(Math.max(clock.elapsed(), earliestAt))
    },
    refresh: ask,
    async idle() {
      while (asking) await asking
    },
    [Symbol.dispose]() {
      isDisposed = true
      timer?.[Symbol.dispose]()
    },
  }
}

/** Each trouble is logged once, until it is over. */
function createTroubles(logger: Logger): (faults: Told['faults']) => void {
  let known: ReadonlySet<string> = new Set()
  return (faults) => {
    for (const { cluster, detail } of faults) {
      if (known.has(cluster ?? '')) continue
      const { code, what } = new KedgeError('E_ALERTS_UNREACHABLE', `what fires is not known: ${detail}`)
      logger.warn(what, { code, cluster })
    }
    known = new Set(faults.map(({ cluster }) => cluster ?? ''))
  }
}
