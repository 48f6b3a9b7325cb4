import type { Inbox } from '../../../ports/inbox.ts'
import { READING, WRITING, type Database, type Query, type TransactionMode } from './database.ts'
import { workFault } from './faults.ts'

/** Forges redeliver for three days at most; an older delivery that comes again is only a hint that enqueues once more. */
const KEPT_MS = 7 * 24 * 60 * 60_000

const PRUNE = 'DELETE FROM kedge.inbox WHERE done_at IS NOT NULL AND received_at < $1'
const INSERT = 'INSERT INTO kedge.inbox (source, id, received_at, body) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING 1'
const FINISH = `UPDATE kedge.inbox SET done_at = $1, body = '' WHERE source = $2 AND id = $3 AND done_at IS NULL`
const LEAVE = 'UPDATE kedge.inbox SET done_at = $1 WHERE source = $2 AND id = $3 AND done_at IS NULL'
const PENDING = `
SELECT source, id, body FROM kedge.inbox WHERE done_at IS NULL AND source || ' ' || id <> ALL ($1::text[]) ORDER BY received_at, source, id`

/**
 * The inbox beside the journal. Any process may take a delivery, leader or not: an id is accepted once by all of them together, so that one
 * whose fate is not known can be sent again. Bodies are bytes, for text of the database has no NUL.
 */
export function createInbox(database: Database, name: string, now: () => number): Inbox {
  /** One after the other: of two that come at one moment the first is the one that is accepted. */
  let last: Promise<unknown> = Promise.resolve()
  const ask = async <T>(mode: TransactionMode, work: (query: Query) => Promise<T>): Promise<T> => {
    try {
      return await database.transact(mode, work)
    } catch (fault) {
      throw workFault(name, fault)
    }
  }
  const inTurn = <T>(work: (query: Query) => Promise<T>): Promise<T> => {
    const asked = last.then(() => ask(WRITING, work))
    last = asked.catch(() => undefined)
    return asked
  }
  return {
    accept({ source, id, receivedAt, body }) {
      return inTurn(async (query) => {
        await query(PRUNE, [Math.round(now()) - KEPT_MS])
        return (await query(INSERT, [source, id, Math.round(receivedAt), Buffer.from(body, 'utf8')])).length > 0
      })
    },
    async pending(known = new Set()) {
      const rows = await ask(READING, (query) => query<{ source: string; id: string; body: Buffer }>(PENDING, [[...known]]))
      return rows.map(({ source, id, body }) => ({ source, id, body: body.toString('utf8') }))
    },
    async done(source, id) {
      await inTurn((query) => query(FINISH, [Math.round(now()), source, id]))
    },
    async putAside(source, id) {
      await inTurn((query) => query(LEAVE, [Math.round(now()), source, id]))
    },
  }
}
