import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { KedgeError } from '../../../domain/errors.ts'
import { isBusy } from './faults.ts'

// While a ledger is written to, what is newest stands in its log (`-wal`) alone, and a copy of the file without it would pass for whole. So
// the file says that it needs its log, and the log that nothing is needed any more: whoever folds the log in, be it SQLite itself when a
// process ends, makes the file whole and lets it say so.

/** Whether there is a log beside the file. To be asked before the file is opened, which makes one. */
export function hasLog(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
}

/** @throws KedgeError E_LEDGER_NO_LOG where records stand in a log that is not here */
export function checkLog(database: DatabaseSync, path: string, hadLog: boolean): void {
  if (!hadLog && needsLog(database)) throw withoutLog(path)
}

/** Closes the file; its log stays beside it where a fold did not end: SQLite would fold in a mark that asks for it, and then remove it. */
export function closeWhole(database: DatabaseSync, path: string): void {
  const keeper = keepLog(database, path)
  database.close()
  keeper?.close()
}

function needsLog(database: DatabaseSync): boolean {
  return database.prepare(`SELECT 1 FROM meta WHERE name = 'needs_log' AND value = 1`).get() !== undefined
}

/** Whoever only reads folds nothing in, and keeps others from it while it is there. */
function keepLog(database: DatabaseSync, path: string): DatabaseSync | undefined {
  try {
    if (!needsLog(database)) return undefined
    const reader = new DatabaseSync(path, { readOnly: true })
    reader.prepare('SELECT 1 FROM meta').get()
    return reader
  } catch {
    // A disk that cannot be read any more keeps nothing from being closed.
    return undefined
  }
}

/** A file that came without its log; or whose log a restore renamed, and then did not end. */
export function withoutLog(path: string): KedgeError {
  const aside = readdirSync(dirname(path)).find((name) => name.startsWith(`${basename(path)}.`) && name.endsWith('Z-wal'))
  const what = `ledger ${path} was written to when it was copied, and its log ${path}-wal is not here`
  const where = aside ? `. A restore that did not end has left ${join(dirname(path), aside)}: that may be it` : ''
  return new KedgeError('E_LEDGER_NO_LOG', what + where)
}

/** Changes of rows after which the log is folded in: it has some megabytes then, as with SQLite's own measure. */
const CHANGES_A_FOLD = 1_000

/**
 * Folds the log into the file where it has grown, as far as no reader is in the way; the first time in any case. What it returns says
 * whether it has to come again because somebody else holds the database, and throws any other fault of SQLite.
 */
export function createFold(database: DatabaseSync): () => boolean {
  const changes = database.prepare('SELECT total_changes() AS count')
  let next = -Infinity
  const mark = database.prepare(`INSERT OR REPLACE INTO meta (name, value) VALUES ('needs_log', ?)`)
  let isMarked = false
  const foldIfGrown = (): void => {
    const count = Number(changes.get()?.['count'])
    if (count < next) return
    mark.run(1)
    isMarked = true
    next = count + CHANGES_A_FOLD
    database.exec('PRAGMA wal_checkpoint(PASSIVE)')
  }
  return () => {
    try {
      foldIfGrown()
      // The mark of a fold that did not end, too: whoever folds it in would leave a whole file that asks for its log.
      if (isMarked) mark.run(0)
      isMarked = false
      return false
    } catch (fault) {
      if (isBusy(fault)) return true
      throw fault
    }
  }
}
