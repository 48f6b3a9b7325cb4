import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { rolloutKey } from '../../../domain/rollout/key.ts'
import type { Ledger, LedgerDocuments, LedgerKind } from '../../../ports/ledger.ts'
import { toRecord, type StoredLink } from './records.ts'

type Reads = Pick<Ledger, 'read' | 'releasesOf' | 'releases' | 'reverts' | 'pendingEffects' | 'history'>

/** A condition on an index column; one whose value is undefined lets everything through. */
type Condition = readonly [column: 'subject =' | 'open =' | 'since <' | 'since >=', value: string | number | boolean | undefined]

const NEWEST_FIRST = 'since DESC, first_sequence DESC'
const OLDEST_FIRST = 'since, first_sequence'

/** The reading half of the ledger, all of it through the indices of `document`. */
export function createReads(database: DatabaseSync): Reads {
  const find = createFind(database)
  const one = database.prepare(`${SELECT} WHERE document.kind = ? AND document.key = ?`)
  const history = database.prepare(
    'SELECT sequence, at, kind, key, event, document, hash FROM record WHERE kind = ? AND key = ? ORDER BY sequence',
  )
  return {
    read<K extends LedgerKind>(kind: K, key: string) {
      const row = one.get(kind, key)
      return row && (JSON.parse(String(row['document'])) as LedgerDocuments[K])
    },
    releasesOf: (rollout, limit = MOST_OF_ONE) => find('release', [['subject =', rolloutKey(rollout)]], NEWEST_FIRST, limit),
    releases: ({ open, limit, before }) =>
      find(
        'release',
        [
          ['open =', open],
          ['since <', before],
        ],
        NEWEST_FIRST,
        limit,
      ),
    reverts: ({ repository, open, since }) =>
      find(
        'revert',
        [
          ['subject =', repository],
          ['open =', open],
          ['since >=', since],
        ],
        NEWEST_FIRST,
      ),
    pendingEffects: () => find('effect', [['open =', true]], OLDEST_FIRST),
    history: (kind, key) => (history.all(kind, key) as unknown as readonly StoredLink[]).map(toRecord),
  }
}

const SELECT = 'SELECT record.document FROM document JOIN record ON record.sequence = document.sequence'

const NO_LIMIT = -1
/** Releases of one Rollout that are read unless more are asked for: every look at it reads them. */
const MOST_OF_ONE = 200

type Find = <K extends LedgerKind>(kind: K, conditions: readonly Condition[], order: string, limit?: number) => LedgerDocuments[K][]

/** One statement for each set of conditions in use, so that SQLite can pick the index for it. */
function createFind(database: DatabaseSync): Find {
  const statements = new Map<string, StatementSync>()
  return <K extends LedgerKind>(kind: K, conditions: readonly Condition[], order: string, limit = NO_LIMIT) => {
    const asked = conditions.filter(([, value]) => value !== undefined)
    const where = ['document.kind = ?', ...asked.map(([column]) => `document.${column} ?`)].join(' AND ')
    const sql = `${SELECT} WHERE ${where} ORDER BY ${order} LIMIT ?`
    const statement = statements.get(sql) ?? database.prepare(sql)
    statements.set(sql, statement)
    const values = asked.map(([, value]) => (typeof value === 'string' ? value : Number(value)))
    const rows = statement.all(kind, ...values, Math.trunc(limit))
    return rows.map((row) => JSON.parse(String(row['document'])) as LedgerDocuments[K])
  }
}
