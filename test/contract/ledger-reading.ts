import type { Release } from '../../src/domain/release/release.ts'
import type { LedgerQuery, LedgerRecord, LedgerStore } from '../../src/ports/ledger.ts'

/** One implementation under test. The clock counts from 10,000 by one a call. */
export interface LedgerUnderTest {
  name: string
  /** An empty ledger; disposed when the test ends. */
  open: () => LedgerStore | Promise<LedgerStore>
  /** The verdict on a backup, read from the file alone. */
  verifyBackup: (file: string) => Promise<unknown>
}

/** The release of a key. */
export async function read(ledger: LedgerStore, key: string): Promise<Release | undefined> {
  return (await ledger.load('release', { key, limit: 1 }))[0]?.document
}

/** The keys of the releases that are asked for. */
export async function keys(ledger: LedgerStore, query: LedgerQuery): Promise<readonly string[]> {
  return (await ledger.load('release', query)).map(({ key }) => key)
}

/** The whole chain. */
export const records = (ledger: LedgerStore): Promise<LedgerRecord[]> => Array.fromAsync(ledger.records())
