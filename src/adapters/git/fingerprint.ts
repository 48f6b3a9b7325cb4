import { createHash } from 'node:crypto'
import type { CommitSha, InputPath } from '../../domain/application/commit.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { Mirror } from './mirror.ts'
import { assertCommit, assertPath, encodePath, pathspecs } from './names.ts'
import { insistOnTrees } from './refuse-malformed.ts'
import { differencesOf, type Difference } from './tree-walk.ts'
import { readEntries } from './trees.ts'

/** Git knows the empty tree without having it, one for each kind of object name. */
const EMPTY_TREE = {
  40: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  64: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74de5321dd',
}

/**
 * See `GitRepository.fingerprint`. A file or directory is told by its mode and object name, which already is a hash of all below;
 * globs by the modes, object names and paths of the files that one of them matches: one process for all of them, and a chart or a plain
 * folder has some.
 */
export async function fingerprint(mirror: Mirror, revision: CommitSha, inputs: readonly InputPath[]): Promise<string> {
  pathspecs(inputs)
  await mirror.require([assertCommit(revision)])
  const literals = inputs.filter((input) => !input.glob).map((input) => input.path)
  const globs = [...new Set(inputs.filter((input) => input.glob).map((input) => input.path))].sort()
  const hash = createHash('sha256')
  for (const [path, name] of Object.entries(await entryNames(mirror, revision, literals)).sort(byFirst))
    hash.update(JSON.stringify([path, name]))
  if (globs.length > 0) hash.update(JSON.stringify(globs)).update(await listGlobs(mirror, revision, globs))
  return hash.digest('hex')
}

/** See `GitRepository.objectNames`. */
export async function objectNames(
  mirror: Mirror,
  revision: CommitSha,
  paths: readonly string[],
): Promise<Readonly<Record<string, string | null>>> {
  for (const path of paths) if (path !== '') assertPath(path)
  await mirror.require([assertCommit(revision)])
  const names = await entryNames(mirror, revision, paths)
  return Object.fromEntries(Object.entries(names).map(([path, name]) => [path, name?.split(' ')[1] ?? null]))
}

/** `<mode> <object name>` of each path; the root has a name too. */
async function entryNames(mirror: Mirror, revision: CommitSha, paths: readonly string[]): Promise<Record<string, string | null>> {
  const entries = await readEntries(
    mirror,
    revision,
    paths.filter((path) => path !== ''),
  )
  const names: [string, string | null][] = [...entries].map(([path, entry]) => [path, entry && `${entry.mode} ${entry.oid}`])
  if (paths.includes('')) names.push(['', `40000 ${await rootTree(mirror, revision)}`])
  return Object.fromEntries(names)
}

/** As Git would list it, byte for byte: fingerprints are compared with those of another start. */
function rawListing(files: readonly Difference[], revision: CommitSha): Buffer {
  const named = files.map(({ path, other }) => ({ name: encodePath(path), mode: other?.mode, oid: other?.oid }))
  const lines = named
    .toSorted((a, b) => Buffer.compare(a.name, b.name))
    .flatMap(({ name, mode, oid }) => [Buffer.from(`:000000 ${mode} ${'0'.repeat(revision.length)} ${oid} A\0`), name, Buffer.of(0)])
  return Buffer.concat(lines)
}

async function rootTree(mirror: Mirror, revision: CommitSha): Promise<string> {
  const [tree] = await mirror.objects.sizes([Buffer.from(`${revision}^{tree}`)])
  if (!tree) throw new KedgeError('E_GIT_BROKEN_MIRROR', `the tree of ${revision} cannot be read`)
  return tree.oid
}

/** Files that match, as a diff from nothing: the only listing of trees that takes glob pathspecs. */
async function listGlobs(mirror: Mirror, revision: CommitSha, globs: readonly string[]): Promise<Buffer> {
  const nothing = revision.length === 64 ? EMPTY_TREE[64] : EMPTY_TREE[40]
  const inputs = globs.map((path) => ({ path, glob: true }))
  const files = await differencesOf(mirror, [undefined, revision], inputs)
  if (files) return rawListing(files, revision)
  await insistOnTrees(mirror, [nothing, revision], inputs)
  return mirror.local([
    'diff-tree',
    '-r',
    '-z',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    '--ignore-submodules=none',
    nothing,
    revision,
    '--',
    ...pathspecs(inputs),
  ])
}

function byFirst([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0
}
