import { KedgeError } from '../../../domain/errors.ts'
import type { LedgerChain, LedgerHead } from '../../../ports/ledger.ts'
import type { Addition } from './batch.ts'
import { behind, createWriter, type WriterOptions } from './writer.ts'

/** Adds to the chain: everything that waits goes into one transaction. */
export interface Appender {
  /**
   * Resolves when it is durable.
   * @throws KedgeError E_LEDGER_WRITE, E_LEDGER_UNREACHABLE, E_LEDGER_FENCED, E_LEDGER_BEHIND: nothing of it was kept, unless it says
   * otherwise
   */
  append(addition: Omit<Addition, 'as'>): Promise<void>
  /** Reads what others have appended, between two groups. See {@link Writer} */
  catchUp(after?: LedgerHead): Promise<void>
  /** The newest record that was written, or read of others. */
  newest(): LedgerHead | undefined
  /** Why nothing is written for now, beside what a renewal says. See {@link Writer} */
  trouble(): string | undefined
  /** Not beside an append. @throws KedgeError E_LEDGER_*, see `LedgerStore.importChain` */
  importChain(chain: LedgerChain): Promise<void>
  /** Not beside an append. @throws KedgeError E_LEDGER_*, see `LedgerStore.forget` */
  forget(last: LedgerHead): Promise<void>
  /** Writes what is waiting and takes no more. */
  close(): Promise<void>
}

interface Job {
  addition: Addition
  /** How many records of others were known to whoever decided on it. */
  known: number
  resolve: () => void
  reject: (fault: unknown) => void
}

/** Reads, beside which nothing is written. */
type Look = () => Promise<void>

export function createAppender(options: Omit<WriterOptions, 'closing'>): Appender {
  const closing = new AbortController()
  /** Records of others that were handed on. */
  let known = 0
  const others: WriterOptions['others'] =
    options.others &&
    ((link) => {
      options.others?.(link)
      known += 1
    })
  const { write, ...writer } = createWriter({ ...options, others, closing: closing.signal })
  const waiting: Job[] = []
  const looks: Look[] = []
  let working: Promise<void> | undefined

  /** What was decided without the newest records of others is decided on anew, and what is led no more is not written. */
  function refuseOutdated(jobs: readonly Job[]): readonly Job[] {
    return jobs.filter((job) => {
      const isHeld = options.fence.holds(job.addition.as)
      if (!isHeld) job.reject(options.fence.fault() ?? options.fence.refused())
      else if (job.known !== known) job.reject(behind(options.name))
      return isHeld && job.known === known
    })
  }

  async function work(): Promise<void> {
    // Those of one turn of the event loop go together.
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length + looks.length > 0) {
      for (const look of looks.splice(0)) await look()
      const jobs = refuseOutdated(waiting.splice(0))
      if (jobs.length === 0) continue
      try {
        await write(jobs.map(({ addition }) => addition))
        for (const job of jobs) job.resolve()
      } catch (fault) {
        for (const job of jobs) job.reject(fault)
      }
    }
    working = undefined
  }

  return {
    ...writer,
    append(addition) {
      if (closing.signal.aborted) return Promise.reject(new KedgeError('E_LEDGER_WRITE', `ledger ${options.name} is closed`))
      return new Promise<void>((resolve, reject) => {
        const as = options.fence.row()
        waiting.push({ addition: { ...addition, as }, known, resolve, reject })
        working ??= work()
      })
    },
    catchUp(after) {
      return new Promise<void>((resolve, reject) => {
        looks.push(() => writer.catchUp(after).then(resolve, reject))
        working ??= work()
      })
    },
    async close() {
      closing.abort()
      await working
    },
  }
}
