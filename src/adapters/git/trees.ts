import { KedgeError } from '../../domain/errors.ts'
import { createRecent, type Recent } from '../../domain/recent.ts'
import type { TreeFile } from '../../ports/git.ts'
import { insistOnTree } from './malformed.ts'
import type { Mirror } from './mirror.ts'
import { assertCommit, assertPath, decodePath, encodePath } from './names.ts'

/** One entry of a tree: mode as Git writes it in trees (`40000` is a directory) and object name. */
export interface TreeEntry {
  mode: string
  oid: string
}

export type Entries = ReadonlyMap<string, TreeEntry>

export interface Tree {
  oid: string
  entries: Entries
}

/** A directory at a revision; `''` is the root. */
export interface Place {
  revision: string
  dir: string
}

export const DIRECTORY_MODE = '40000'

/** The directory of a path: `''` for one in the root. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Entries of trees that one mirror keeps at hand: about a megabyte. */
const MOST_ENTRIES = 5_000

/** Trees that were read, by place: what a commit has there never changes. */
export type KnownTrees = Recent<Tree>

export function createKnownTrees(): KnownTrees {
  return createRecent<Tree>(MOST_ENTRIES, ({ entries }) => 1 + entries.size)
}

/** Reads directories, all in one question, in the order asked; undefined where there is no directory of that name. */
export async function readTrees(mirror: Mirror, places: readonly Place[]): Promise<readonly (Tree | undefined)[]> {
  const found = new Map<string, Tree | undefined>()
  for (const place of places) found.set(placeName(place), mirror.trees.get(placeName(place)))
  const unread = places.filter((place) => found.get(placeName(place)) === undefined)
  for (const [index, tree] of (await askForTrees(mirror, unread)).entries()) {
    const name = unread[index] ? placeName(unread[index]) : ''
    found.set(name, tree)
    if (tree && unread[index]) insistOnTree(mirror, tree.oid, unread[index])
    // That there is none is not kept: a damaged mirror says so too.
    if (tree) mirror.trees.set(name, tree)
  }
  return places.map((place) => found.get(placeName(place)))
}

function placeName({ revision, dir }: Place): string {
  return `${revision}:${dir}`
}

async function askForTrees(mirror: Mirror, places: readonly Place[]): Promise<readonly (Tree | undefined)[]> {
  const objects = await mirror.objects.contents(places.map(treeSpec))
  return objects.map((object, index) => {
    if (object && object.type !== 'tree') throw unreadable(places[index])
    return object && { oid: object.oid, entries: parseTree(object.content, object.oid.length / 2) }
  })
}

/** The trailing slash makes Git resolve directories only: a file of this name counts as missing, and its content is not fetched. */
function treeSpec({ revision, dir }: Place): Buffer {
  if (dir === '') return Buffer.from(`${revision}^{tree}`)
  return Buffer.concat([Buffer.from(`${revision}:`), encodePath(dir), Buffer.from('/')])
}

/** Git's own format: `<mode> <name>\0<raw object name>`, again and again. */
export function parseTree(bytes: Buffer, oidBytes: number): Entries {
  const entries = new Map<string, TreeEntry>()
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at)
    const zero = bytes.indexOf(0, space)
    if (space < 0 || zero < 0) throw unreadable(undefined)
    const next = zero + 1 + oidBytes
    entries.set(decodePath(bytes.subarray(space + 1, zero)), {
      mode: bytes.toString('latin1', at, space),
      oid: bytes.toString('hex', zero + 1, next),
    })
    at = next
  }
  return entries
}

/** A tree as Git stores it. */
export function treeBytes(entries: Entries): Buffer {
  // Git sorts by bytes, and a directory as if its name ended in a slash.
  const lines = [...entries].map(([name, { mode, oid }]) => {
    const bytes = encodePath(name)
    const sortedAs = mode === DIRECTORY_MODE ? Buffer.concat([bytes, Buffer.from('/')]) : bytes
    return { sortedAs, line: Buffer.concat([Buffer.from(`${mode} `), bytes, Buffer.of(0), Buffer.from(oid, 'hex')]) }
  })
  return Buffer.concat(lines.sort((a, b) => Buffer.compare(a.sortedAs, b.sortedAs)).map(({ line }) => line))
}

/** What is at each path of one revision: null where nothing is. */
export async function readEntries(
  mirror: Mirror,
  revision: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, TreeEntry | null>> {
  const dirs = [...new Set(paths.map(parentOf))]
  const trees = await readTrees(
    mirror,
    dirs.map((dir) => ({ revision, dir })),
  )
  const byDir = new Map(dirs.map((dir, index) => [dir, trees[index]]))
  return new Map(paths.map((path) => [path, byDir.get(parentOf(path))?.entries.get(nameOf(path)) ?? null]))
}

/** See `GitRepository.listFiles`. Level by level, so that a tree of any depth costs one question a level and stops when there is enough. */
export async function listFiles(
  mirror: Mirror,
  folder: Place,
  { recurse, most }: { recurse: boolean; most: number },
): Promise<readonly TreeFile[] | undefined> {
  await mirror.require([assertCommit(folder.revision)])
  if (folder.dir !== '') assertPath(folder.dir)
  const found: TreeFile[] = []
  let level: readonly string[] = [folder.dir]
  for (let isTop = true; level.length > 0 && found.length < most; isTop = false) {
    const trees = await readTrees(
      mirror,
      level.map((dir) => ({ revision: folder.revision, dir })),
    )
    if (isTop && trees[0] === undefined) return undefined
    const below: string[] = []
    for (const [index, tree] of trees.entries()) {
      for (const [name, { mode, oid }] of tree?.entries ?? []) {
        const path = level[index] ? `${level[index]}/${name}` : name
        if (mode === DIRECTORY_MODE) below.push(path)
        else found.push({ path, kind: KINDS[mode] ?? 'file', oid })
      }
    }
    level = recurse ? below.slice(0, most) : []
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

const KINDS: Readonly<Record<string, TreeFile['kind']>> = { '120000': 'symlink', '160000': 'submodule' }

function unreadable(place: Place | undefined): KedgeError {
  return new KedgeError(
    'E_GIT_BROKEN_MIRROR',
    place ? `the tree of ${place.revision} at "${place.dir}" cannot be read` : 'a tree cannot be read',
  )
}
