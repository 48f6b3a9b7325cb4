import type { CommitSha } from '../../../domain/application/commit.ts'
import type { Parse } from '../../../domain/application/irreversible.ts'
import { isCode, reachedIn, type ChangedFile } from '../../../domain/application/reached.ts'
import { inTurns } from '../../../domain/in-turns.ts'
import { createRecent } from '../../../domain/recent.ts'
import type { Digest } from '../../../domain/revert/keys.ts'
import { plainText } from '../../../domain/words/plain-text.ts'
import type { GitRepository } from '../../../ports/git.ts'
import { readDocuments } from '../../inputs/yaml.ts'
import type { Beside } from './irreversible-beside.ts'

interface Asked {
  revision: CommitSha
  good: CommitSha
  paths: readonly string[]
  isPlain: boolean
  beside: Beside
  /** Documents of a file. */
  split: (path: string, text: string) => readonly string[]
  parse: Parse
  most: { bytes: number; documents: number }
  digest: Digest
}

/** What was found in the same contents before. In characters. */
const kept = createRecent<readonly string[]>(500_000, (found) => 200 + found.join('').length)

/**
 * By files: what stands in files that a release left alone, cannot be taken back, and may be rendered otherwise by what it changed, as a
 * Job that runs as a hook and takes its image from a value. @throws KedgeError E_GIT_*
 */
export async function reachedBeside(repository: GitRepository, asked: Asked): Promise<readonly string[]> {
  const { revision, good, paths, beside, isPlain, digest } = asked
  const isRead = (path: string): boolean => isCode(path) || (!isPlain && (beside.isKustomized || /(?:^|\/)templates\//.test(path)))
  const texts = Object.entries(beside.texts).filter(([path]) => isRead(path))
  const files = texts.map(([path]) => path)
  const names = [await repository.objectNames(revision, [...paths, ...files]), await repository.objectNames(good, paths)]
  const key = digest(JSON.stringify([names, files, beside.isReplacing]))
  const found = kept.get(key) ?? (await findReached(repository, asked, texts))
  kept.set(key, found)
  const unknown = isPlain ? [] : beside.tooLarge.map((path) => `perhaps, as ${plainText(path, 120)} is larger than is looked through`)
  if (beside.isTooMuch && !isPlain) unknown.push('perhaps, as the files that the Application reads are more than are looked through')
  return [...found, ...unknown]
}

type Text = readonly [path: string, text: string]

async function findReached(repository: GitRepository, asked: Asked, texts: readonly Text[]): Promise<readonly string[]> {
  const { beside, split, parse, most } = asked
  const changes = texts.length > 0 ? await readChanges(repository, asked) : []
  const found: string[] = []
  for (const [path, text] of texts) {
    const documents = split(path, text)
    if (documents.length > most.documents) found.push(`perhaps, as ${plainText(path, 120)} holds more documents than are looked through`)
    const work = reachedIn({ path, documents }, { changes, isReplacing: beside.isReplacing }, parse)
    found.push(...(await inTurns(work, () => new Promise((resolve) => void setImmediate(resolve)))))
  }
  return [...new Set(found)].sort().slice(0, MOST_NAMED)
}

/** More are not told by name. */
const MOST_NAMED = 100

async function readChanges(repository: GitRepository, { revision, good, paths, most }: Asked): Promise<readonly ChangedFile[]> {
  const [late, early] = [await repository.readFiles(revision, paths, most.bytes), await repository.readFiles(good, paths, most.bytes)]
  const [inLate, inEarly] = [await repository.objectNames(revision, paths), await repository.objectNames(good, paths)]
  return paths.map((path) => ({
    path,
    texts: [late[path] ?? '', early[path] ?? ''],
    late: documentsOf(late[path], inLate[path]),
    early: documentsOf(early[path], inEarly[path]),
  }))
}

function documentsOf(text: string | undefined, name: string | null | undefined): readonly unknown[] | undefined {
  if (text !== undefined) return readDocuments(text)
  return name === null ? [] : undefined
}
