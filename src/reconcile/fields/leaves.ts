import type { CommitSha } from '../../domain/application/commit.ts'
import { createRecent } from '../../domain/recent.ts'
import type { GitRepository } from '../../ports/git.ts'
import { readPlainYaml, type Piece } from './plain-yaml.ts'
import { itemName, nameEach, objectName } from './put-back.ts'

/**
 * What stands at the end of each path, without quotes: to tell what is the same as before, not to write it. Comments are nothing. A file
 * that is no plain YAML has its lines instead, and one that is too much is one leaf.
 */
export type Leaves = ReadonlyMap<string, string>

/** Between the names of a path: none holds it. */
const BELOW = '\u0000'
/** Before a line. */
const LINE = `${BELOW}${BELOW}`

/** More files are told each as a whole. */
const MOST_FILES = 10
const MOST_BYTES = 64 * 1024
/** Characters of all that one question reads. */
const MOST_TEXT = 400_000
/** In characters, for all repositories. */
const MOST_KEPT = 1_000_000

interface Read {
  readonly leaves: Leaves | undefined
  readonly size: number
}

/** By object name: what a content says never changes. */
const known = createRecent<Read>(MOST_KEPT, ({ size }) => size + 500)

/** Reads the leaves of these files. @throws KedgeError E_GIT_* */
export function openLeaves(repository: GitRepository, paths: readonly string[]): (at: CommitSha) => Promise<Leaves> {
  const states = new Map<CommitSha, Leaves>()
  const counted = new Set<string>()
  let left = MOST_TEXT
  async function read(at: CommitSha, path: string, name: string): Promise<Leaves | undefined> {
    if (paths.length > MOST_FILES || !/\.ya?ml$/.test(path)) return undefined
    let told = known.get(name)
    if (!told) {
      const text = (await repository.readFiles(at, [path], MOST_BYTES))[path]
      // Others get their turn before each is parsed.
      await new Promise((resolve) => setImmediate(resolve))
      told = { leaves: text === undefined ? undefined : leavesOf(text), size: text?.length ?? 0 }
      known.set(name, told)
    }
    // What was counted depends on the commits alone, not on what is kept.
    if (!counted.has(name)) left -= told.size
    counted.add(name)
    return left < 0 ? undefined : told.leaves
  }
  return async (at) => {
    const asked = states.get(at)
    if (asked) return asked
    const all = new Map<string, string>()
    for (const [path, name] of Object.entries(await repository.objectNames(at, paths))) {
      if (name === null) continue
      const leaves = await read(at, path, name)
      for (const [leaf, text] of leaves ?? [['', name] as const]) all.set(path + leaf, text)
    }
    states.set(at, all)
    return all
  }
}

function leavesOf(text: string): Leaves {
  const documents = readPlainYaml(text)
  if (typeof documents === 'string') return linesOf(text)
  const leaves = new Map<string, string>()
  const addAll = (pieces: readonly Piece[], path: string, names: readonly string[]): void => {
    for (const [index, piece] of pieces.entries()) add(piece, `${path}${BELOW}${names[index] ?? index}`)
  }
  const add = (piece: Piece, path: string): void => {
    if (piece.kind === 'scalar') leaves.set(path, piece.source.replaceAll(/^(["'])(.*)\1$/g, '$2'))
    else if (piece.kind === 'list') addAll(piece.items, path, nameEach(piece.items, itemName))
    else for (const [name, value] of piece.entries) add(value, `${path}${BELOW}${name}`)
  }
  const written = documents.filter((document) => document.kind !== 'scalar' || document.source !== '')
  addAll(written, '', nameEach(written, objectName))
  return leaves
}

/** Each as often as it stands there. */
function linesOf(text: string): Leaves {
  const leaves = new Map<string, string>()
  for (const line of text.split('\n')) {
    const path = `${LINE}${line.trim()}`
    leaves.set(path, `${Number(leaves.get(path) ?? 0) + 1}`)
  }
  return leaves
}

/** How many pods there are: no part of a release, wherever it stands. */
export function isScale(path: string): boolean {
  return /^["']?(?:min|max)?replica(?:s|count)["']?(?:\s*:.*)?$/i.test(path.slice(path.lastIndexOf(BELOW) + 1))
}

/** Whether it does not stand for one field: a line, or a whole file. */
export function isNoField(path: string): boolean {
  return !path.includes(BELOW) || path.includes(LINE)
}
