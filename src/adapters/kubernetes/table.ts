import { isKnownOlder, isNewer } from './resource-version.ts'

/** What every kept record has. */
export interface Row {
  namespace: string
  name: string
  uid: string
  resourceVersion: string
}

/** One change of a table: `before` without `after` is a removal. */
export type TableListener<R extends Row> = (before: R | undefined, after: R | undefined) => void

/** The records of one kind. No record is replaced by an older one, and no name stands for two objects. */
export interface Table<R extends Row> {
  readonly size: number
  values(): IterableIterator<R>
  get(uid: string): R | undefined
  find(namespace: string, name: string): R | undefined
  /** Adds or replaces; an equal or older resourceVersion changes nothing. A new uid under a known name takes the old one's place. */
  put(row: R): void
  /** Forgets this very object, which may come back. */
  drop(uid: string): void
  /** The server deleted this very object: what is still said of it later is old. */
  remove(uid: string): void
  /** Drops everything in one namespace, or in all, and what is known of deletions. */
  forget(namespace: string | undefined): void
  /** Starts a full list of one namespace, or of all. */
  replace(namespace: string | undefined): Replacement<R>
}

/** A full list that is coming in, page by page. */
export interface Replacement<R extends Row> {
  put(row: R): void
  /** Removes what the list did not name. Objects newer than `listVersion`, the list's own resourceVersion, stay. */
  finish(listVersion: string | undefined): void
}

// A uid never comes back, so remembering a few deletions is enough to ignore what a slower server still sends.
const REMEMBERED_DELETIONS = 1_000

/**
 * What a record keeps of the one that it replaces. `isListed`: it comes from a list, so what lay between the two may never have been shown.
 */
export type Keeping<R extends Row> = (before: R, after: R, isListed: boolean) => R

/** An empty table that tells `listener` of each change, in order. `keep`: records are more than the newest object says. */
export function createTable<R extends Row>(listener: TableListener<R>, keep: Keeping<R> = (_, after) => after): Table<R> {
  const rows = new Map<string, R>()
  const names = createNameIndex<R>()
  const deleted = new Set<string>()

  function put(newest: R, isListed: boolean): void {
    const before = rows.get(newest.uid)
    const namesake = before ?? names.get(newest.namespace, newest.name)
    if (deleted.has(newest.uid) || (namesake !== undefined && !isNewer(newest.resourceVersion, namesake.resourceVersion))) return
    if (namesake !== undefined && namesake !== before) drop(namesake.uid)
    const row = before ? keep(before, newest, isListed) : newest
    rows.set(row.uid, row)
    names.set(row)
    listener(before, row)
  }

  function drop(uid: string): void {
    const before = rows.get(uid)
    if (before === undefined) return
    rows.delete(uid)
    names.delete(before)
    listener(before, undefined)
  }

  return {
    get size() {
      return rows.size
    },
    values: () => rows.values(),
    get: (uid) => rows.get(uid),
    find: (namespace, name) => names.get(namespace, name),
    put: (row) => put(row, false),
    drop,
    remove(uid) {
      deleted.add(uid)
      const [oldest] = deleted
      if (deleted.size > REMEMBERED_DELETIONS && oldest !== undefined) deleted.delete(oldest)
      drop(uid)
    },
    forget(namespace) {
      deleted.clear()
      for (const row of rows.values()) if (namespace === undefined || row.namespace === namespace) drop(row.uid)
    },
    replace(namespace) {
      const seen = new Set<string>()
      return {
        put(row) {
          seen.add(row.uid)
          put(row, true)
        },
        finish(listVersion) {
          for (const row of rows.values()) {
            const inScope = namespace === undefined || row.namespace === namespace
            if (inScope && !seen.has(row.uid) && !isKnownOlder(listVersion, row.resourceVersion)) drop(row.uid)
          }
        },
      }
    },
  }
}

interface NameIndex<R extends Row> {
  get(namespace: string, name: string): R | undefined
  set(row: R): void
  delete(row: R): void
}

// Two levels, because a joined key would be one more text per object.
function createNameIndex<R extends Row>(): NameIndex<R> {
  const namespaces = new Map<string, Map<string, R>>()
  return {
    get: (namespace, name) => namespaces.get(namespace)?.get(name),
    set(row) {
      let names = namespaces.get(row.namespace)
      if (names === undefined) namespaces.set(row.namespace, (names = new Map()))
      names.set(row.name, row)
    },
    delete(row) {
      const names = namespaces.get(row.namespace)
      names?.delete(row.name)
      if (names?.size === 0) namespaces.delete(row.namespace)
    },
  }
}
