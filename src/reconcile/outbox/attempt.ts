import { backOff, type BackOff } from '../../domain/back-off.ts'
import type { Effect } from '../../domain/effect.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Ledger } from '../../ports/ledger.ts'
import type { Logger } from '../../ports/log.ts'
import type { Journal } from '../environment.ts'
import type { Delivered } from './delivered.ts'

/** How soon it is asked again whether one is ready. */
const NOT_READY_MS = 1_000
/** Nothing tells when somebody has repaired what stood in the way, so the next try is never far. */
export const CARD_RETRY: BackOff = { firstMs: 1_000, longestMs: 20_000 }
const RETRY: BackOff = { firstMs: 1_000, longestMs: 50_000 }
/** Whatever another side asks for: one whose clock is behind may name a time that is over here. */
const SHORTEST_ASKED_MS = 1_000
/** Whatever another side asks for: what was limited for long may be free long before. */
const LONGEST_ASKED_MS = 5 * 60_000

export interface AttemptOptions {
  clock: Clock
  ledger: Pick<Ledger, 'read'>
  journal: Journal
  logger: Logger
  random: () => number
  /** Whether enough is known to try it; until then it waits, and no try is counted. */
  isReady: (effect: Effect) => boolean
  /** Told of each time that it was not. */
  onWaits?: (effect: Effect) => Promise<void>
  /** Does it, or finds that it is done already. @throws KedgeError to be tried again */
  perform: (effect: Effect) => Promise<Delivered>
}

/** A refusal holds the lines of the rule that it is for. */
const MOST_WORDS = 1_200

interface Retry {
  retryInMs: number
  /** The other side has asked for it: no sooner. */
  isAsked: boolean
  /** The channel has not answered; undefined where it was not asked. */
  isAway: boolean | undefined
}

/** How one try has ended: it is over, or what comes next in its lane is to be tried after a while. */
export type Attempted = { isOver: true } | ({ isOver: false } & Retry)

const OVER: Attempted = { isOver: true }

/**
 * Tries one effect once. That it begins is written down before, so that after a crash the next try looks before it acts; how it came out is
 * written down with all that follows from it. One that was overtaken is not tried again,
 * but what the other side has asked for holds for its successor.
 * @throws KedgeError E_LEDGER_* where nothing can be written down: then it may have happened all the same
 */
export async function attempt(options: AttemptOptions, effect: Effect): Promise<Attempted> {
  const { clock, journal, ledger, logger } = options
  if (!options.isReady(effect)) {
    await options.onWaits?.(effect)
    return { isOver: false, retryInMs: NOT_READY_MS, isAsked: false, isAway: undefined }
  }
  /** Whether it was still pending. */
  const record = async (document: Effect, event: string): Promise<boolean> => {
    let isPending = false
    await journal.commit(() => {
      isPending = ledger.read('effect', document.key)?.state === 'pending'
      return isPending ? [{ kind: 'effect', key: document.key, event, document }] : []
    })
    return isPending
  }
  const started: Effect = { ...effect, attempts: effect.attempts + 1 }
  if (!(await record(started, 'effect-started'))) return OVER
  try {
    const { state, event, receipt, entries } = await options.perform(effect)
    const document: Effect = { ...started, state, receipt, lastError: undefined }
    await journal.commit(() => [...(entries?.() ?? []), { kind: 'effect', key: started.key, event, document }])
    return OVER
  } catch (error) {
    const lastError = describe(error)
    const retry = retryAfter(error, started, options.random())
    const { key, attempts } = started
    logger.warn('an effect failed and will be tried again', {
      effect: key,
      attempt: attempts,
      retryInMs: retry.retryInMs,
      error: lastError,
    })
    await record({ ...started, notBefore: clock.now() + retry.retryInMs, lastError }, 'effect-failed')
    return { isOver: false, ...retry }
  }
}

/** How long until an effect is tried again: as long as the other side asks, else longer each time. */
function retryAfter(error: unknown, { action, attempts }: Effect, random: number): Retry {
  const within = action.type === 'publish-card' ? CARD_RETRY : RETRY
  const isAway = error instanceof KedgeError && error.code === 'E_NOTIFIER_UNREACHABLE'
  const asked = error instanceof KedgeError ? error.retryAfterSeconds : undefined
  if (asked !== undefined) {
    return { retryInMs: Math.min(Math.max(SHORTEST_ASKED_MS, Math.ceil(asked * 1_000)), LONGEST_ASKED_MS), isAsked: true, isAway }
  }
  // Only a person can mend it, and nobody knows when.
  if (error instanceof KedgeError && !error.retryable) return { retryInMs: within.longestMs, isAsked: false, isAway }
  return { retryInMs: backOff(attempts, within, random), isAsked: false, isAway }
}

function describe(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, MOST_WORDS)
}
