import { KedgeError } from '../../../domain/errors.ts'

// Primary result codes, https://www.sqlite.org/rescode.html. node:sqlite gives the extended code; its low byte is the
// primary one.
const PERM = 3
const BUSY = 5
const LOCKED = 6
const NOMEM = 7
const READONLY = 8
const IOERR = 10
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const PROTOCOL = 15
const NOTADB = 26
// Extended codes that are called input/output errors, and say nothing of the disk.
const NOT_OF_THE_DISK: Readonly<Record<number, number>> = {
  // No room is left for the index of the log that connections share (SQLITE_IOERR_SHMSIZE).
  4_874: FULL,
  // No memory, for itself or to map that index into (SQLITE_IOERR_NOMEM, SQLITE_IOERR_SHMMAP).
  3_082: NOMEM,
  5_386: NOMEM,
  // There is no folder for temporary files (SQLITE_IOERR_GETTEMPPATH).
  6_410: CANTOPEN,
}

/** The primary SQLite result code of a fault, or what it comes to; undefined for a fault of something else. */
function sqliteCode(fault: unknown): number | undefined {
  if (!(fault instanceof Error) || !('errcode' in fault) || typeof fault.errcode !== 'number') return undefined
  return NOT_OF_THE_DISK[fault.errcode] ?? fault.errcode & 0xff
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

/** What no statement of ours is to blame for, and what it reads is not, either: somebody is in the way, or something has run out. */
const PASSING: ReadonlySet<number> = new Set([PERM, BUSY, LOCKED, NOMEM, READONLY, FULL, CANTOPEN, PROTOCOL])

/** A failed walk as people are told it; what is neither fatal nor passing is handed on as it is. */
export function walkFault(path: string, fault: unknown): unknown {
  const code = sqliteCode(fault)
  if (code === undefined || !PASSING.has(code)) return fault
  const why = code === CANTOPEN ? 'a file of it cannot be opened' : WHAT[code]
  const what = `ledger ${path} cannot be read for now: ${why === undefined ? '' : `${why}: `}${describe(fault)}`
  return new KedgeError('E_LEDGER_OPEN', what, { cause: fault, retryable: true })
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
