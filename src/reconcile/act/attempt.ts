import { backOff } from '../../domain/back-off.ts'
import type { Effect } from '../../domain/effect.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Logger } from '../../ports/log.ts'
import type { Journal } from '../environment.ts'
import type { Delivered } from './delivered.ts'

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 5 * 60_000
/** Faults that only a person can mend are tried again at this pace: the intent is never lost. */
const HOPELESS_RETRY_MS = 10 * 60_000

export interface AttemptOptions {
  clock: Clock
  journal: Journal
  logger: Logger
  random: () => number
  /** Does it, or finds that it is done already. @throws KedgeError to be tried again */
  perform: (effect: Effect) => Promise<Delivered>
}

/**
 * Tries one effect once. That it begins is written down before, so that after a crash the next try looks before it acts; how it came out is
 * written down with all that follows from it.
 * @returns whether it is over
 * @throws KedgeError E_LEDGER_* where nothing can be written down: then it may have happened all the same
 */
export async function attempt(options: AttemptOptions, effect: Effect): Promise<boolean> {
  const { clock, journal, logger } = options
  const record = (document: Effect, event: string): Promise<void> =>
    journal.commit(() => [{ kind: 'effect', key: document.key, event, document }])
  const started: Effect = { ...effect, attempts: effect.attempts + 1 }
  await record(started, 'effect-started')
  try {
    const { state, event, receipt, entries } = await options.perform(effect)
    const document: Effect = { ...started, state, receipt, lastError: undefined }
    await journal.commit(() => [...(entries?.() ?? []), { kind: 'effect', key: started.key, event, document }])
    return true
  } catch (error) {
    const lastError = describe(error)
    const retryInMs = retryAfter(error, started.attempts, options.random())
    const { key, attempts } = started
    logger.warn('an effect failed and will be tried again', { effect: key, attempt: attempts, retryInMs, error: lastError })
    await record({ ...started, notBefore: clock.now() + retryInMs, lastError }, 'effect-failed')
    return false
  }
}

/** How long until an effect is tried again, milliseconds: as long as the other side asks, else longer each time. */
function retryAfter(error: unknown, attempts: number, random: number): number {
  if (error instanceof KedgeError && error.retryAfterSeconds !== undefined) return Math.ceil(error.retryAfterSeconds * 1_000)
  if (error instanceof KedgeError && !error.retryable) return HOPELESS_RETRY_MS
  return backOff(attempts, { firstMs: FIRST_RETRY_MS, longestMs: LONGEST_RETRY_MS }, random)
}

function describe(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500)
}
