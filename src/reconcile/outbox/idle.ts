/** Lets others wait until somebody has nothing left to do. */
export interface Idle {
  /** Resolves as soon as there is nothing to do. */
  reached(): Promise<void>
  /** To be called whenever something was done. */
  check(): void
}

/** See {@link Idle}. */
export function createIdle(isBusy: () => boolean): Idle {
  let waiting: (() => void)[] = []
  return {
    reached: () => (isBusy() ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
    check() {
      if (isBusy()) return
      const resolved = waiting
      waiting = []
      for (const resolve of resolved) resolve()
    },
  }
}
