import { startProxy } from '../proxy.ts'
import type { When } from './moments.ts'

/** Stands between a leader and its database, and kills it as a transaction is committed. */
export interface Aim extends AsyncDisposable {
  /** The same address by way of this. */
  through(url: string): string
  /** Kills as the next transaction that appends this key is committed: before the server has heard of that, or once it has answered. */
  at(key: string, when: When, kill: () => void): void
}

/** @param port of the server */
export async function startAim(port: number): Promise<Aim> {
  const proxy = await startProxy(port)
  /** What was sent in the transaction that is under way, by its connection. */
  const under = new Map<number, string>()
  let target: { key: string; when: When; kill: () => void } | undefined
  proxy.cut = (sent, connection) => {
    const all = (sent.includes('BEGIN ') ? '' : (under.get(connection) ?? '')) + sent
    under.set(connection, all)
    if (!target || !sent.includes('COMMIT\0') || !all.includes('INSERT INTO kedge.record') || !all.includes(target.key)) return undefined
    const { when, kill } = target
    target = undefined
    if (when === 'after') return kill
    kill()
    return 'hold'
  }
  return {
    through: (url) => proxy.through(url),
    at(key, when, kill) {
      target = { key, when, kill }
    },
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  }
}
