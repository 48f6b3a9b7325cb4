/** Runs one task at a time, in the order of asking. */
export interface Queue {
  run<T>(task: () => Promise<T>): Promise<T>
}

/** A queue of its own. A task that fails fails only its own caller. */
export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve()
  return {
    run(task) {
      const mine = last.then(task)
      last = mine.catch(() => undefined)
      return mine
    },
  }
}
