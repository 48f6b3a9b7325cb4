import { existsSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { KedgeError } from '../../../domain/errors.ts'
import { GENESIS, hashLink } from '../chain/chain.ts'
import type { StoredLink } from '../chain/row.ts'
import { isBusy, isUnwritable, openFault } from './faults.ts'
import { makePrivate } from './files.ts'
import { checkLog, hasLog, withoutLog } from './in-use.ts'
import { readAnchor } from './links.ts'
import { MIGRATIONS } from './migrations/index.ts'

/** For whoever only reads: a command has the time. Whoever writes must not stand still in SQLite, and comes again by itself. */
const BUSY_TIMEOUT_MS = 5_000

export interface OpenDatabase {
  path: string
  readOnly: boolean
  /** They have been checked already. */
  arePagesSound: boolean
  /** Takes a file as it is whose log is not here. */
  withoutLog: boolean
}

/**
 * Opens the file, brings its schema up to date (unless read-only) and checks that it is sound: its log, pages, schema version,
 * last link. Waits for no lock where it is to be written to.
 * @throws KedgeError E_LEDGER_OPEN, E_LEDGER_NEWER, E_LEDGER_BROKEN, E_LEDGER_NO_LOG
 */
export function openDatabase({ path, readOnly, arePagesSound, withoutLog: logIsLost }: OpenDatabase): DatabaseSync {
  if (readOnly && !existsSync(path)) throw new KedgeError('E_LEDGER_OPEN', `ledger ${path} does not exist`)
  const hadLog = hasLog(path) || logIsLost
  let database: DatabaseSync | undefined
  try {
    database = readOnly ? openForReading(path) : new DatabaseSync(path, { timeout: 0 })
    if (!arePagesSound) checkPages(database, path)
    // Before there is a log: a file without a table is a new one, or one whose log is missing.
    checkVersion(database, path, { readOnly, hadLog })
    // The log is folded in by whoever commits, see `createFold`.
    if (!readOnly) database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0')
    checkLog(database, path, hadLog)
    checkHeadInSnapshot(database, path)
    return database
  } catch (fault) {
    database?.close()
    throw openFault(path, fault)
  }
}

/**
 * Even a reader of a WAL file writes beside it (the shared index), which a read-only volume refuses. Without a log
 * there is no writer and nothing in it to miss, so the file can be read as it is:
 * https://www.sqlite.org/wal.html#readonly.
 */
export function openForReading(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
  try {
    database.prepare('SELECT 1 FROM sqlite_schema').get()
    return database
  } catch (fault) {
    database.close()
    if (!isUnwritable(fault) || existsSync(`${path}-wal`)) throw fault
    const immutable = pathToFileURL(path)
    immutable.search = '?immutable=1'
    return new DatabaseSync(immutable, { readOnly: true })
  }
}

/**
 * Takes the right to write, for as long as this process lives or until the database it returns is closed. The lock is
 * SQLite's own on a file beside the ledger, so the kernel frees it when the process dies, and readers of the ledger are
 * not in its way.
 * @throws KedgeError E_LEDGER_LOCKED, E_LEDGER_OPEN
 */
export function lockForWriting(path: string): DatabaseSync {
  let lock: DatabaseSync | undefined
  try {
    makePrivate(path)
    lock = new DatabaseSync(`${path}.lock`, { timeout: 0 })
    lock.exec('BEGIN IMMEDIATE')
    return lock
  } catch (fault) {
    lock?.close()
    if (isBusy(fault)) throw new KedgeError('E_LEDGER_LOCKED', `ledger ${path} is in use by another process`, { cause: fault })
    throw openFault(path, fault)
  }
}

function checkPages(database: DatabaseSync, path: string): void {
  const verdict = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check']
  if (verdict !== 'ok') throw new KedgeError('E_LEDGER_BROKEN', `ledger ${path} is damaged: ${String(verdict)}`)
}

/** The first schema in which documents are named. Those of before are named once the ledger is open, see `nameOlder`. */
const WITH_NAMES = 4

function checkVersion(database: DatabaseSync, path: string, { readOnly, hadLog }: { readOnly: boolean; hadLog: boolean }): void {
  const version = schemaVersion(database, path)
  if (version === 0 && !hadLog && path !== ':memory:' && statSync(path).size > 0) throw withoutLog(path)
  if (version > MIGRATIONS.length) {
    const what = `ledger ${path} has schema ${version}, this program knows schemas up to ${MIGRATIONS.length}`
    throw new KedgeError('E_LEDGER_NEWER', what)
  }
  if (version === MIGRATIONS.length) return
  // A backup of an older version has to be readable: its schema had all that is asked for but the anchor.
  if (readOnly && version > 0) return
  if (readOnly) {
    const what = `ledger ${path} has schema ${version}, brought up to ${MIGRATIONS.length} when the service starts`
    throw new KedgeError('E_LEDGER_OPEN', what)
  }
  // Before anything is written: what a refused start leaves in a log would be taken for the log of the records.
  if (version > 0) checkLog(database, path, hadLog)
  database.exec('BEGIN IMMEDIATE')
  for (const migration of MIGRATIONS.slice(version)) database.exec(migration)
  database.exec('CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT')
  database.prepare(`INSERT OR REPLACE INTO meta (name, value) VALUES ('schema', ?)`).run(MIGRATIONS.length)
  if (version > 0 && version < WITH_NAMES) database.exec(`INSERT INTO meta (name, value) VALUES ('named_until', 0)`)
  database.exec('COMMIT')
}

/** 0 for a new file. A database of something else must not be filled with our tables. */
function schemaVersion(database: DatabaseSync, path: string): number {
  const tables = database.prepare(`SELECT count(*) AS count, total(name = 'meta') AS meta FROM sqlite_schema WHERE type = 'table'`).get()
  if (tables?.['count'] === 0) return 0
  const version = tables?.['meta'] === 1 ? database.prepare(`SELECT value FROM meta WHERE name = 'schema'`).get()?.['value'] : undefined
  if (typeof version === 'number') return version
  throw new KedgeError('E_LEDGER_BROKEN', `${path} is a database, but not a Kedge ledger`)
}

/** A writer may append between one statement and the next; a reader must not take that for damage. */
function checkHeadInSnapshot(database: DatabaseSync, path: string): void {
  database.exec('BEGIN')
  try {
    checkHead(database, path)
  } finally {
    if (database.isTransaction) database.exec('COMMIT')
  }
}

/** A cheap look at the end, where a crash would show; `verify` walks everything. */
function checkHead(database: DatabaseSync, path: string): void {
  const links = database.prepare('SELECT sequence, at, kind, key, event, document, hash FROM record ORDER BY sequence DESC LIMIT 2').all()
  const [last, previous] = links as unknown as readonly StoredLink[]
  const newest = database.prepare('SELECT max(sequence) AS newest FROM document').get()?.['newest'] ?? 0
  if ((last?.sequence ?? 0) !== newest) {
    throw new KedgeError('E_LEDGER_BROKEN', `ledger ${path} ends at record ${last?.sequence ?? 0}, but record ${String(newest)} is in use`)
  }
  if (last && hashLink((previous ?? readAnchor(database))?.hash ?? GENESIS, last) !== last.hash) {
    throw new KedgeError('E_LEDGER_BROKEN', `ledger ${path}: record ${last.sequence}, the last, does not match its hash`)
  }
}
