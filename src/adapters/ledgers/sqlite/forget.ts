import type { DatabaseSync } from 'node:sqlite'
import type { LedgerHead } from '../../../ports/ledger.ts'
import { stillNeeded } from '../chain/still-needed.ts'
import { forgetCheckpoint } from './checkpoint.ts'
import { writeFault } from './faults.ts'

const STILL_NEEDED = `SELECT kind, key FROM document WHERE sequence <= ? AND (open = 1 OR kind NOT IN ('release', 'effect')) LIMIT 1`

/**
 * Removes the records up to one, see `LedgerStore.forget`, and gives their room back to the disk.
 * @throws KedgeError E_LEDGER_WRITE, E_LEDGER_DISK
 */
export function forgetUntil(database: DatabaseSync, path: string, { sequence, hash }: LedgerHead): void {
  const needed = database.prepare(STILL_NEEDED).get(sequence)
  if (needed) throw stillNeeded({ kind: String(needed['kind']), key: String(needed['key']) })
  try {
    // Else each record that goes is looked for among the documents.
    database.exec('PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE')
    forgetCheckpoint(database)
    database.prepare('INSERT INTO anchor (sequence, hash) VALUES (?, ?)').run(sequence, hash)
    database.prepare('DELETE FROM document WHERE sequence <= ?').run(sequence)
    moveNames(database, sequence)
    database.prepare('DELETE FROM record WHERE sequence <= ?').run(sequence)
    database
      .prepare(
        `UPDATE document SET first_sequence = (
           SELECT min(sequence) FROM record WHERE record.kind = document.kind AND record.key = document.key
         ) WHERE first_sequence <= ?`,
      )
      .run(sequence)
    database.exec('COMMIT')
    database.exec('VACUUM; PRAGMA foreign_keys = ON')
  } catch (fault) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw writeFault(path, fault)
  }
}

/** What is left is named by its first record that is left. */
function moveNames(database: DatabaseSync, until: number): void {
  database
    .prepare(
      `INSERT OR IGNORE INTO name (term, sequence)
       SELECT name.term,
         (SELECT min(sequence) FROM record WHERE record.kind = document.kind AND record.key = document.key AND sequence > ?1)
       FROM name JOIN record AS first ON first.sequence = name.sequence JOIN document USING (kind, key) WHERE name.sequence <= ?1`,
    )
    .run(until)
  database.prepare('DELETE FROM name WHERE sequence <= ?').run(until)
}
