import type { Inbox } from '../../../ports/inbox.ts'

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
  const nameOf = (source: string, id: string): string => `${source} ${id}`
  return {
    async accept(delivery) {
      const name = nameOf(delivery.source, delivery.id)
      if (kept.has(name)) return false
      kept.set(name, { ...delivery, done: false })
      return true
    },
    pending: async () =>
      [...kept.values()]
        .filter(({ done }) => !done)
        .toSorted((a, b) => a.receivedAt - b.receivedAt || compare(a.source, b.source) || compare(a.id, b.id))
        .map(({ source, id, body }) => ({ source, id, body })),
    async done(source, id) {
      const delivery = kept.get(nameOf(source, id))
      if (delivery) kept.set(nameOf(source, id), { ...delivery, body: '', done: true })
    },
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
