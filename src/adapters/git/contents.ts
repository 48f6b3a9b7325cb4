import type { CommitSha } from '../../domain/application/commit.ts'
import { KedgeError } from '../../domain/errors.ts'
import { faultOf } from './faults.ts'
import type { Mirror } from './mirror.ts'
import { assertCommit, assertPath } from './names.ts'
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
  const small = [...sizes].filter(([, size]) => size <= maxBytes)
  const texts = await readBlobs(mirror, small)
  return Object.fromEntries([...oids].flatMap(([path, oid]) => (texts.has(oid) ? [[path, texts.get(oid) ?? '']] : [])))
}

/** Brings what is missing here, and asks for sizes before any content is taken into memory: a file may have gigabytes. */
async function readSizes(mirror: Mirror, oids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (oids.length === 0) return new Map()
  if (oids.length > 1) await fetchTogether(mirror, oids)
  const answer = await mirror.remote(['cat-file', '--batch-check'], { input: lines(oids) })
  if (answer.exitCode !== 0) throw faultOf(answer, 'reading the size of a file')
  const sizes = new Map<string, number>()
  for (const line of answer.stdout.toString('latin1').trimEnd().split('\n')) {
    const [oid = '', type, size] = line.split(' ')
    if (type !== 'blob') throw unreadable(oid)
    sizes.set(oid, Number(size))
  }
  return sizes
}

/** Git itself would ask for each that is missing by itself. What a server refuses here is asked for that way. */
async function fetchTogether(mirror: Mirror, oids: readonly string[]): Promise<void> {
  const here = (await mirror.local(['cat-file', '--batch-check'], { input: lines(oids) })).toString('latin1').split('\n')
  const missing = here.flatMap((line) => (line.endsWith(' missing') ? [line.slice(0, -' missing'.length)] : []))
  if (missing.length > 1) await mirror.remote(['fetch', '--stdin', '--filter=blob:none', ...QUIETLY], { input: lines(missing) })
}

const QUIETLY = ['--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-recurse-submodules', 'origin'] as const

async function readBlobs(mirror: Mirror, sizes: readonly (readonly [oid: string, size: number])[]): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>()
  if (sizes.length === 0) return texts
  const output = await mirror.local(['cat-file', '--batch'], { input: lines(sizes.map(([oid]) => oid)) })
  let at = 0
  for (const [oid, size] of sizes) {
    const start = output.indexOf(0x0a, at) + 1
    if (!output.toString('latin1', at, start).startsWith(`${oid} blob ${size}`)) throw unreadable(oid)
    texts.set(oid, output.toString('utf8', start, start + size))
    at = start + size + 1
  }
  return texts
}

function lines(oids: readonly string[]): Buffer {
  return Buffer.from(oids.map((oid) => `${oid}\n`).join(''))
}

function unreadable(oid: string): KedgeError {
  return new KedgeError('E_GIT_BROKEN_MIRROR', `the content ${oid} cannot be read`)
}
