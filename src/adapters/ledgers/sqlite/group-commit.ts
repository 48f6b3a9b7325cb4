import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { KedgeError } from '../../../domain/errors.ts'
import { fatalFault, isBusy, writeFault } from './faults.ts'

/** Puts all work of one turn of the event loop into one transaction: one fsync for many callers. */
export interface GroupCommit {
  /**
   * Runs the work inside the next transaction; resolves when that is durable. @throws KedgeError E_LEDGER_WRITE: nothing
   * of it was kept; E_LEDGER_DISK, E_LEDGER_BROKEN: all of it may be there once the ledger is opened again, or nothing
   */
  run<T>(work: () => T): Promise<T>
  /** Resolves with the fault after which nothing more is written. */
  lost: Promise<KedgeError>
  /** Takes no more: what was written would be nowhere. */
  end(fault: KedgeError): void
  /** Commits what is waiting, takes no more, and waits for a fold that somebody else keeps from ending. */
  close(): Promise<void>
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
  /** Folds the log into the file where it has grown; called after each commit. Says whether it has to come again. */
  fold: () => boolean
}

export function createGroupCommit({ database, path, isGone, fold }: GroupCommitOptions): GroupCommit {
  let waiting: Job[] = []
  let closed: KedgeError | undefined
  let tries = 0
  const lost = Promise.withResolvers<KedgeError>()
  let isLost = false
  // After a fault of the disk a later fsync may lie.
  const folding = createFolding(
    () => !isLost && fold(),
    (fault) => {
      const fatal = fatalFault(path, fault)
      if (fatal) end(fatal)
    },
  )

  function end(fault: KedgeError): void {
    closed ??= fault
    isLost = true
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
    if (isLost) return jobs.forEach((job) => job.reject(closed))
    try {
      const results = inTransaction(database, () => runAll(jobs, isGone))
      jobs.forEach((job, index) => job.resolve(results[index]))
      folding.fold()
    } catch (fault) {
      if (isBusy(fault) && !closed && tries < PATIENCE_MS / AGAIN_MS) return comeAgain(jobs)
      const error = fault instanceof KedgeError ? fault : writeFault(path, fault)
      if (fatalFault(path, fault) || error.code === 'E_LEDGER_LOST') end(error)
      for (const job of jobs) job.reject(error)
    }
    tries = 0
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
    async close() {
      closed ??= new KedgeError('E_LEDGER_WRITE', `ledger ${path} is closed`)
      commit()
      await folding.end()
    },
  }
}

function runAll(jobs: readonly Job[], isGone: GroupCommitOptions['isGone']): unknown[] {
  const results = jobs.map((job) => job.work())
  const gone = isGone()
  if (gone) throw gone
  return results
}

/**
 * Folds apart from the commits: what was committed is told as that, whatever becomes of it.
 * @param failed is told of a fault. The log goes on growing then, and the next commit says what is wrong
 */
function createFolding(fold: () => boolean, failed: (fault: unknown) => void): { fold(): boolean; end(): Promise<void> } {
  let again: NodeJS.Timeout | undefined
  function foldOnce(): boolean {
    clearTimeout(again)
    try {
      if (!fold()) return false
      again = setTimeout(foldOnce, AGAIN_MS).unref()
      return true
    } catch (fault) {
      failed(fault)
      return false
    }
  }
  return {
    fold: foldOnce,
    async end() {
      for (let left = PATIENCE_MS / AGAIN_MS; left > 0 && foldOnce(); left -= 1) await delay(AGAIN_MS)
      clearTimeout(again)
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
