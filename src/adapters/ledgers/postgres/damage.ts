import type { KedgeError } from '../../../domain/errors.ts'
import type { LedgerVerdict } from '../../../ports/ledger.ts'
import type { Database, Query } from './database.ts'
import { describe, isDamage, UnreadableNumber, workFault } from './faults.ts'

const IS_READABLE = `BETWEEN ${Number.MIN_SAFE_INTEGER} AND ${Number.MAX_SAFE_INTEGER}`

/** The first record that has, or is pointed at with, a number that JavaScript has not. */
const UNREADABLE = `
SELECT record.sequence FROM kedge.record LEFT JOIN kedge.document USING (kind, key)
WHERE record.sequence >= $1 AND record.sequence ${IS_READABLE} AND (
  record.at NOT ${IS_READABLE} OR document.sequence NOT ${IS_READABLE}
  OR document.first_sequence NOT ${IS_READABLE} OR document.since NOT ${IS_READABLE}
) ORDER BY record.sequence LIMIT 1`

/**
 * One rule for reads and writes, as for a ledger in a file: after damage nothing more is written. What is decided on is read from there,
 * and nobody may write for hours.
 * @param lose ends the right to write for good
 */
export function endedByDamage(database: Database, name: string, lose: (why: KedgeError) => void): Database {
  return {
    ...database,
    async transact(mode, work) {
      try {
        return await database.transact(mode, work)
      } catch (fault) {
        if (!isDamage(fault)) throw fault
        const why = workFault(name, fault)
        lose(why)
        throw why
      }
    },
  }
}

/**
 * What a walk says of a fault that is damage, in the transaction in which it came; undefined for any other fault.
 * @param next the record from which on it was not walked yet
 */
export async function verdictOf(query: Query, fault: unknown, next: number): Promise<LedgerVerdict | undefined> {
  if (!isDamage(fault)) return undefined
  if (!(fault instanceof UnreadableNumber)) return { intact: false, sequence: next, what: describe(fault) }
  // It may take longer than a statement may, and the connection may break: that it cannot be read is known all the same.
  const [found] = await query<{ sequence: number }>(UNREADABLE, [next]).catch(() => [])
  return { intact: false, sequence: found?.sequence ?? next, what: `its number cannot be read: ${fault.message}` }
}
