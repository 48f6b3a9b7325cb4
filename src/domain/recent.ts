/** What was used last, up to a weight that holds for all of it together. */
export interface Recent<T> {
  get(key: string): T | undefined
  set(key: string, value: T): void
  delete(key: string): void
}

/** Forgets what was longest not asked for. A value that alone weighs more than `most` is not kept. */
export function createRecent<T>(most: number, weigh: (value: T) => number): Recent<T> {
  const kept = new Map<string, T>()
  let weight = 0

  function drop(key: string): void {
    const value = kept.get(key)
    if (value !== undefined && kept.delete(key)) weight -= weigh(value)
  }

  return {
    delete: drop,
    get(key) {
      const value = kept.get(key)
      if (value === undefined) return undefined
      kept.delete(key)
      kept.set(key, value)
      return value
    },
    set(key, value) {
      drop(key)
      if (weigh(value) > most) return
      kept.set(key, value)
      weight += weigh(value)
      for (const [oldest] of kept) {
        if (weight <= most) return
        drop(oldest)
      }
    },
  }
}
