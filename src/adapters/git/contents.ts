import type { CommitSha } from '../../domain/application/commit.ts'
import { KedgeError } from '../../domain/errors.ts'
import { faultOf } from './faults.ts'
import type { Mirror } from './mirror.ts'
import { assertCommit, assertPath } from './names.ts'
import type { GitObject } from './object-answers.ts'
import { readEntries } from './trees.ts'

/** Modes of what is read as a file. */
const FILES = ['100644', '100755']
const LINKS = ['120000']
/** Longer than any path that an operating system takes. */
const LONGEST_TARGET = 4_096

/** See `GitRepository.readFiles`. Contents are not in the mirror: Git fetches them from the remote, all in one request. */
export async function readFiles(
  mirror: Mirror,
  { revision, paths }: { revision: CommitSha; paths: readonly string[] },
  maxBytes: number,
): Promise<Readonly<Record<string, string>>> {
  return readContents(mirror, { revision, paths, modes: FILES }, maxBytes)
}

/** See `GitRepository.linkTarget`. */
export async function linkTarget(mirror: Mirror, revision: CommitSha, path: string): Promise<string | undefined> {
  return (await readContents(mirror, { revision, paths: [path], modes: LINKS }, LONGEST_TARGET))[path]
}

async function readContents(
  mirror: Mirror,
  { revision, paths, modes }: { revision: CommitSha; paths: readonly string[]; modes: readonly string[] },
  maxBytes: number,
): Promise<Readonly<Record<string, string>>> {
  await mirror.require([assertCommit(revision)])
  const entries = [...(await readEntries(mirror, revision, paths.map(assertPath)))]
  const oids = new Map(entries.flatMap(([path, entry]) => (entry && modes.includes(entry.mode) ? [[path, entry.oid] as const] : [])))
  const sizes = await readSizes(mirror, [...new Set(oids.values())])
  const small = [...sizes].flatMap(([oid, size]) => (size <= maxBytes ? [oid] : []))
  const texts = await readBlobs(mirror, small)
  return Object.fromEntries([...oids].flatMap(([path, oid]) => (texts.has(oid) ? [[path, texts.get(oid) ?? '']] : [])))
}

/** Brings what is missing here, and asks for sizes before any content is taken into memory: a file may have gigabytes. */
export async function readSizes(mirror: Mirror, oids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map(await sizesHere(mirror, oids))
  const absent = (): readonly string[] => oids.filter((oid) => !sizes.has(oid))
  // Git itself would ask for each that is missing by itself. What a server refuses in one request is asked for that way.
  if (absent().length > 1) {
    await mirror.remote(['fetch', '--stdin', '--filter=blob:none', ...QUIETLY], { input: lines(absent()) })
    for (const [oid, size] of await sizesHere(mirror, absent())) sizes.set(oid, size)
  }
  for (const [oid, size] of await fetchSizes(mirror, absent())) sizes.set(oid, size)
  return sizes
}

async function sizesHere(mirror: Mirror, oids: readonly string[]): Promise<readonly (readonly [oid: string, size: number])[]> {
  const objects = await mirror.objects.sizes(names(oids))
  return objects.flatMap((object) => (object ? [[blob(object).oid, object.size] as const] : []))
}

async function fetchSizes(mirror: Mirror, missing: readonly string[]): Promise<readonly (readonly [oid: string, size: number])[]> {
  if (missing.length === 0) return []
  const answer = await mirror.remote(['cat-file', '--batch-check'], { input: lines(missing) })
  if (answer.exitCode !== 0) throw faultOf(answer, 'reading the size of a file')
  const told = answer.stdout.toString('latin1').trimEnd().split('\n')
  return told.map((line) => {
    const [oid = '', type, size] = line.split(' ')
    if (type !== 'blob') throw unreadable(oid)
    return [oid, Number(size)]
  })
}

const QUIETLY = ['--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-recurse-submodules', 'origin'] as const

async function readBlobs(mirror: Mirror, oids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const objects = await mirror.objects.contents(names(oids))
  return new Map(oids.map((oid, index) => [oid, blob(objects[index], oid).content.toString('utf8')]))
}

/** @throws KedgeError E_GIT_BROKEN_MIRROR it is not here, or is no file */
function blob(object: GitObject | undefined, oid = object?.oid ?? ''): GitObject {
  if (object?.type !== 'blob') throw unreadable(oid)
  return object
}

function names(oids: readonly string[]): readonly Buffer[] {
  return oids.map((oid) => Buffer.from(oid))
}

function lines(oids: readonly string[]): Buffer {
  return Buffer.from(oids.map((oid) => `${oid}\n`).join(''))
}

function unreadable(oid: string): KedgeError {
  return new KedgeError('E_GIT_BROKEN_MIRROR', `the content ${oid} cannot be read`)
}
