import type { InputPath } from '../../domain/application/commit.ts'
import { matchesPath } from '../../domain/words/glob.ts'
import type { Tree } from './known-trees.ts'
import type { Mirror } from './mirror.ts'
import { compareSpots, DIRECTORY_MODE, isSameEntry, nameAt, type Spot, type TreeEntry } from './tree-bytes.ts'
import { readTrees } from './trees.ts'

/** A file that is not the same on two sides; undefined where it is absent. */
export interface Difference {
  path: string
  one: TreeEntry | undefined
  other: TreeEntry | undefined
}

/** A commit, or nothing at all. */
export type Side = string | undefined

/** Of more folders than this Git makes less work. */
const MOST_FOLDERS = 500
/** And of more entries that differ: all of them would become objects. */
const MOST_DIFFERING = 5_000
/** Entries that are compared before whatever else is due gets its turn. */
const AT_A_TIME = 20_000
/** Git takes others for one of these. */
const MODES = ['100644', '100755', '120000', '160000']

/**
 * Which files among the inputs differ between two commits, by the trees at hand: what `git diff-tree -r` would start a process for, which
 * costs more than the answer. Undefined where Git has to be asked: it reads some patterns in a way of its own, and has its own opinion of
 * objects that it takes for malformed. @throws KedgeError E_GIT_*
 */
export async function differencesOf(
  mirror: Mirror,
  [one, other]: readonly [Side, Side],
  inputs: readonly InputPath[],
): Promise<readonly Difference[] | undefined> {
  if (mirror.malformed.size > 0 || !inputs.every(isPlain)) return undefined
  const found: Difference[] = []
  let folders = 0
  for (let level: readonly Folder[] = [{ path: '', one: one !== undefined, other: other !== undefined }]; level.length > 0;) {
    folders += level.length
    if (folders > MOST_FOLDERS) return undefined
    const before = await readSide(
      mirror,
      one,
      level.map((folder) => folder.one && folder.path),
    )
    const after = await readSide(
      mirror,
      other,
      level.map((folder) => folder.other && folder.path),
    )
    if (!before || !after || [...before, ...after].some((tree) => tree?.entries.isSorted === false)) return undefined
    const differing: Difference[] = []
    for (const [index, { path }] of level.entries())
      differing.push(...(await differingEntries({ path, wanted: wantedIn(path, inputs) }, before[index], after[index])))
    // One of them may be a folder to Git.
    if (differing.length > MOST_DIFFERING || differing.some(({ one: was, other: is }) => !isKnown(was) || !isKnown(is))) return undefined
    const files = differing.map(({ path, ...sides }) => ({ path, one: asFile(sides.one), other: asFile(sides.other) }))
    const ours = files.filter(({ path, ...sides }) => (sides.one ?? sides.other) && inputs.some((input) => isOf(path, input)))
    found.push(...ours)
    level = differing
      .map(({ path, ...sides }) => ({ path, one: isFolder(sides.one), other: isFolder(sides.other) }))
      .filter((folder) => folder.one || folder.other)
  }
  return found
}

/** A folder, and on which sides there is one. */
interface Folder {
  path: string
  one: boolean
  other: boolean
}

/** Undefined where a tree is not here that must be: Git says what is wrong with it. */
async function readSide(
  mirror: Mirror,
  revision: Side,
  folders: readonly (string | false)[],
): Promise<readonly (Tree | undefined)[] | undefined> {
  const asked = folders.filter((dir) => dir !== false)
  const trees =
    revision === undefined
      ? []
      : await readTrees(
          mirror,
          asked.map((dir) => ({ revision, dir })),
        )
  if (trees.length < asked.length || trees.includes(undefined)) return undefined
  const rest = trees.values()
  return folders.map((dir) => (dir === false ? undefined : rest.next().value))
}

/** The names in a folder that inputs begin with; undefined where any may be of them. */
function wantedIn(folder: string, inputs: readonly InputPath[]): ReadonlySet<string> | undefined {
  const names = new Set<string>()
  for (const { path, glob } of inputs) {
    const star = glob ? path.indexOf('*') : -1
    const fixed = star < 0 ? path : path.slice(0, Math.max(0, path.lastIndexOf('/', star)))
    if (isWithin(folder, fixed)) return undefined
    if (isWithin(fixed, folder)) names.add(fixed.slice(folder === '' ? 0 : folder.length + 1).split('/')[0] ?? '')
  }
  return names
}

/**
 * Side by side, as both are in one order: what is alike, or of nobody's interest, becomes no object, be it the hundred thousand files of a
 * neighbour. Of too many that differ, some are given.
 */
async function differingEntries(
  { path: folder, wanted }: { path: string; wanted: ReadonlySet<string> | undefined },
  one: Tree | undefined,
  other: Tree | undefined,
): Promise<readonly Difference[]> {
  if (one?.oid === other?.oid) return []
  const found = new Map<string, Difference>()
  const keep = (tree: Tree | undefined, spot: Spot | undefined, side: 'one' | 'other'): void => {
    if (!tree || !spot) return
    const name = nameAt(spot)
    // A file and a folder of one name lie in two places.
    const known = found.get(name) ?? { path: folder === '' ? name : `${folder}/${name}`, one: undefined, other: undefined }
    found.set(name, { ...known, [side]: tree.entries.entryOf(spot) })
  }
  const [ones, others] = [spotsOf(one, wanted), spotsOf(other, wanted)]
  for (let [was, is] = [0, 0]; found.size <= MOST_DIFFERING;) {
    const [before, after] = [ones(was), others(is)]
    if (!before && !after) break
    const order = compareSpots(before, after)
    const isAlike = order === 0 && before && after && isSameEntry(before, after)
    if (order <= 0) {
      if (!isAlike) keep(one, before, 'one')
      was += 1
    }
    if (order >= 0) {
      if (!isAlike) keep(other, after, 'other')
      is += 1
    }
    if ((was + is) % AT_A_TIME === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return [...found.values()]
}

/** The entries of a tree that are wanted, one by one. */
function spotsOf(tree: Tree | undefined, wanted: ReadonlySet<string> | undefined): (index: number) => Spot | undefined {
  if (!tree) return () => undefined
  const { entries } = tree
  if (!wanted) return (index) => entries.spot(index)
  const indexes = [...wanted].flatMap((name) => entries.indexesOf(name)).sort((a, b) => a - b)
  return (index) => entries.spot(indexes[index] ?? entries.size)
}

function isFolder(entry: TreeEntry | undefined): boolean {
  return entry?.mode === DIRECTORY_MODE
}

function isKnown(entry: TreeEntry | undefined): boolean {
  return entry === undefined || isFolder(entry) || MODES.includes(entry.mode)
}

function asFile(entry: TreeEntry | undefined): TreeEntry | undefined {
  return isFolder(entry) ? undefined : entry
}

/** Whether the pattern means here what it means to Git, which matches bytes and knows more kinds of wildcards. */
function isPlain({ path, glob }: InputPath): boolean {
  return !glob || (!/[[\\?]/.test(path) && path.split('/').every((part) => part === '**' || !part.includes('**')))
}

/** Every pattern is also a path, as a folder may be called `*`; a path stands for all that lies below it. */
function isOf(file: string, { path, glob }: InputPath): boolean {
  return isWithin(file, path) || (glob && path.includes('*') && matchesPath(file, path))
}

function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}
