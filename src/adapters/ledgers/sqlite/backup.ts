import { open, rm } from 'node:fs/promises'
import { backup, DatabaseSync } from 'node:sqlite'
import { backupFault } from '../chain/write-export.ts'
import { forgetCheckpoint } from './checkpoint.ts'

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
    throw backupFault(file, cause)
  }
  try {
    await backup(database, file, { rate: alone ? ALL_PAGES : PAGES_A_STEP })
    makeWhole(file)
  } catch (cause) {
    await rm(file, { force: true })
    throw backupFault(file, cause)
  }
}

/**
 * The copy has no log, whatever the ledger said of its own: it is one file that can be read where nothing can be written. Nor has it a
 * checkpoint: nobody has walked this file.
 */
function makeWhole(file: string): void {
  using copy = new DatabaseSync(file)
  copy.exec(`PRAGMA journal_mode = DELETE; UPDATE meta SET value = 0 WHERE name = 'needs_log'`)
  // Not so in the copy of an older schema that is only read.
  if (copy.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'checkpoint'`).get()) forgetCheckpoint(copy)
}
