import { KedgeError } from '../../../domain/errors.ts'
import type { LedgerChain, LedgerHead } from '../../../ports/ledger.ts'
import type { Addition } from './batch.ts'
import { createWriter, type WriterOptions } from './writer.ts'

/** Adds to the chain: everything that waits goes into one transaction. */
export interface Appender {
  /**
   * Resolves when it is durable.
   * @throws KedgeError E_LEDGER_WRITE, E_LEDGER_UNREACHABLE, E_LEDGER_FENCED: nothing of it was kept, unless it says otherwise
   */
  append(addition: Addition): Promise<void>
  /** Not beside an append. @throws KedgeError E_LEDGER_*, see `LedgerStore.importChain` */
  importChain(chain: LedgerChain): Promise<void>
  /** Not beside an append. @throws KedgeError E_LEDGER_*, see `LedgerStore.forget` */
  forget(last: LedgerHead): Promise<void>
  /** Writes what is waiting and takes no more. */
  close(): Promise<void>
}

interface Job {
  addition: Addition
  resolve: () => void
  reject: (fault: unknown) => void
}

export function createAppender(options: Omit<WriterOptions, 'closing'>): Appender {
  const closing = new AbortController()
  const writer = createWriter({ ...options, closing: closing.signal })
  let waiting: Job[] = []
  let working: Promise<void> | undefined

  async function work(): Promise<void> {
    // Those of one turn of the event loop go together.
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length > 0) {
      const jobs = waiting
      waiting = []
      try {
        await writer.write(jobs.map(({ addition }) => addition))
        for (const job of jobs) job.resolve()
      } catch (fault) {
        for (const job of jobs) job.reject(fault)
      }
    }
    working = undefined
  }

  return {
    append(addition) {
      if (closing.signal.aborted) return Promise.reject(new KedgeError('E_LEDGER_WRITE', `ledger ${options.name} is closed`))
      return new Promise<void>((resolve, reject) => {
        waiting.push({ addition, resolve, reject })
        working ??= work()
      })
    },
    importChain: (chain) => writer.importChain(chain),
    forget: (last) => writer.forget(last),
    async close() {
      closing.abort()
      await working
    },
  }
}
