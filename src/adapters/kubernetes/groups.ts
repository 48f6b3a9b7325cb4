import type { Row } from './table.ts'

/** Records by something that they name: their owner, the Rollouts they list. */
export interface Groups<R extends Row> {
  /** The records that name this key. The list itself never changes: a change makes a new one. */
  of(key: string): readonly R[]
  /** Takes one record's old place for its new one. */
  move(before: R | undefined, after: R | undefined): void
}

/** Empty groups; `keysOf` says which groups a record belongs to. */
export function createGroups<R extends Row>(keysOf: (row: R) => string | readonly string[]): Groups<R> {
  const groups = new Map<string, readonly R[]>()
  const none: readonly R[] = Object.freeze([])

  function take(key: string, uid: string): void {
    const rest = (groups.get(key) ?? none).filter((row) => row.uid !== uid)
    if (rest.length === 0) groups.delete(key)
    else groups.set(key, rest)
  }

  const keys = (row: R | undefined): readonly string[] => {
    const found = row === undefined ? none : keysOf(row)
    return typeof found === 'string' ? [found] : (found as readonly string[])
  }

  return {
    of: (key) => groups.get(key) ?? none,
    move(before, after) {
      for (const key of keys(before)) take(key, before?.uid ?? '')
      for (const key of keys(after)) if (after !== undefined) groups.set(key, [...(groups.get(key) ?? none), after])
    },
  }
}
