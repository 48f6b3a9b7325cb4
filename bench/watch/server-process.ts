import { fork } from 'node:child_process'
import type { WatchedKind } from '../../src/adapters/kubernetes/tables.ts'
import { messageFrom } from '../child.ts'

/** The API server in its own process, so that what it costs is on the other core and in another heap. */
export interface ServerProcess extends Disposable {
  url: string
  /** Resolves when so many watches of Rollouts have been opened from now on. */
  watched(times: number): Promise<void>
  /** Sends so many events of 10 KB to the newest watch of Rollouts. */
  flood(events: number, perSecond?: number): void
}

/** Starts one with so many objects of each kind. */
export async function startServerProcess(counts: Partial<Record<WatchedKind, number>>): Promise<ServerProcess> {
  const child = fork(new URL('./api-server.ts', import.meta.url), [JSON.stringify(counts)])
  const { port } = await messageFrom<{ port: number }>(child)
  return {
    url: `http://127.0.0.1:${port}`,
    async watched(times) {
      for (let seen = 0; seen < times;) {
        const message = await messageFrom<{ watching?: WatchedKind }>(child)
        if (message.watching === 'Rollout') seen += 1
      }
    },
    flood: (events, perSecond) => void child.send({ flood: events, perSecond }),
    [Symbol.dispose]: () => void child.kill(),
  }
}
