import { KedgeError } from '../../../domain/errors.ts'

// Primary result codes, https://www.sqlite.org/rescode.html. node:sqlite gives the extended code; its low byte is the
// primary one.
const BUSY = 5
const NOMEM = 7
const READONLY = 8
const IOERR = 10
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const NOTADB = 26
// Extended codes that are called input/output errors, and say nothing of the disk: no room is left for the index of the log that
// connections share (SQLITE_IOERR_SHMSIZE), and no memory (SQLITE_IOERR_NOMEM).
const NO_ROOM = 4_874
const NO_MEMORY = 3_082

/** The primary SQLite result code of a fault, or what it comes to; undefined for a fault of something else. */
function sqliteCode(fault: unknown): number | undefined {
  if (!(fault instanceof Error) || !('errcode' in fault) || typeof fault.errcode !== 'number') return undefined
  if (fault.errcode === NO_ROOM) return FULL
  return fault.errcode === NO_MEMORY ? NOMEM : fault.errcode & 0xff
}

/** Another connection holds the lock. */
export function isBusy(fault: unknown): boolean {
  return sqliteCode(fault) === BUSY
}

/** A file, or one beside it, cannot be written. */
export function isUnwritable(fault: unknown): boolean {
  const code = sqliteCode(fault)
  return code === READONLY || code === CANTOPEN
}

/** What the file says is not what was written to it; a number that JavaScript has none for was not, either. */
export function isDamage(fault: unknown): boolean {
  if (fault instanceof RangeError && 'code' in fault && fault.code === 'ERR_OUT_OF_RANGE') return true
  const code = sqliteCode(fault)
  return code === CORRUPT || code === NOTADB
}

/**
 * A fault of the disk or of what is on it, at a read or a write, as people are told it; undefined for any other. After a failed read or
 * fsync the kernel may have dropped the pages, so that a later fsync would lie: the connection is done for.
 */
export function fatalFault(path: string, fault: unknown): KedgeError | undefined {
  if (isDamage(fault)) return new KedgeError('E_LEDGER_BROKEN', `ledger ${path} is damaged: ${describe(fault)}`, { cause: fault })
  if (sqliteCode(fault) !== IOERR) return undefined
  const what = `ledger ${path}: the disk reported an input/output error (${describe(fault)})`
  return new KedgeError('E_LEDGER_DISK', what, { cause: fault })
}

const WHAT: Readonly<Record<number, string>> = {
  [BUSY]: 'another process keeps the database locked',
  [READONLY]: 'the file or its volume is read-only',
  [NOMEM]: 'there is no memory for it',
  [FULL]: 'the disk is full',
  [CANTOPEN]: 'a file beside it cannot be created',
}

/** A failed write as people are told it. After a fatal one the transaction may be there once the ledger is opened again, as a whole. */
export function writeFault(path: string, fault: unknown): KedgeError {
  const fatal = fatalFault(path, fault)
  if (fatal) return fatal
  const code = sqliteCode(fault)
  const what = (code === undefined ? undefined : WHAT[code]) ?? describe(fault)
  return new KedgeError('E_LEDGER_WRITE', `ledger ${path} cannot be written: ${what}`, { cause: fault })
}

/** A failed open as people are told it. */
export function openFault(path: string, fault: unknown): KedgeError {
  if (fault instanceof KedgeError) return fault
  const what = `ledger ${path} cannot be opened: ${describe(fault)}`
  return fatalFault(path, fault) ?? new KedgeError('E_LEDGER_OPEN', what, { cause: fault, retryable: isBusy(fault) })
}

function describe(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault)
}
