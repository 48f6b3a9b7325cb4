import type { CommitSha } from '../../domain/application/commit.ts'
import type { ApplicationSnapshot } from '../../domain/application/snapshots.ts'
import type { Release } from '../../domain/release/release.ts'
import { splitDocuments } from '../../domain/words/yaml-documents.ts'
import type { GitRepository } from '../../ports/git.ts'
import { readMapping, record } from '../inputs/yaml.ts'

/** Larger files, and releases of more of them, are not looked through: all of it goes back. */
const MOST_BYTES = 256 * 1024
const MOST_FILES = 200
/** Characters of their names, with which Git is asked again. */
const MOST_NAMES = 20_000
/** What of all of them is read, in characters. */
const MOST_TEXT = 1024 * 1024

interface Asked {
  application: ApplicationSnapshot
  release: Release
  /** Whether a Rollout (`namespace/name`) runs what it is told to run, and is Healthy. */
  madeIt: (rollout: string) => boolean
  /** N+1 and N. */
  revision: CommitSha
  good: CommitSha
  /** What the culprits changed. */
  paths: readonly string[]
}

/** How the two versions of a file differ. */
interface Change {
  path: string
  /** The other Rollouts, `namespace/name`, of which a document differs. */
  others: ReadonlySet<string>
  /** Nothing else differs. */
  isTheirsAlone: boolean
}

/**
 * Those files of a plain folder in which nothing differs between N and N+1 but documents of other Rollouts of the Application that have
 * made it; none of a Rollout that is changed in another file as well. All other documents have to be the same, letter for letter.
 */
export async function filesOfOthers(repository: GitRepository, asked: Asked): Promise<readonly string[]> {
  const { application, release, paths, madeIt } = asked
  const own = `${release.namespace}/${release.rollout}`
  const others = new Set(application.rollouts.filter((name) => name !== own && madeIt(name)))
  if (others.size === 0) return []
  if (paths.length > MOST_FILES || paths.join('').length > MOST_NAMES || !paths.every((path) => path.isWellFormed())) return []
  const [before, after] = await Promise.all([asked.good, asked.revision].map((at) => readTexts(repository, at, paths)))
  if (!before || !after) return []
  const isOther = (name: string): boolean => others.has(name)
  const namespace = application.destinationNamespace ?? ''
  return apart(
    paths.map((path) => changeOf(path, [before.get(path), after.get(path)], (document) => otherIn(document, namespace, isOther))),
  )
}

/** Whoever is changed in a file that goes back would be declared twice, or half, if another of its files stayed. */
function apart(changes: readonly Change[]): readonly string[] {
  let left = changes.filter(({ isTheirsAlone }) => isTheirsAlone)
  for (;;) {
    const torn = new Set(changes.filter((one) => !left.includes(one)).flatMap(({ others }) => [...others]))
    const whole = left.filter(({ others }) => ![...others].some((name) => torn.has(name)))
    if (whole.length === left.length) return whole.map(({ path }) => path)
    left = whole
  }
}

/** Texts by path, `''` for an absent file; undefined for one that is no text to be read. */
async function readTexts(
  repository: GitRepository,
  at: CommitSha,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string | undefined> | undefined> {
  const there = await repository.objectNames(at, paths)
  const texts = await repository.readFiles(at, paths, MOST_BYTES)
  const size = Object.values(texts).reduce((sum, text) => sum + text.length, 0)
  return size > MOST_TEXT ? undefined : new Map(paths.map((path) => [path, there[path] === null ? '' : texts[path]]))
}

/** Argo CD leaves a file out that says this. */
const SKIPPED = '+argocd:skip-file-rendering'

function changeOf(path: string, texts: readonly (string | undefined)[], otherOf: (document: string) => string | undefined): Change {
  const sides = texts.map((text) => (text === undefined || text.includes(SKIPPED) ? undefined : documentsOf(path, text)))
  const [before, after] = sides
  if (!before || !after) return { path, others: new Set(), isTheirsAlone: false }
  const differing = [...without(before, after), ...without(after, before)].map(otherOf)
  const others = new Set(differing.filter((name) => name !== undefined))
  return { path, others, isTheirsAlone: others.size > 0 && !differing.includes(undefined) }
}

function documentsOf(path: string, text: string): readonly string[] | undefined {
  if (path.endsWith('.json')) return text === '' ? [] : [text]
  return /\.ya?ml$/.test(path) ? splitDocuments(text) : undefined
}

/** Those that the other has not, or not as often. */
function without(documents: readonly string[], other: readonly string[]): readonly string[] {
  const bare = (document: string): string => document.replace(/^[\r\n]+/, '')
  const left = other.map(bare)
  return documents.filter((document) => {
    const at = left.indexOf(bare(document))
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

/** The Rollout that a document declares, where it is another one of the Application. */
function otherIn(document: string, namespace: string, isOther: (name: string) => boolean): string | undefined {
  const { apiVersion, kind, metadata } = readMapping(document) ?? {}
  if (kind !== 'Rollout' || typeof apiVersion !== 'string' || !apiVersion.startsWith('argoproj.io/')) return undefined
  const { name, namespace: written = '' } = record(metadata)
  if (typeof name !== 'string' || typeof written !== 'string') return undefined
  // Argo CD takes an empty one for none as well.
  const full = `${written || namespace}/${name}`
  return isOther(full) ? full : undefined
}
