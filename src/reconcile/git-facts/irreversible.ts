import type { CommitSha, InputPath } from '../../domain/application/commit.ts'
import { isAmong } from '../../domain/application/inputs.ts'
import { irreversibleAmong, type IrreversibleManifest } from '../../domain/application/irreversible.ts'
import { splitDocuments } from '../../domain/words/yaml-documents.ts'
import type { GitRepository } from '../../ports/git.ts'
import { readDocuments } from '../inputs/yaml.ts'
import type { Versions } from './versions.ts'

/** Larger files, and more of them, are nothing that files can prove: see `insistByFiles`. */
const MOST_BYTES = 1024 * 1024
const MOST_FILES = 200
const MOST_TEXT = 4 * 1024 * 1024
/** Files beside, in which a Job may run as a hook. */
const MOST_BESIDE = 500
/** Characters of a document that is parsed. */
const LARGEST_PARSED = 32 * 1024

interface Asked {
  versions: Versions
  revision: CommitSha
  good: CommitSha
  paths: readonly string[]
  restored: readonly InputPath[]
  isPlain: boolean
}

/**
 * What a release has brought, changed or taken away that no revert in Git takes back, by kind and name: of all that the two commits render,
 * or, where that is not known, of the documents in the files that would be restored. A ConfigMap of plain files counts, too, where a Job
 * of any other of them reads it as a hook. @throws KedgeError E_GIT_*
 */
export async function changedForGood(repository: GitRepository, asked: Asked): Promise<readonly string[]> {
  const { versions, revision, good, paths, isPlain } = asked
  const [failed, before] = versions.by === 'rendering' ? [versions.failed.rollout.irreversible, versions.before.rollout.irreversible] : []
  const rendered = failed && before && differing(failed, before, ({ hash }) => hash)
  if (rendered && (!isPlain || paths.length > MOST_FILES)) return rendered
  if (paths.length > MOST_FILES) return [`perhaps, as ${paths.length} files are more than are looked through`]
  const [late, early] = [await readAll(repository, revision, paths), await readAll(repository, good, paths)]
  if (!late || !early) return rendered ?? ['perhaps, as the files are too large to be looked through']
  const hasScripts = [...late, ...early].some((document) => document.includes('ConfigMap'))
  if (rendered && !hasScripts) return rendered
  const beside = hasScripts ? await readBeside(repository, asked) : []
  const read = (documents: readonly string[]): readonly IrreversibleManifest[] => irreversibleAmong(documents, parse, beside)
  const declared = differing(read(late), read(early), ({ content }) => content)
  return rendered ? [...new Set([...rendered, ...declared.filter((one) => one.startsWith('ConfigMap '))])].sort() : declared
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

/** Documents of files; undefined where that is too much. */
async function readAll(repository: GitRepository, at: CommitSha, paths: readonly string[]): Promise<readonly string[] | undefined> {
  const texts = Object.entries(await repository.readFiles(at, paths, MOST_BYTES))
  if (texts.reduce((size, [, text]) => size + text.length, 0) > MOST_TEXT) return undefined
  return texts.flatMap(([path, text]) => documentsOf(path, text))
}

/** A template that is YAML by chance may be any kind once it is rendered. */
function parse(document: string): readonly unknown[] | undefined {
  const isRead = document.length <= LARGEST_PARSED && !document.includes('{{')
  return isRead ? readDocuments(document) : undefined
}

/** Documents of the inputs that the release has left alone. Of too many none: what renders them as a whole tells more. */
async function readBeside(repository: GitRepository, { revision, paths, restored }: Asked): Promise<readonly string[]> {
  const files = new Set<string>()
  for (const { path, glob } of restored) {
    if (!glob) files.add(path)
    else for (const file of await filesIn(repository, revision, path)) files.add(file)
  }
  const beside = [...files].filter((file) => isAmong(file, restored) && !paths.includes(file) && /\.(?:ya?ml|json)$/.test(file))
  return beside.length > MOST_BESIDE ? [] : ((await readAll(repository, revision, beside)) ?? [])
}

async function filesIn(repository: GitRepository, at: CommitSha, pattern: string): Promise<readonly string[]> {
  const folder = pattern.slice(0, Math.max(0, pattern.lastIndexOf('/', pattern.search(/[*?[\\]/))))
  const files = (await repository.listFiles(at, folder, { recurse: pattern.includes('**'), most: MOST_BESIDE })) ?? []
  return files.flatMap(({ path, kind }) => (kind === 'file' ? [path] : []))
}

function documentsOf(path: string, text: string): readonly string[] {
  return (path.endsWith('.json') ? undefined : splitDocuments(text)) ?? [text]
}
