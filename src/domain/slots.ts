/**
 * Does so many pieces of work at a time, in the order in which they came; the others wait.
 * @param most at a time, 1 or more
 * @returns does one, and settles as it does
 */
export function createSlots(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let taken = 0
  return async (work) => {
    if (taken >= most) await new Promise<void>((resolve) => void waiting.push(resolve))
    else taken += 1
    try {
      return await work()
    } finally {
      // The slot goes to who waits, so that nobody who comes later is before them.
      const next = waiting.shift()
      if (next) next()
      else taken -= 1
    }
  }
}
