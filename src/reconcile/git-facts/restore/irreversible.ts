import type { CommitSha, GitCommit, InputPath } from '../../../domain/application/commit.ts'
import { irreversibleAmong, mayRunAsHook } from '../../../domain/application/irreversible.ts'
import { inTurns } from '../../../domain/in-turns.ts'
import { createRecent } from '../../../domain/recent.ts'
import type { Digest } from '../../../domain/revert/keys.ts'
import { isFields, own } from '../../../domain/rollout/template-shape.ts'
import { plainText } from '../../../domain/words/plain-text.ts'
import { splitDocuments } from '../../../domain/words/yaml-documents.ts'
import type { GitRepository } from '../../../ports/git.ts'
import { readDocuments } from '../../inputs/yaml.ts'
import type { Versions } from '../question/versions.ts'
import { readBeside } from './irreversible-beside.ts'
import { reachedBeside } from './irreversible-reached.ts'

/** Larger files, and more of them, are nothing that files can prove: see `insistByFiles`. */
const MOST_BYTES = 1024 * 1024
const MOST_FILES = 200
const MOST_TEXT = 4 * 1024 * 1024
/** Characters of a document that is parsed. */
const LARGEST_PARSED = 32 * 1024
/** Each document costs its parser some, however little is in it. */
const MOST_DOCUMENTS = 2_000
const MOST_DOCUMENTS_IN_ALL = 5_000
const MOST = { bytes: MOST_BYTES, documents: MOST_DOCUMENTS } as const
/** More are not told by name. */
const MOST_NAMED = 100

interface Asked {
  versions: Versions
  revision: GitCommit
  good: GitCommit
  paths: readonly string[]
  restored: readonly InputPath[]
  isPlain: boolean
  digest: Digest
}

/**
 * What a release has brought, changed or taken away that no revert in Git takes back, by kind and name: of all that the two commits render,
 * or, where that is not known, of the documents in the files that would be restored, and of those that may be rendered otherwise by them;
 * what cannot be looked at is told as `perhaps`. A ConfigMap of plain files counts, too, where any other of them reads it as a hook.
 * @throws KedgeError E_GIT_*
 */
export async function changedForGood(repository: GitRepository, asked: Asked): Promise<readonly string[]> {
  const { versions, revision, good, paths, restored, isPlain, digest } = asked
  const [failed, before] = versions.by === 'rendering' ? [versions.failed.rollout.irreversible, versions.before.rollout.irreversible] : []
  const rendered = failed && before && differing(failed, before)
  if (rendered && (!isPlain || paths.length > MOST_FILES)) return rendered
  if (paths.length > MOST_FILES) return [`perhaps, as ${paths.length} files are more than are looked through`]
  const stays = await readBeside(repository, { revision: revision.sha, paths, restored })
  const beside = documentsIn(stays.texts)
  const look = (at: CommitSha): Promise<Looked> => lookAt(repository, { at, paths, beside, digest })
  const [late, early] = [await look(revision.sha), await look(good.sha)]
  const declared = differing(late.found, early.found)
  if (rendered) return [...new Set([...rendered, ...declared.filter((one) => one.startsWith('ConfigMap '))])].sort()
  const reached = await reachedBeside(repository, {
    revision: revision.sha,
    good: good.sha,
    paths,
    isPlain,
    beside: stays,
    split: documentsOf,
    parse,
    most: MOST,
    digest,
  })
  return [...declared, ...reached, ...new Set([...late.unknown, ...early.unknown])].slice(0, MOST_NAMED)
}

interface Named {
  kind: string
  name: string
  hash: string
}

function differing(late: readonly Named[], early: readonly Named[]): readonly string[] {
  const spell = ({ kind, name, hash }: Named): string => JSON.stringify([kind, name, hash])
  const [inLate, inEarly] = [new Set(late.map(spell)), new Set(early.map(spell))]
  const changed = [...late.filter((one) => !inEarly.has(spell(one))), ...early.filter((one) => !inLate.has(spell(one)))]
  return [...new Set(changed.map(({ kind, name }) => `${kind} ${name}`))].sort().slice(0, MOST_NAMED)
}

interface Looked {
  found: readonly Named[]
  /** What could not be looked at, each a sentence's part. */
  unknown: readonly string[]
}

/** What was found in the same contents before: a release is looked at again and again while it is open. In characters. */
const kept = createRecent<Looked>(1_000_000, ({ found, unknown }) => 200 + found.length * 400 + unknown.join('').length)

interface At extends Pick<Asked, 'paths' | 'digest'> {
  at: CommitSha
  beside: readonly string[]
}

async function lookAt(repository: GitRepository, { at, paths, beside, digest }: At): Promise<Looked> {
  const names = await repository.objectNames(at, paths)
  const present = paths.filter((path) => names[path] !== null)
  const key = digest(JSON.stringify([present.map((path) => [path, names[path]]), beside]))
  const known = kept.get(key)
  if (known) return known
  const texts = await repository.readFiles(at, present, MOST_BYTES)
  const { documents, unknown } = documentsAmong(present, texts)
  const work = irreversibleAmong(documents, parse, beside)
  const found = await inTurns(work, () => new Promise((resolve) => void setImmediate(resolve)))
  const looked = { found: found.map(({ kind, name, content }) => ({ kind, name, hash: digest(content) })), unknown }
  kept.set(key, looked)
  return looked
}

type Texts = Readonly<Record<string, string>>

function documentsAmong(paths: readonly string[], texts: Texts): { documents: readonly string[]; unknown: readonly string[] } {
  const missing = paths.filter((path) => texts[path] === undefined)
  const unknown = missing.map((path) => perhaps(path, 'is larger than is looked through, or no file'))
  if (Object.values(texts).reduce((size, text) => size + text.length, 0) > MOST_TEXT)
    return { documents: [], unknown: [...unknown, 'perhaps, as the files are too large to be looked through'] }
  const documents: string[] = []
  for (const [path, text] of Object.entries(texts)) {
    const here = documentsOf(path, text).filter((one) => !isValues(path, one))
    const isTooMany = here.length > MOST_DOCUMENTS || documents.length + here.length > MOST_DOCUMENTS_IN_ALL
    if (isTooMany) unknown.push(perhaps(path, 'holds more documents than are looked through'))
    else documents.push(...here)
  }
  return { documents, unknown }
}

/** Values may hold a template, or say what one is for, and are no object for that; but they may hold one. */
function isValues(path: string, document: string): boolean {
  const mayBe = document.includes('{{') && /\.ya?ml$/.test(path) && !/(?:^|\/)templates\//.test(path)
  if (!mayBe || document.length > LARGEST_PARSED || /\bkind["']?[ \t]*:/.test(document)) return false
  return readDocuments(document)?.every((one) => isFields(one) && own(one, 'items') === undefined) === true
}

function documentsIn(texts: Texts): readonly string[] {
  return documentsAmong([], texts).documents.filter(mayRunAsHook)
}

function perhaps(path: string, why: string): string {
  return `perhaps, as ${plainText(path, 120)} ${why}`
}

function parse(document: string): readonly unknown[] | undefined {
  // A template that is YAML by chance may be any kind once it is rendered.
  return document.length <= LARGEST_PARSED && !document.includes('{{') ? readDocuments(document) : undefined
}

function documentsOf(path: string, text: string): readonly string[] {
  return (path.endsWith('.json') ? undefined : splitDocuments(text, MOST_DOCUMENTS)) ?? [text]
}
