import type { DatabaseSync } from 'node:sqlite'
import { KedgeError } from '../../../domain/errors.ts'
import { isBusy, isFatal, writeFault } from './faults.ts'

/** Puts all work of one turn of the event loop into one transaction: one fsync for many callers. */
export interface GroupCommit {
  /**
   * Runs the work inside the next transaction; resolves when that is durable. @throws KedgeError E_LEDGER_WRITE,
   * E_LEDGER_BROKEN: nothing of it was kept
   */
  run<T>(work: () => T): Promise<T>
  /** Resolves with the fault after which nothing more is written. */
  lost: Promise<KedgeError>
  /** Takes no more: what was written would be nowhere. */
  end(fault: KedgeError): void
  /** Commits what is waiting and takes no more. */
  close(): void
}

interface Job {
  work: () => unknown
  resolve: (result: unknown) => void
  reject: (fault: unknown) => void
}

/** For how long a commit comes again, and how often, while somebody else holds the database. SQLite's own wait would stand in the loop. */
const PATIENCE_MS = 5_000
const AGAIN_MS = 50

export interface GroupCommitOptions {
  database: DatabaseSync
  /** For messages only. */
  path: string
  /** Says why what is committed now would be nowhere, see `watchFiles`. */
  isGone: () => KedgeError | undefined
  /** Folds the log into the file where it has grown; called at once, then after each commit. */
  fold: () => void
}

/** Folds what an earlier process has left in the log. @throws the fault of SQLite where that cannot be done */
export function createGroupCommit({ database, path, isGone, fold }: GroupCommitOptions): GroupCommit {
  let waiting: Job[] = []
  let closed: KedgeError | undefined
  let tries = 0
  fold()
  const lost = Promise.withResolvers<KedgeError>()

  function end(fault: KedgeError): void {
    closed ??= fault
    lost.resolve(fault)
  }

  function comeAgain(jobs: Job[]): void {
    tries += 1
    waiting = [...jobs, ...waiting]
    setTimeout(commit, AGAIN_MS)
  }

  function commit(): void {
    const jobs = waiting
    waiting = []
    if (jobs.length === 0) return
    try {
      const results = inTransaction(database, () => runAll(jobs))
      jobs.forEach((job, index) => job.resolve(results[index]))
      fold()
    } catch (fault) {
      if (isBusy(fault) && !closed && tries < PATIENCE_MS / AGAIN_MS) return comeAgain(jobs)
      const error = fault instanceof KedgeError ? fault : writeFault(path, fault)
      if (isFatal(fault) || error.code === 'E_LEDGER_LOST') end(error)
      for (const job of jobs) job.reject(error)
    }
    tries = 0
  }

  function runAll(jobs: readonly Job[]): unknown[] {
    const results = jobs.map((job) => job.work())
    const gone = isGone()
    if (gone) throw gone
    return results
  }

  return {
    run<T>(work: () => T): Promise<T> {
      if (closed) return Promise.reject(closed)
      return new Promise<T>((resolve, reject) => {
        if (waiting.length === 0) setImmediate(commit)
        waiting.push({ work, resolve: (result) => resolve(result as T), reject })
      })
    },
    lost: lost.promise,
    end,
    close() {
      closed ??= new KedgeError('E_LEDGER_WRITE', `ledger ${path} is closed`)
      commit()
    },
  }
}

function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (fault) {
    // SQLite has rolled back by itself after some faults (disk full among them); a second ROLLBACK would hide the
    // cause.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw fault
  }
}
