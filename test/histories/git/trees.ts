import { DIRECTORY, parseTree, type Entry, type GitObject } from './objects.ts'

/** Trees by their object names. */
export interface Trees {
  /** Every file of a tree by its path; `undefined` where there is no such tree. */
  files(tree: string): ReadonlyMap<string, Entry> | undefined
  /** What lies at a path of a tree: a file or a directory; `''` is the tree itself. */
  entry(tree: string, path: string): Entry | undefined
}

/** See {@link Trees}. What an object name stands for never changes, so all is remembered. */
export function createTrees(read: (oid: string) => GitObject | undefined): Trees {
  const parsed = new Map<string, ReadonlyMap<string, Entry>>()
  const flat = new Map<string, ReadonlyMap<string, Entry>>()

  /** What lies right in it. */
  function entriesOf(oid: string): ReadonlyMap<string, Entry> | undefined {
    const known = parsed.get(oid)
    if (known) return known
    const object = read(oid)
    if (object?.type !== 'tree') return undefined
    const entries = parseTree(object.bytes)
    parsed.set(oid, entries)
    return entries
  }

  function files(oid: string): ReadonlyMap<string, Entry> | undefined {
    const known = flat.get(oid)
    if (known) return known
    const entries = entriesOf(oid)
    if (!entries) return undefined
    const found = new Map<string, Entry>()
    for (const [name, entry] of entries) {
      if (entry.mode !== DIRECTORY) found.set(name, entry)
      else for (const [path, file] of files(entry.oid) ?? []) found.set(`${name}/${path}`, file)
    }
    flat.set(oid, found)
    return found
  }

  function entry(root: string, path: string): Entry | undefined {
    if (path === '') return { mode: DIRECTORY, oid: root }
    let at: Entry | undefined = { mode: DIRECTORY, oid: root }
    for (const name of path.split('/')) at = at?.mode === DIRECTORY ? entriesOf(at.oid)?.get(name) : undefined
    return at
  }

  return { files, entry }
}
