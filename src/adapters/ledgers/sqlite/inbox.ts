import type { DatabaseSync } from 'node:sqlite'
import { inboxName, type Inbox } from '../../../ports/inbox.ts'
import type { GroupCommit } from './group-commit.ts'
import type { Guard } from './guard.ts'

/** Forges redeliver for three days at most; an older delivery that comes again is only a hint that enqueues once more. */
const KEPT_MS = 7 * 24 * 60 * 60_000

interface InboxOptions {
  commits: GroupCommit
  guard: Guard
  now: () => number
}

/** The inbox in the ledger's file. Bodies are dropped when done, ids stay for a week. */
export function createInbox(database: DatabaseSync, { commits, guard, now }: InboxOptions): Inbox {
  const insert = database.prepare('INSERT INTO inbox (source, id, received_at, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
  const prune = database.prepare('DELETE FROM inbox WHERE done_at IS NOT NULL AND received_at < ?')
  const finish = database.prepare(`UPDATE inbox SET done_at = ?, body = '' WHERE source = ? AND id = ? AND done_at IS NULL`)
  const leave = database.prepare('UPDATE inbox SET done_at = ? WHERE source = ? AND id = ? AND done_at IS NULL')
  const select = database.prepare('SELECT source, id, body FROM inbox WHERE done_at IS NULL ORDER BY received_at, source, id')
  return {
    accept({ source, id, receivedAt, body }) {
      return commits.run(() => {
        prune.run(Math.round(now()) - KEPT_MS)
        return insert.run(source, id, Math.round(receivedAt), body).changes === 1
      })
    },
    async pending(known = new Set()) {
      const all = guard(() => select.all()) as unknown as Awaited<ReturnType<Inbox['pending']>>
      return all.filter((delivery) => !known.has(inboxName(delivery)))
    },
    async done(source, id) {
      await commits.run(() => finish.run(Math.round(now()), source, id))
    },
    async putAside(source, id) {
      await commits.run(() => leave.run(Math.round(now()), source, id))
    },
  }
}
