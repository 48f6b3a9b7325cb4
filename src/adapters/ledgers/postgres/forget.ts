import type { LedgerHead } from '../../../ports/ledger.ts'
import { stillNeeded } from '../chain/still-needed.ts'
import { leads } from './batch.ts'
import { FORGET_CHECKPOINT } from './checkpoint.ts'
import { WRITING, type Database, type Query } from './database.ts'
import { workFault } from './faults.ts'
import type { Fence } from './fence.ts'

/** Looks for the whole table, and deletes most of it. */
const STATEMENT_MS = 3_600_000

const NEEDED = `
SELECT kind, key FROM kedge.document WHERE sequence <= $1 AND (open = 1 OR kind NOT IN ('release', 'effect')) LIMIT 1`

/** In this order: each says what the next one needs. What is left is found, and begins, by its first record that is left. */
const STEPS: readonly string[] = [
  'DELETE FROM kedge.document WHERE sequence <= $1',
  `INSERT INTO kedge.name (term, sequence)
   SELECT name.term, (SELECT min(rest.sequence) FROM kedge.record AS rest
     WHERE rest.kind = document.kind AND rest.key = document.key AND rest.sequence > $1)
   FROM kedge.name JOIN kedge.record AS first USING (sequence)
   JOIN kedge.document ON (document.kind, document.key) = (first.kind, first.key) WHERE name.sequence <= $1
   ON CONFLICT DO NOTHING`,
  'DELETE FROM kedge.name WHERE sequence <= $1',
  'DELETE FROM kedge.record WHERE sequence <= $1',
  `UPDATE kedge.document SET first_sequence = (SELECT min(record.sequence) FROM kedge.record
     WHERE record.kind = document.kind AND record.key = document.key) WHERE first_sequence <= $1`,
]

/** Who may do it, and for which ledger. */
interface Owner {
  openAsOwner: (statementTimeoutMs?: number) => Database
  fence: Fence
  /** Of the ledger, for messages. */
  name: string
}

/**
 * Removes the records up to one, see `LedgerStore.forget`, as the owner of the tables. Their room is the server's to use again.
 * @throws KedgeError E_LEDGER_WRITE, E_LEDGER_UNREACHABLE, E_LEDGER_FENCED
 */
export async function forgetUntil({ openAsOwner, fence, name }: Owner, last: LedgerHead): Promise<void> {
  await using database = openAsOwner(STATEMENT_MS)
  try {
    await database.transact(WRITING, (query) => forget(query, fence, last))
  } catch (fault) {
    throw workFault(name, fault)
  }
}

async function forget(query: Query, fence: Fence, { sequence, hash }: LedgerHead): Promise<void> {
  const [needed] = await query<{ kind: string; key: string }>(NEEDED, [sequence])
  if (needed) throw stillNeeded(needed)
  await query(FORGET_CHECKPOINT)
  await query('INSERT INTO kedge.anchor (sequence, hash) VALUES ($1, $2)', [sequence, hash])
  for (const step of STEPS) await query(step, [sequence])
  // Last, for it takes minutes, and who holds these rows keeps them from being renewed.
  if (!(await leads(query, [fence.row()]))) throw fence.refused()
}
