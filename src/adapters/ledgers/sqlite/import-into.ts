import type { DatabaseSync } from 'node:sqlite'
import { KedgeError } from '../../../domain/errors.ts'
import type { LedgerChain } from '../../../ports/ledger.ts'
import { importedLinks, notEmpty } from '../chain/import.ts'
import { forgetCheckpoint } from './checkpoint.ts'
import { writeFault } from './faults.ts'
import { createWriter, readHead } from './writer.ts'

/** Keys come in no order: without room for their indices in memory, each record reads and writes pages of them. */
const KIBIBYTES = 262_144

/**
 * Takes over a chain in one transaction, which this connection is in until it has ended: an append meanwhile is refused.
 * @throws KedgeError E_LEDGER_*, see `LedgerStore.importChain`
 */
export async function importInto(database: DatabaseSync, path: string, chain: LedgerChain): Promise<void> {
  const { after } = chain
  const write = createWriter(database)
  try {
    database.exec(`PRAGMA cache_size = ${-KIBIBYTES}; BEGIN IMMEDIATE`)
    const newest = readHead(database)()
    if (newest) throw notEmpty(`ledger ${path}`, newest.sequence)
    forgetCheckpoint(database)
    if (after) database.prepare('INSERT INTO anchor (sequence, hash) VALUES (?, ?)').run(after.sequence, after.hash)
    for await (const { link, row } of importedLinks(chain)) write(link, row)
    database.exec('COMMIT')
  } catch (fault) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw fault instanceof KedgeError || !isSqlite(fault) ? fault : writeFault(path, fault)
  }
}

/** What went wrong may be the source's own fault. */
function isSqlite(fault: unknown): boolean {
  return fault instanceof Error && 'errcode' in fault
}
