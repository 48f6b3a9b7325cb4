import { withoutCredentials } from '../words/credentials.ts'
import { matchesPath } from '../words/glob.ts'
import type { InputPath } from './commit.ts'
import { fileNames, MOST_SPELLINGS } from './file-names.ts'
import { normaliseRepoURL } from './repo-url.ts'
import type { ApplicationSpec, SourceSnapshot } from './snapshots.ts'

/** One Git source of an Application: where its manifests come from. */
export interface GitSource {
  /** Position in `spec.sources` (0 for a single source): `revisions[index]` belongs to it. */
  readonly index: number
  readonly repoURL: string
  readonly repository: string
  readonly targetRevision: string
  readonly source: SourceSnapshot
}

/** See {@link ApplicationSpec}. */
export function specOf(application: ApplicationSpec): ApplicationSpec {
  const { name, namespace, project, destinationNamespace, sources, sourceTypes, hydrator, manifestGeneratePaths } = application
  return { name, namespace, project, destinationNamespace, sources, ...(sourceTypes && { sourceTypes }), hydrator, manifestGeneratePaths }
}

/** The sources of an Application that are Git repositories; charts from Helm or OCI registries are not. */
export function gitSources(application: ApplicationSpec): readonly GitSource[] {
  return application.sources.flatMap((source, index) =>
    isGit(source)
      ? [
          {
            index,
            repoURL: source.repoURL,
            repository: normaliseRepoURL(source.repoURL),
            targetRevision: source.targetRevision || 'HEAD',
            source,
          },
        ]
      : [],
  )
}

/** Whether a source is a Git repository; a chart from a Helm or OCI registry is not. */
export function isGit(source: SourceSnapshot): boolean {
  return !source.chart && !source.repoURL.startsWith('oci://')
}

/**
 * Far above what people write. Each name costs a look into the repository, and whoever writes an Application has others wait for it.
 */
export const MOST_NAMES = 500
const MOST_NAMED_TEXT = 50_000

/**
 * Where an Application's inputs can lie, as far as its spec tells: the folders of its sources, and what it names besides. What its tool
 * reads there, and what files name in turn, only who can read the repository knows. `isAll`: it names no more than is followed.
 */
export function appInputs(application: ApplicationSpec, repository: string): { inputs: readonly InputPath[]; isAll: boolean } {
  const folders = gitSources(application).flatMap(({ source, repository: own }) =>
    own === repository && source.path !== undefined ? [source.path, ...besides(source).slice(0, MOST_NAMES)] : [],
  )
  const { files, isAll } = namedFiles(application, repository)
  return { inputs: unique([...folders.slice(0, MOST_NAMES).flatMap((folder) => asInput(folder, false)), ...files]), isAll }
}

/** Components of Kustomize, relative to its path, and libraries of Jsonnet, relative to the root. */
function besides({ folders, path = '' }: SourceSnapshot): readonly string[] {
  return folders.map((folder) => (folder.startsWith('/') ? folder.slice(1) : `${path}/${folder}`))
}

/** What an Application names in a repository. */
export interface NamedFiles {
  readonly files: readonly InputPath[]
  /** Those that Kedge cannot follow. */
  readonly unknown: readonly string[]
  /** It names no more than `MOST_NAMES` files and folders, alternatives counted one by one. */
  readonly isAll: boolean
}

/**
 * The files of a repository that the Application itself names: value files and file parameters, relative, absolute, or `$ref/…` in another
 * source, with patterns and build variables.
 * Source: Argo CD `util/app/path/path.go` GetAppRefreshPaths, `util/argo/argo.go`.
 */
export function namedFiles(application: ApplicationSpec, repository: string): NamedFiles {
  const sources = gitSources(application)
  const [files, unknown]: [InputPath[], string[]] = [[], []]
  const left = { names: MOST_NAMES, text: MOST_NAMED_TEXT }
  const spend = (names: number, paths: readonly string[]): boolean => {
    left.names -= names
    left.text -= paths.reduce((sum, path) => sum + path.length, 0)
    return left.names >= 0 && left.text >= 0
  }
  let isAll = application.sources.every(({ folders }) => spend(folders.length, folders))
  let patterns = 0
  // A chart from a registry, too, may take its value files from here.
  for (const source of application.sources) {
    const own = isGit(source) ? normaliseRepoURL(source.repoURL) : undefined
    for (const file of [...source.valueFiles, ...source.fileParameters]) {
      if (!isAll) break
      const found = resolveFile(file, { source, own, application }, sources, repository)
      isAll = found === 'unknown' ? spend(MOST_SPELLINGS, []) : spend(Math.max(1, found.length), found)
      patterns += found === 'unknown' ? 0 : found.filter(isPattern).length
      const isFollowed = found !== 'unknown' && patterns <= MOST_PATTERNS && !found.some(isCostly)
      if (isAll && isFollowed) files.push(...found.flatMap((path) => asInput(path, isPattern(path))))
      if (!isFollowed)
        unknown.push(`the value file ${withoutCredentials(file)}${found === 'unknown' ? '' : ', which costs too much to be followed'}`)
    }
  }
  return { files: unique(files), unknown, isAll }
}

function asInput(text: string, glob: boolean): readonly InputPath[] {
  const path = clean(text)
  return path === undefined ? [] : [{ path, glob }]
}

function isPattern(path: string): boolean {
  return /[*?[]/.test(path)
}

/** Of one Application. Each is held against thousands of names, and tenants write them: far above what people do. */
const MOST_PATTERNS = 10
const MOST_WILDCARDS = 10
const LONGEST_PATTERN = 300

function isCostly(path: string): boolean {
  return isPattern(path) && (path.length > LONGEST_PATTERN || (path.match(/[*?[]+/g)?.length ?? 0) > MOST_WILDCARDS)
}

function resolveFile(
  file: string,
  { source, own, application }: { source: SourceSnapshot; own: string | undefined; application: ApplicationSpec },
  sources: readonly GitSource[],
  repository: string,
): readonly string[] | 'unknown' {
  const reference = /^\$([^/]+)\/(.*)$/.exec(file)
  const target = reference && sources.find((other) => other.source.ref === reference[1])
  const named = target ? target.repository : own
  if (named !== repository) return []
  // A scheme: from the net, or decrypted by a plugin of Helm's.
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(file)) return 'unknown'
  const names = fileNames(target ? (reference[2] ?? '') : file, application, source)
  if (!names) return 'unknown'
  return target ? names : names.map((name) => (name.startsWith('/') ? name.slice(1) : `${source.path ?? ''}/${name}`))
}

/** All that a pattern may stand for lies in it. */
function folderBefore(pattern: string): string {
  const fixed = pattern.slice(0, pattern.search(/[*?[]/))
  return fixed.slice(0, fixed.lastIndexOf('/') + 1)
}

/** A longer `manifest-generate-paths` is not read to its end. */
export const LONGEST_GENERATE_PATHS = 4_096

/** One entry of `manifest-generate-paths`, and what it stands for; `undefined` where that is in no repository. */
export interface GeneratePath {
  readonly entry: string
  readonly paths: readonly InputPath[] | undefined
}

/** What the operator says with `manifest-generate-paths`: what may have changed, for Argo CD to look again. */
export function generatePaths(application: ApplicationSpec, repository: string): readonly GeneratePath[] {
  const entries = (application.manifestGeneratePaths ?? '').split(';').map((entry) => entry.trim())
  const here = gitSources(application).filter((source) => source.repository === repository)
  const bases = [...new Set(here.map(({ source }) => source.path ?? ''))]
  return entries
    .filter((entry) => entry !== '')
    .map((entry) => {
      const paths = entry.startsWith('/') ? [entry.slice(1)] : bases.map((base) => `${base}/${entry}`)
      const found = paths.flatMap((path) => (isCostly(path) ? asInput(folderBefore(path), false) : asInput(path, isPattern(path))))
      return { entry, paths: found.length < paths.length ? undefined : found }
    })
}

/** A path from the root without `.` and `..`; undefined when it would leave the repository or holds what no path holds. */
export function clean(path: string): string | undefined {
  if (/[\0\n]/.test(path)) return undefined
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.join('/')
}

/** Whether a file lies among the inputs. Globs that Git reads in its own way count as touched when their fixed beginning is. */
export function isAmong(file: string, inputs: readonly InputPath[]): boolean {
  return inputs.some(({ path, glob }) => {
    const fixed = glob ? path.slice(0, path.search(/[*?[]/)) : path
    if (glob) return file.startsWith(fixed) && (/[[\\]/.test(path) || matchesPath(file, path))
    return fixed === '' || file === fixed || file.startsWith(`${fixed}/`)
  })
}

function unique(inputs: readonly InputPath[]): readonly InputPath[] {
  const seen = new Map(inputs.map((input) => [`${input.glob} ${input.path}`, input]))
  return [...seen.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
}
