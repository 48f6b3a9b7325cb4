import type { CommitSha } from '../../../domain/application/commit.ts'
import type { ApplicationSnapshot } from '../../../domain/application/snapshots.ts'
import type { Release } from '../../../domain/release/release.ts'
import { splitDocuments } from '../../../domain/words/yaml-documents.ts'
import type { GitRepository } from '../../../ports/git.ts'
import { readMapping, record } from '../../inputs/yaml.ts'

/** Larger files, and releases of more of them, are not looked through: all of it goes back. */
const MOST_BYTES = 256 * 1024
const MOST_FILES = 200
/** Characters of their names, with which Git is asked again. */
const MOST_NAMES = 20_000
/** What of all of them is read, in characters. */
const MOST_TEXT = 1024 * 1024
/** Of one file, and those that are parsed of all. */
const MOST_DOCUMENTS = 200

export interface Asked {
  application: ApplicationSnapshot
  release: Pick<Release, 'namespace' | 'rollout'>
  /** The two commits that are compared. */
  from: CommitSha
  to: CommitSha
  /** What has changed between them. */
  paths: readonly string[]
}

/** Whose the changes of a release are, told by the documents of Rollouts in them. */
export interface Shares {
  /** Files in which nothing differs but other Rollouts, while all that differs anywhere is Rollouts. */
  own: readonly string[]
  /** The Rollouts, `namespace/name`, that differ in the rest, the failing one aside. */
  beside: readonly string[]
}

/** How the two versions of a file differ. */
interface Change {
  path: string
  /** The Rollouts, `namespace/name`, of which a document differs. */
  rollouts: ReadonlySet<string>
  /** Nothing else differs. */
  isAlone: boolean
}

/**
 * Tells apart what belongs to other Rollouts, whichever Argo CD lists. Where anything but a Rollout differs, nothing is theirs alone: some
 * version of a Rollout may need the one state of it, or the other. A Rollout in a file that is not theirs alone has none.
 */
export async function shareOut(repository: GitRepository, asked: Asked): Promise<Shares> {
  const { application, release, paths } = asked
  const nothing: Shares = { own: [], beside: [] }
  if (paths.length > MOST_FILES || paths.join('').length > MOST_NAMES || !paths.every((path) => path.isWellFormed())) return nothing
  const [before, after] = await Promise.all([asked.from, asked.to].map((at) => readTexts(repository, at, paths)))
  if (!before || !after) return nothing
  const own = `${release.namespace}/${release.rollout}`
  const namespace = application.destinationNamespace ?? ''
  const changes = await changesOf(paths, { before, after }, (document) => rolloutIn(document, namespace, release))
  const theirs = changes.every(({ isAlone }) => isAlone) ? apart(changes, own) : []
  const beside = changes.flatMap(({ path, rollouts }) => (theirs.includes(path) ? [] : [...rollouts]))
  return { own: theirs, beside: [...new Set(beside)].filter((name) => name !== own) }
}

/** Whoever is changed in a file that goes back would be declared twice, or half, if another of its files stayed. */
function apart(changes: readonly Change[], own: string): readonly string[] {
  let left = changes.filter(({ rollouts }) => rollouts.size > 0 && !rollouts.has(own))
  for (;;) {
    const torn = new Set(changes.filter((one) => !left.includes(one)).flatMap(({ rollouts }) => [...rollouts]))
    const whole = left.filter(({ rollouts }) => ![...rollouts].some((name) => torn.has(name)))
    if (whole.length === left.length) return whole.map(({ path }) => path)
    left = whole
  }
}

type Texts = ReadonlyMap<string, string | undefined>

/** Texts by path, `''` for an absent file; undefined for one that is no text to be read. */
async function readTexts(repository: GitRepository, at: CommitSha, paths: readonly string[]): Promise<Texts | undefined> {
  const [there, texts] = await Promise.all([repository.objectNames(at, paths), repository.readFiles(at, paths, MOST_BYTES)])
  const size = Object.values(texts).reduce((sum, text) => sum + text.length, 0)
  return size > MOST_TEXT ? undefined : new Map(paths.map((path) => [path, there[path] === null ? '' : texts[path]]))
}

async function changesOf(
  paths: readonly string[],
  { before, after }: Record<'before' | 'after', Texts>,
  rolloutOf: (document: string) => string | undefined,
): Promise<readonly Change[]> {
  const changes: Change[] = []
  let left = MOST_DOCUMENTS
  for (const path of paths) {
    const [one, other] = [documentsOf(path, before.get(path)), documentsOf(path, after.get(path))]
    const differing = one && other && [...without(one, other), ...without(other, one)]
    left -= differing?.length ?? 0
    const names: (string | undefined)[] = []
    if (differing && left >= 0)
      for (const document of differing) {
        names.push(rolloutOf(document))
        // Each may cost some milliseconds.
        await new Promise((resolve) => setImmediate(resolve))
      }
    const isKnown = differing?.length === names.length
    changes.push({ path, rollouts: new Set(names.filter((name) => name !== undefined)), isAlone: isKnown && !names.includes(undefined) })
  }
  return changes
}

/** Argo CD leaves a file out that says this. */
const SKIPPED = '+argocd:skip-file-rendering'

/** Undefined where that is not known, or too much. */
function documentsOf(path: string, text: string | undefined): readonly string[] | undefined {
  if (text === undefined || text.includes(SKIPPED)) return undefined
  if (path.endsWith('.json')) return text === '' ? [] : [text]
  const documents = /\.ya?ml$/.test(path) ? splitDocuments(text, MOST_DOCUMENTS) : undefined
  return documents && documents.length <= MOST_DOCUMENTS ? documents : undefined
}

/** Those that the other has not, or not as often. */
function without(documents: readonly string[], other: readonly string[]): readonly string[] {
  const bare = (document: string): string => document.replace(/^[\r\n]+/, '')
  const left = Map.groupBy(other.map(bare), (document) => document)
  return documents.filter((document) => left.get(bare(document))?.pop() === undefined)
}

/** The Rollout that a document declares, `namespace/name`. */
function rolloutIn(document: string, namespace: string, release: Asked['release']): string | undefined {
  if (!document.includes('Rollout')) return undefined
  const { apiVersion, kind, metadata } = readMapping(document) ?? {}
  if (kind !== 'Rollout' || typeof apiVersion !== 'string' || !apiVersion.startsWith('argoproj.io/')) return undefined
  const { name, namespace: written = '' } = record(metadata)
  if (typeof name !== 'string' || typeof written !== 'string') return undefined
  // Argo CD takes an empty one for none as well. Where none is known, it is the failing Rollout's own that is not mistaken.
  return `${written || namespace || release.namespace}/${name}`
}
