import type { DatabaseSync } from 'node:sqlite'
import { KedgeError } from '../../../domain/errors.ts'
import type { HeldLedger } from '../../../ports/held-ledger.ts'
import { linkAfter, toRecord, toRow } from '../chain/row.ts'
import { backupDatabase } from './backup.ts'
import { createCheckpoint, resumeDatabase } from './checkpoint.ts'
import { lockForWriting, openDatabase, openForReading } from './database.ts'
import { openFault, walkFault } from './faults.ts'
import { realPath, watchFiles } from './files.ts'
import { forgetUntil } from './forget.ts'
import { createGroupCommit, type GroupCommit } from './group-commit.ts'
import { createGuard, type Guard } from './guard.ts'
import { importInto } from './import-into.ts'
import { closeWhole, createFold } from './in-use.ts'
import { createInbox } from './inbox.ts'
import { readAnchor, readLinks } from './links.ts'
import { nameOlder } from './names.ts'
import { createReads } from './reads.ts'
import { checkUnfinished } from './unfinished.ts'
import { verifyDatabase } from './verify.ts'
import { createWriter, readHead } from './writer.ts'

export interface SqliteLedgerOptions {
  /** A file on a local disk, never NFS; `:memory:` for a ledger that is forgotten. */
  path: string
  clock: { now(): number }
  /** For looking beside a running service: no lock, no migration, `append` is refused. */
  readOnly?: boolean
  /** The pages have been checked just now, see `arePagesSound`: the open is short. */
  arePagesSound?: boolean
  /** Takes a file as it is that was copied without its log: what stood there alone is lost. */
  withoutLog?: boolean
  /** How often it looks whether the file is still there, in milliseconds. */
  lookEveryMs?: number
}

const LOOK_EVERY_MS = 10_000

/** The ledger and the inbox in one file. */
export interface SqliteLedger extends HeldLedger {
  /**
   * Names what was written before documents were named, in turns: a large ledger takes minutes once. Nobody appends meanwhile.
   * @throws KedgeError E_LEDGER_*
   */
  nameOlder(): Promise<void>
  /** Commits what is waiting, closes the file and gives up the lock. Calling it again does nothing. */
  close(): Promise<void>
}

/**
 * Opens or creates a ledger. One writer: the lock dies with the process. WAL with `synchronous=FULL`, so what `append`
 * returned for survives a power cut.
 * @throws KedgeError E_LEDGER_LOCKED, E_LEDGER_NEWER, E_LEDGER_BROKEN, E_LEDGER_OPEN, E_LEDGER_NO_LOG, E_LEDGER_LOST
 */
export function createSqliteLedger(options: SqliteLedgerOptions): SqliteLedger {
  const { clock, readOnly = false, arePagesSound = false, withoutLog = false } = options
  const path = options.path === ':memory:' ? options.path : realPath(options.path)
  const isWritten = !readOnly && path !== ':memory:'
  if (isWritten) checkUnfinished(path)
  const lock = isWritten ? lockForWriting(path) : undefined
  const { database, fold } = openOrUnlock(lock, () => {
    const opened = openDatabase({ path, readOnly, arePagesSound, withoutLog })
    return { database: opened, fold: isWritten ? foldLeftover(opened, path) : () => false }
  })
  const isGone = isWritten ? watchFiles(path) : () => undefined
  const commits = createGroupCommit({ database, path, isGone, fold })
  const guard = createGuard(path, (fault) => commits.end(fault))
  const looking = isWritten ? lookEvery(options.lookEveryMs ?? LOOK_EVERY_MS, isGone, commits) : undefined
  // Not where it is only read: a file of an older schema lacks tables that are written to.
  const write = readOnly ? undefined : createWriter(database)
  const head = readHead(database)

  async function closeAll(): Promise<void> {
    clearInterval(looking)
    await commits.close()
    if (isWritten) closeWhole(database, path)
    else database.close()
    lock?.close()
  }
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= closeAll())

  return {
    async append(entries) {
      if (!write) throw forReadingOnly(path)
      if (entries.length === 0) return
      // Spelled out before anything is queued: a document that cannot be written fails its own caller, not the group.
      const rows = entries.map(toRow)
      const at = Math.round(clock.now())
      await commits.run(() => rows.forEach((row) => write(linkAfter(head(), row, at), row)))
    },
    async importChain(chain) {
      if (readOnly) throw forReadingOnly(path)
      await importInto(database, path, chain)
    },
    async nameOlder() {
      while (await commits.run(() => nameOlder(database)));
    },
    forget: async (last) => forgetUntil(database, path, last),
    archived: async () => guard(() => readAnchor(database)),
    ...createReads(database, guard),
    ...createInbox(database, { commits, guard, now: () => clock.now() }),
    async *records() {
      for (const link of readLinks(database, guard)) yield toRecord(link)
    },
    ...createWalks(path, database, { guard, isWritten }),
    ...createCheckpoint(database, commits, () => {
      if (readOnly) throw forReadingOnly(path)
      return guard(head)
    }),
    head: async () => guard(head),
    lost: commits.lost,
    // The lock is held for as long as the process lives.
    assertMayAct: () => undefined,
    backup: (file) => backupDatabase(database, file, { alone: readOnly }),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** What walks the chain, on a connection of its own. */
function createWalks(
  path: string,
  database: DatabaseSync,
  { guard, isWritten }: { guard: Guard; isWritten: boolean },
): Pick<SqliteLedger, 'verify' | 'resume'> {
  const guarded = <T>(work: Promise<T>): Promise<T> => work.catch((fault: unknown) => guard(() => fail(walkFault(path, fault))))
  return {
    verify: (take, interrupted) => guarded(aside(path, database, (own) => verifyDatabase(own, take, interrupted))),
    // One in memory is new: there is nothing to go on from. One that is only read may have no checkpoint to read.
    resume: async (taking) => (isWritten ? guarded(aside(path, database, (own) => resumeDatabase(own, taking))) : undefined),
  }
}

function fail(fault: unknown): never {
  throw fault
}

function forReadingOnly(path: string): KedgeError {
  return new KedgeError('E_LEDGER_WRITE', `ledger ${path} was opened for reading only`, { retryable: false })
}

/** Nobody may write for hours, and would lose hours of records then. */
function lookEvery(ms: number, isGone: () => KedgeError | undefined, commits: GroupCommit): NodeJS.Timeout {
  return setInterval(() => {
    const gone = isGone()
    if (gone) commits.end(gone)
  }, ms).unref()
}

/** Others may write while the chain is walked, so it is walked on a connection of its own; a ledger in memory has but one. */
async function aside<T>(path: string, database: DatabaseSync, walk: (own: DatabaseSync) => Promise<T>): Promise<T> {
  if (path === ':memory:') return walk(database)
  const own = openForReading(path)
  try {
    return await walk(own)
  } finally {
    own.close()
  }
}

/** Folds in what an earlier process has left in the log. @throws KedgeError E_LEDGER_* */
function foldLeftover(database: DatabaseSync, path: string): () => boolean {
  try {
    const fold = createFold(database)
    fold()
    return fold
  } catch (fault) {
    database.close()
    throw openFault(path, fault)
  }
}

function openOrUnlock<T>(lock: DatabaseSync | undefined, open: () => T): T {
  try {
    return open()
  } catch (fault) {
    lock?.close()
    throw fault
  }
}
