import { KedgeError } from '../../../domain/errors.ts'
import type { Clock } from '../../../ports/clock.ts'
import { pause } from './pause.ts'

interface ReadingOptions {
  clock: Clock
  leaseMs: number
  /** Of the ledger, for messages. */
  name: string
}

/**
 * Reads what others have appended, and no longer than a renewal may wait: one connection on which nobody answers must not cost all that is
 * held. The one that is late goes on, and is waited for by the next call.
 * @throws KedgeError E_LEDGER_UNREACHABLE, E_LEDGER_LOST, E_LEDGER_NEWER, E_LEDGER_DOCUMENT
 */
export function createReading({ clock, leaseMs, name }: ReadingOptions): (catchUp: () => Promise<void>) => Promise<void> {
  let reading: Promise<void> | undefined
  return async (catchUp) => {
    reading ??= catchUp().finally(() => (reading = undefined))
    const isOver = new AbortController()
    const isLate = pause(clock, leaseMs / 3, isOver.signal).then(() => {
      if (!isOver.signal.aborted) throw new KedgeError('E_LEDGER_UNREACHABLE', `ledger ${name}: what others have appended is not read yet`)
    })
    try {
      await Promise.race([reading, isLate])
    } finally {
      isOver.abort()
    }
  }
}
