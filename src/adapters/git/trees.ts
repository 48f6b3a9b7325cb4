import type { CommitSha } from '../../domain/application/commit.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { EntryKind, TreeFile } from '../../ports/git.ts'
import { nameOf, parentOf, placeName, type Place, type Tree } from './known-trees.ts'
import type { Mirror } from './mirror.ts'
import { assertCommit, assertPath, encodePath } from './names.ts'
import { insistOnTree } from './refuse-malformed.ts'
import { DIRECTORY_MODE, readTree, type TreeEntry } from './tree-bytes.ts'

/** Reads directories, all in one question, in the order asked; undefined where there is no directory of that name. */
export async function readTrees(mirror: Mirror, places: readonly Place[]): Promise<readonly (Tree | undefined)[]> {
  const found = new Map<string, Tree | undefined>()
  const keep = (place: Place, tree: Tree): void => {
    insistOnTree(mirror, tree.oid, place)
    mirror.trees.set(place, tree)
    found.set(placeName(place), tree)
  }
  const unread = new Map<string, Place & { oid: string | undefined }>()
  for (const place of places) {
    const known = mirror.trees.get(place)
    const oid = known?.oid ?? nameByParent(mirror, place)
    const tree = known ?? (oid === undefined ? undefined : mirror.trees.named(oid))
    if (tree) keep(place, tree)
    else unread.set(placeName(place), { ...place, oid })
  }
  const asked = [...unread.values()]
  for (const [index, tree] of (await askForTrees(mirror, asked)).entries()) {
    // That there is none is not kept: a damaged mirror says so too.
    if (tree && asked[index]) keep(asked[index], tree)
  }
  return places.map((place) => found.get(placeName(place)))
}

/** Of a folder's tree, where the folder above is at hand: what has not changed since another commit is not read again. */
function nameByParent({ trees }: Mirror, { revision, dir }: Place): string | undefined {
  const entry = dir === '' ? undefined : trees.get({ revision, dir: parentOf(dir) })?.entries.get(nameOf(dir))
  return entry?.mode === DIRECTORY_MODE ? entry.oid : undefined
}

async function askForTrees(
  mirror: Mirror,
  places: readonly (Place & { oid: string | undefined })[],
): Promise<readonly (Tree | undefined)[]> {
  const objects = await mirror.objects.contents(places.map((place) => (place.oid === undefined ? treeSpec(place) : Buffer.from(place.oid))))
  return objects.map((object, index) => {
    if (object && object.type !== 'tree') throw unreadable(places[index])
    return object && { oid: object.oid, entries: readTree(object.content, object.oid.length / 2) }
  })
}

/** The trailing slash makes Git resolve directories only: a file of this name counts as missing, and its content is not fetched. */
function treeSpec({ revision, dir }: Place): Buffer {
  if (dir === '') return Buffer.from(`${revision}^{tree}`)
  return Buffer.concat([Buffer.from(`${revision}:`), encodePath(dir), Buffer.from('/')])
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

/** See `GitRepository.kindsAt`. */
export async function kindsAt(
  mirror: Mirror,
  revision: CommitSha,
  paths: readonly string[],
): Promise<Readonly<Record<string, EntryKind | null>>> {
  await mirror.require([assertCommit(revision)])
  const entries = await readEntries(mirror, revision, paths.map(assertPath))
  return Object.fromEntries([...entries].map(([path, entry]) => [path, entry && kindOf(entry)]))
}

function kindOf({ mode }: TreeEntry): EntryKind {
  return mode === DIRECTORY_MODE ? 'folder' : (KINDS[mode] ?? 'file')
}

/**
 * See `GitRepository.listFiles`. Level by level and some folders at a time, so that a tree of any depth costs few questions a level, and
 * stops when there is enough: many folders may be one and the same large tree.
 */
export async function listFiles(
  mirror: Mirror,
  folder: Place,
  { recurse, most }: { recurse: boolean; most: number },
): Promise<readonly TreeFile[] | undefined> {
  await mirror.require([assertCommit(folder.revision)])
  if (folder.dir !== '') assertPath(folder.dir)
  const found: TreeFile[] = []
  let entries = 0
  let waiting: readonly string[] = [folder.dir]
  for (let isTop = true; waiting.length > 0 && found.length < most; isTop = false) {
    const dirs = waiting.slice(0, TREES_AT_ONCE)
    const trees = await readTrees(
      mirror,
      dirs.map((dir) => ({ revision: folder.revision, dir })),
    )
    if (isTop && trees[0] === undefined) return undefined
    const below: string[] = []
    for (const [index, tree] of trees.entries()) {
      for (const [name, { mode, oid }] of tree?.entries ?? []) {
        const path = dirs[index] ? `${dirs[index]}/${name}` : name
        if (found.length >= most) break
        if (mode !== DIRECTORY_MODE) found.push({ path, kind: KINDS[mode] ?? 'file', oid })
        else if (recurse && below.length < most) below.push(path)
        // Whatever else is due gets its turn.
        if ((entries += 1) % AT_A_TIME === 0) await new Promise((resolve) => setImmediate(resolve))
      }
    }
    waiting = [...waiting.slice(TREES_AT_ONCE), ...below].slice(0, most)
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Folders whose entries are in memory together. */
const TREES_AT_ONCE = 200
/** Entries that are made one after the other. */
const AT_A_TIME = 5_000

const KINDS: Readonly<Record<string, TreeFile['kind']>> = { '120000': 'symlink', '160000': 'submodule' }

function unreadable(place: Place | undefined): KedgeError {
  return new KedgeError(
    'E_GIT_BROKEN_MIRROR',
    place ? `the tree of ${place.revision} at "${place.dir}" cannot be read` : 'a tree cannot be read',
  )
}
