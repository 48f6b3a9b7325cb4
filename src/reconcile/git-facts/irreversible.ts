import type { CommitSha } from '../../domain/application/commit.ts'
import { irreversibleAmong, type IrreversibleManifest } from '../../domain/application/irreversible.ts'
import { splitDocuments } from '../../domain/words/yaml-documents.ts'
import type { GitRepository } from '../../ports/git.ts'
import { readDocuments } from '../inputs/yaml.ts'
import type { Versions } from './versions.ts'

/** Larger files, and more of them, are nothing that files can prove: see `insistByFiles`. */
const MOST_BYTES = 1024 * 1024
const MOST_FILES = 200
const MOST_TEXT = 4 * 1024 * 1024
/** Characters of a document that is parsed. */
const LARGEST_PARSED = 32 * 1024

interface Asked {
  versions: Versions
  revision: CommitSha
  good: CommitSha
  paths: readonly string[]
}

/**
 * What a release has brought, changed or taken away that no revert in Git takes back, by kind and name: of all that the two commits render,
 * or, where that is not known, of the documents in the files that would be restored. @throws KedgeError E_GIT_*
 */
export async function changedForGood(repository: GitRepository, { versions, revision, good, paths }: Asked): Promise<readonly string[]> {
  const [failed, before] = versions.by === 'rendering' ? [versions.failed.rollout.irreversible, versions.before.rollout.irreversible] : []
  if (failed && before) return differing(failed, before, ({ hash }) => hash)
  if (paths.length > MOST_FILES) return [`perhaps, as ${paths.length} files are more than are looked through`]
  const [late, early] = [await readObjects(repository, revision, paths), await readObjects(repository, good, paths)]
  if (!late || !early) return ['perhaps, as the files are too large to be looked through']
  return differing(late, early, ({ content }) => content)
}

interface Named {
  kind: string
  name: string
}

function differing<One extends Named>(late: readonly One[], early: readonly One[], contentOf: (one: One) => string): readonly string[] {
  const isIn = (one: One, all: readonly One[]): boolean =>
    all.some((other) => other.kind === one.kind && other.name === one.name && contentOf(other) === contentOf(one))
  const changed = [...late.filter((one) => !isIn(one, early)), ...early.filter((one) => !isIn(one, late))]
  return [...new Set(changed.map(({ kind, name }) => `${kind} ${name}`))].sort()
}

/** Undefined where that is too much. */
async function readObjects(
  repository: GitRepository,
  at: CommitSha,
  paths: readonly string[],
): Promise<readonly IrreversibleManifest[] | undefined> {
  const texts = Object.entries(await repository.readFiles(at, paths, MOST_BYTES))
  if (texts.reduce((size, [, text]) => size + text.length, 0) > MOST_TEXT) return undefined
  const documents = texts.flatMap(([path, text]) => documentsOf(path, text))
  return irreversibleAmong(documents, (document) => {
    // A template that is YAML by chance may be any kind once it is rendered.
    const isRead = document.length <= LARGEST_PARSED && !document.includes('{{')
    return isRead ? readDocuments(document) : undefined
  })
}

function documentsOf(path: string, text: string): readonly string[] {
  return (path.endsWith('.json') ? undefined : splitDocuments(text)) ?? [text]
}
