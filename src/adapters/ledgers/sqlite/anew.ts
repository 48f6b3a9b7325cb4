import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { KedgeError } from '../../../domain/errors.ts'
import type { LedgerAnew } from '../../../ports/manifest.ts'
import { lockForWriting } from './database.ts'
import { realPath } from './files.ts'
import { hasLog } from './in-use.ts'
import { createSqliteLedger } from './sqlite-ledger.ts'
import { asideOf, isNothing, unfinishedAt } from './unfinished.ts'

export interface BeginAnew {
  path: string
  /** What the ledger is filled from: no file of its own. */
  source: string
  now: () => number
}

/**
 * Makes a ledger beside the one at `path`, which nobody else writes to until it is disposed of. A process that dies on the way leaves the
 * one that was there, or a place that no service takes for new.
 * @throws KedgeError E_LEDGER_LOCKED, E_LEDGER_OPEN; E_LEDGER_NOT_EMPTY where it would be filled from itself
 */
export function beginAnew({ path: named, source, now }: BeginAnew): LedgerAnew {
  const path = realPath(named)
  const made = unfinishedAt(path)
  if ([path, made].some((own) => isSameFile(source, own))) throw isItself(source)
  const lock = lockForWriting(path)
  remove(made)
  return {
    async holdsRecords() {
      if (isNothing(path)) return false
      await using ledger = createSqliteLedger({ path, clock: { now }, readOnly: true })
      return (await ledger.head()) !== undefined
    },
    open: async () => createSqliteLedger({ path: made, clock: { now } }),
    async takePlace() {
      if (hasLog(made)) throw new KedgeError('E_LEDGER_LOCKED', `${made} is in use by another process`)
      return replace(path, made, asideOf(path, now()))
    },
    async [Symbol.asyncDispose]() {
      remove(made)
      lock.close()
    },
  }
}

/** @returns where that is now what was there; undefined where nothing was */
function replace(path: string, made: string, aside: string): string | undefined {
  const wasNothing = isNothing(path)
  // The log first: SQLite would fold it into whatever has the name, while a file without its log is told as that.
  if (!wasNothing) for (const end of ['-wal', '-shm', '']) if (existsSync(path + end)) renameSync(path + end, aside + end)
  renameSync(made, path)
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
  return wasNothing ? undefined : aside
}

function remove(made: string): void {
  for (const end of ['', '-wal', '-shm', '.lock']) rmSync(made + end, { force: true })
}

function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((file) => statSync(file, { bigint: true, throwIfNoEntry: false }))
  return a !== undefined && a.dev === b?.dev && a.ino === b.ino
}

function isItself(source: string): KedgeError {
  const what = `${source} is the ledger that would be replaced, or what an earlier restore has left of one: rename it first`
  return new KedgeError('E_LEDGER_NOT_EMPTY', what)
}
