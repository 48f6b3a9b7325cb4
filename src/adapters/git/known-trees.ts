import { createRecent } from '../../domain/recent.ts'
import type { TreeBytes } from './tree-bytes.ts'

export interface Tree {
  oid: string
  entries: TreeBytes
}

/** A directory at a revision; `''` is the root. */
export interface Place {
  revision: string
  dir: string
}

/** The directory of a path: `''` for one in the root. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Bytes of trees that are kept, of all mirrors together. */
const MOST_BYTES = 24 * 1024 * 1024
/** Places that one mirror knows. */
const MOST_PLACES = 5_000

/** Trees that were read, by place: what a commit has there never changes. What it did not change lies under the name of before. */
export interface KnownTrees {
  get(place: Place): Tree | undefined
  set(place: Place, tree: Tree): void
  /** The tree of a name. */
  named(oid: string): Tree | undefined
}

const kept = createRecent<Tree>(MOST_BYTES, ({ entries }) => 500 + entries.bytes.length + entries.size * 8)
let mirrors = 0

export function createKnownTrees(): KnownTrees {
  const mirror = (mirrors += 1)
  const names = createRecent<string>(MOST_PLACES, () => 1)
  const named = (oid: string): Tree | undefined => kept.get(`${mirror} ${oid}`)
  return {
    named,
    get(place) {
      const oid = names.get(placeName(place))
      return oid === undefined ? undefined : named(oid)
    },
    set(place, tree) {
      names.set(placeName(place), tree.oid)
      kept.set(`${mirror} ${tree.oid}`, tree)
    },
  }
}

/** How a place is called. */
export function placeName({ revision, dir }: Place): string {
  return `${revision}:${dir}`
}
