import { KedgeError } from '../../domain/errors.ts'
import { decodePath, encodePath } from './names.ts'

/** One entry of a tree: mode as Git writes it in trees (`40000` is a directory) and object name. */
export interface TreeEntry {
  mode: string
  oid: string
}

export const DIRECTORY_MODE = '40000'

/** An entry where it lies, from `at` to `end`; `from` and `to` are of its name. */
export interface Spot {
  bytes: Buffer
  at: number
  end: number
  from: number
  to: number
}

/**
 * A tree as it lies in the store. Strangers put any number of files beside ours: an entry becomes an object when somebody asks for it.
 * Source: https://git-scm.com/docs/user-manual#tree-object, git's `base_name_compare`.
 */
export interface TreeBytes extends Iterable<readonly [name: string, entry: TreeEntry]> {
  readonly size: number
  readonly bytes: Buffer
  /** In Git's order, in which alone two can be compared side by side. */
  readonly isSorted: boolean
  get(name: string): TreeEntry | undefined
  /** Where that name lies, in order: as a file, and as a folder, of which only a malformed tree has both. */
  indexesOf(name: string): readonly number[]
  /** The first index that is not before that entry of another tree. */
  placeOf(spot: Spot): number
  spot(index: number): Spot | undefined
  /** Where the entry begins. */
  start(index: number): number
  entryOf(spot: Spot): TreeEntry
}

const [ZERO, SPACE, SLASH, FOUR] = [0x00, 0x20, 0x2f, 0x34]

/** @throws KedgeError E_GIT_BROKEN_MIRROR */
export function readTree(content: Buffer, oidBytes: number): TreeBytes {
  // A copy: what it is a piece of may be large.
  const bytes = Buffer.from(content)
  const starts = startsOf(bytes, oidBytes)
  const spot = (index: number): Spot | undefined => {
    const at = starts[index]
    if (at === undefined) return undefined
    const end = starts[index + 1] ?? bytes.length
    return { bytes, at, end, from: bytes.indexOf(SPACE, at) + 1, to: end - oidBytes - 1 }
  }
  const entryOf = ({ at, from, to, end }: Spot): TreeEntry => ({
    mode: bytes.toString('latin1', at, from - 1),
    oid: bytes.toString('hex', to + 1, end),
  })
  const placeOf = (sought: Spot): number => firstFrom(starts.length, (index) => compareSpots(spot(index), sought) >= 0)
  const indexesOf = (name: string): readonly number[] => {
    const wanted = encodePath(name)
    const isAt = (index: number): boolean => wanted.equals(nameBytes(spot(index)))
    if (!isSorted) return starts.flatMap((_, index) => (isAt(index) ? [index] : []))
    // As a directory it has another place than as a file.
    const places = ['100644', DIRECTORY_MODE].map((mode) => placeOf(spotOf(wanted, { mode, oid: '' })))
    return [...new Set(places)].filter(isAt)
  }
  const isSorted = areSorted(starts.length, spot)
  return {
    size: starts.length,
    bytes,
    isSorted,
    spot,
    start: (index) => starts[index] ?? bytes.length,
    entryOf,
    get(name) {
      const one = spot(indexesOf(name)[0] ?? starts.length)
      return one && entryOf(one)
    },
    indexesOf,
    placeOf,
    *[Symbol.iterator]() {
      for (let index = 0; ; index += 1) {
        const one = spot(index)
        if (!one) return
        yield [nameAt(one), entryOf(one)] as const
      }
    },
  }
}

export function nameAt({ bytes, from, to }: Spot): string {
  return decodePath(bytes.subarray(from, to))
}

/** Git's order: by bytes, a directory as if its name ended in a slash. What is not there comes last. */
export function compareSpots(one: Spot | undefined, other: Spot | undefined): number {
  if (!one || !other) return one ? -1 : other ? 1 : 0
  const common = Math.min(one.to - one.from, other.to - other.from)
  const order = one.bytes.compare(other.bytes, other.from, other.from + common, one.from, one.from + common)
  return order || next(one, common) - next(other, common)
}

function next(spot: Spot, common: number): number {
  const { bytes, from, to } = spot
  return from + common < to ? (bytes[from + common] ?? ZERO) : isFolderAt(spot) ? SLASH : ZERO
}

function isFolderAt({ bytes, at, from }: Spot): boolean {
  return from - at === DIRECTORY_MODE.length + 1 && bytes[at] === FOUR
}

function nameBytes(spot: Spot | undefined): Buffer {
  return spot ? spot.bytes.subarray(spot.from, spot.to) : Buffer.alloc(0)
}

/** An entry as it would lie in a tree. */
function spotOf(name: Buffer, { mode, oid }: TreeEntry): Spot {
  const bytes = Buffer.concat([Buffer.from(`${mode} `), name, Buffer.of(ZERO), Buffer.from(oid, 'hex')])
  return { bytes, at: 0, end: bytes.length, from: mode.length + 1, to: mode.length + 1 + name.length }
}

/** What becomes of entries of a tree, by name; undefined: it goes. */
export type Changes = ReadonlyMap<string, TreeEntry | undefined>

/** A tree with these changes, as Git stores it. */
export function changedTree(tree: TreeBytes | undefined, changes: Changes): Buffer {
  if (tree && !tree.isSorted) return changedTree(undefined, new Map([...tree, ...changes]))
  const added = [...changes].flatMap(([name, entry]) => (entry ? spotOf(encodePath(name), entry) : [])).toSorted(compareSpots)
  if (!tree) return Buffer.concat(added.map(({ bytes }) => bytes))
  const gone = [...changes.keys()].flatMap((name) => tree.indexesOf(name).slice(0, 1))
  const edits = [...added.map((one) => ({ index: tree.placeOf(one), put: one.bytes })), ...gone.map((index) => ({ index, put: undefined }))]
  const pieces: Buffer[] = []
  let from = 0
  for (const { index, put } of edits.toSorted((a, b) => a.index - b.index)) {
    pieces.push(tree.bytes.subarray(from, tree.start(index)), ...(put ? [put] : []))
    from = tree.start(put ? index : index + 1)
  }
  return Buffer.concat([...pieces, tree.bytes.subarray(from)])
}

/** Whether two of one name are the same to Git. */
export function isSameEntry(one: Spot, other: Spot): boolean {
  return one.bytes.compare(other.bytes, other.at, other.end, one.at, one.end) === 0
}

function areSorted(size: number, spot: (index: number) => Spot | undefined): boolean {
  let before = spot(0)
  for (let index = 1; index < size; index += 1) {
    const one = spot(index)
    if (compareSpots(before, one) >= 0) return false
    before = one
  }
  return true
}

/** The first index for which that holds, as it does for all behind it; else `size`. */
function firstFrom(size: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, size]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** Where each entry begins: `<mode> <name>\0<raw object name>`, again and again. */
function startsOf(bytes: Buffer, oidBytes: number): readonly number[] {
  const starts: number[] = []
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(SPACE, at)
    const zero = bytes.indexOf(ZERO, space)
    if (space < 0 || zero < 0 || zero + oidBytes >= bytes.length) throw new KedgeError('E_GIT_BROKEN_MIRROR', 'a tree cannot be read')
    starts.push(at)
    at = zero + 1 + oidBytes
  }
  return starts
}
