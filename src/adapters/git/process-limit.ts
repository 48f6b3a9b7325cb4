/**
 * Bounds the processes of all mirrors together: each is memory and three descriptors. One is known by the function that ends it, which
 * calls `leave`.
 */
export interface ProcessLimit {
  /** Waits until one more may work; where there is no room for it, the one that has rested longest is ended. */
  work(end: () => void): Promise<void>
  /** It waits for its next question. */
  rest(end: () => void): void
  /** It is no more. */
  leave(end: () => void): void
}

const MOST = 16

/** A limit of its own; `most`: those at work and those that rest. */
export function createProcessLimit(most = MOST): ProcessLimit {
  const working = new Set<() => void>()
  /** The one that has rested longest comes first. */
  const resting = new Set<() => void>()
  const waiting: (() => void)[] = []

  return {
    async work(end) {
      const rested = resting.delete(end)
      while (!rested && working.size >= most) {
        const { promise, resolve } = Promise.withResolvers<void>()
        waiting.push(resolve)
        await promise
      }
      // From the look to the taking of the place nothing waits, so that nobody else takes it.
      const [oldest] = resting
      if (working.size + resting.size >= most) oldest?.()
      working.add(end)
    },
    rest(end) {
      working.delete(end)
      resting.add(end)
      waiting.shift()?.()
    },
    leave(end) {
      working.delete(end)
      resting.delete(end)
      waiting.shift()?.()
    },
  }
}
