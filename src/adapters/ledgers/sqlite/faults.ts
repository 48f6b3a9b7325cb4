import { KedgeError } from '../../../domain/errors.ts'

// Primary result codes, https://www.sqlite.org/rescode.html. node:sqlite gives the extended code; its low byte is the
// primary one.
const BUSY = 5
const READONLY = 8
const IOERR = 10
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const NOTADB = 26

/** The primary SQLite result code of a fault; undefined for a fault of something else. */
function sqliteCode(fault: unknown): number | undefined {
  if (!(fault instanceof Error) || !('errcode' in fault) || typeof fault.errcode !== 'number') return undefined
  return fault.errcode & 0xff
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

/**
 * After a failed read or fsync the kernel may have dropped the pages, so that a later fsync would lie: the connection
 * is done for.
 */
export function isFatal(fault: unknown): boolean {
  const code = sqliteCode(fault)
  return code === IOERR || code === CORRUPT || code === NOTADB
}

const WHAT: Readonly<Record<number, string>> = {
  [BUSY]: 'another process keeps the database locked',
  [READONLY]: 'the file or its volume is read-only',
  [IOERR]: 'the disk reported an input/output error',
  [FULL]: 'the disk is full',
  [CANTOPEN]: 'a file beside it cannot be created',
}

/** A failed write as people are told it. Nothing of the transaction was kept. */
export function writeFault(path: string, fault: unknown): KedgeError {
  const code = sqliteCode(fault)
  if (code === CORRUPT || code === NOTADB) return brokenFault(path, fault)
  const what = (code === undefined ? undefined : WHAT[code]) ?? describe(fault)
  return new KedgeError('E_LEDGER_WRITE', `ledger ${path} cannot be written: ${what}`, {
    cause: fault,
    retryable: !isFatal(fault),
  })
}

/** A failed open as people are told it. */
export function openFault(path: string, fault: unknown): KedgeError {
  if (fault instanceof KedgeError) return fault
  const code = sqliteCode(fault)
  if (code === CORRUPT || code === NOTADB) return brokenFault(path, fault)
  return new KedgeError('E_LEDGER_OPEN', `ledger ${path} cannot be opened: ${describe(fault)}`, { cause: fault, retryable: code === BUSY })
}

function brokenFault(path: string, fault: unknown): KedgeError {
  return new KedgeError('E_LEDGER_BROKEN', `ledger ${path} is damaged: ${describe(fault)}`, { cause: fault })
}

function describe(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault)
}
