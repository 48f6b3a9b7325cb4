import { inboxName, type Inbox } from '../../../ports/inbox.ts'

interface Kept {
  source: string
  id: string
  receivedAt: number
  body: string
  done: boolean
}

/** An inbox that is forgotten with the process. Ids stay as long as it does. */
export function createMemoryInbox(): Inbox {
  const kept = new Map<string, Kept>()
  return {
    async accept(delivery) {
      const name = inboxName(delivery)
      if (kept.has(name)) return false
      kept.set(name, { ...delivery, done: false })
      return true
    },
    pending: async (known = new Set()) =>
      [...kept.values()]
        .filter((delivery) => !delivery.done && !known.has(inboxName(delivery)))
        .toSorted((a, b) => a.receivedAt - b.receivedAt || compare(a.source, b.source) || compare(a.id, b.id))
        .map(({ source, id, body }) => ({ source, id, body })),
    async done(source, id) {
      const delivery = kept.get(inboxName({ source, id }))
      if (delivery) kept.set(inboxName({ source, id }), { ...delivery, body: '', done: true })
    },
    async putAside(source, id) {
      const delivery = kept.get(inboxName({ source, id }))
      if (delivery) kept.set(inboxName({ source, id }), { ...delivery, done: true })
    },
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
