import { open, rm } from 'node:fs/promises'
import { backup, DatabaseSync } from 'node:sqlite'
import { KedgeError } from '../../../domain/errors.ts'

/** Pages that are copied before the ledger's own reads and writes get their turn. */
const PAGES_A_STEP = 1_000
/** All at once: a step that meets a commit of another connection makes the copy begin anew. */
const ALL_PAGES = 0x7fff_ffff

/**
 * Copies the database page by page into a new file, which only its owner may read.
 * @param alone nobody waits for this connection, and another one may be writing
 * @throws KedgeError E_LEDGER_WRITE
 */
export async function backupDatabase(database: DatabaseSync, file: string, { alone }: { alone: boolean }): Promise<void> {
  try {
    // An empty file is an empty database. One that is there already is nobody's to overwrite.
    await (await open(file, 'wx', 0o600)).close()
  } catch (cause) {
    throw failed(file, cause)
  }
  try {
    await backup(database, file, { rate: alone ? ALL_PAGES : PAGES_A_STEP })
    makeWhole(file)
  } catch (cause) {
    await rm(file, { force: true })
    throw failed(file, cause)
  }
}

/** The copy has no log, whatever the ledger said of its own: it is one file that can be read where nothing can be written. */
function makeWhole(file: string): void {
  using copy = new DatabaseSync(file)
  copy.exec(`PRAGMA journal_mode = DELETE; UPDATE meta SET value = 0 WHERE name = 'needs_log'`)
}

function failed(file: string, cause: unknown): KedgeError {
  return new KedgeError(
    'E_LEDGER_WRITE',
    `the backup ${file} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
    {
      cause,
      retryable: false,
    },
  )
}
