import type { DatabaseSync } from 'node:sqlite'
import { KedgeError } from '../../../domain/errors.ts'
import { isFatal, writeFault } from './faults.ts'

/** Puts all work of one turn of the event loop into one transaction: one fsync for many callers. */
export interface GroupCommit {
  /**
   * Runs the work inside the next transaction; resolves when that is durable. @throws KedgeError E_LEDGER_WRITE,
   * E_LEDGER_BROKEN: nothing of it was kept
   */
  run<T>(work: () => T): Promise<T>
  /** Resolves with the fault after which nothing more is written. */
  lost: Promise<KedgeError>
  /** Commits what is waiting and takes no more. */
  close(): void
}

interface Job {
  work: () => unknown
  resolve: (result: unknown) => void
  reject: (fault: unknown) => void
}

/** @param path for messages only */
export function createGroupCommit(database: DatabaseSync, path: string): GroupCommit {
  let waiting: Job[] = []
  let closed: KedgeError | undefined
  const lost = Promise.withResolvers<KedgeError>()

  function commit(): void {
    const jobs = waiting
    waiting = []
    if (jobs.length === 0) return
    try {
      const results = inTransaction(database, () => jobs.map((job) => job.work()))
      jobs.forEach((job, index) => job.resolve(results[index]))
    } catch (fault) {
      const error = fault instanceof KedgeError ? fault : writeFault(path, fault)
      if (isFatal(fault)) {
        closed = error
        lost.resolve(error)
      }
      for (const job of jobs) job.reject(error)
    }
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
    close() {
      commit()
      closed ??= new KedgeError('E_LEDGER_WRITE', `ledger ${path} is closed`)
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
