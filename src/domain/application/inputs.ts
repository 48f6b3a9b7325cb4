import { matchesPath } from '../words/glob.ts'
import type { InputPath } from './commit.ts'
import { fileNames } from './file-names.ts'
import { normaliseRepoURL } from './repo-url.ts'
import type { ApplicationSnapshot, SourceSnapshot } from './snapshots.ts'

/** One Git source of an Application: where its manifests come from. */
export interface GitSource {
  /** Position in `spec.sources` (0 for a single source): `revisions[index]` belongs to it. */
  index: number
  repoURL: string
  repository: string
  targetRevision: string
  source: SourceSnapshot
}

/** The sources of an Application that are Git repositories; charts from Helm or OCI registries are not. */
export function gitSources(application: ApplicationSnapshot): readonly GitSource[] {
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
 * The parts of the repository that can change what the Application renders, as far as the Application itself tells: the source's
 * folder, Helm value files and file parameters (own, absolute, or `$ref/…` in another source, with patterns and build variables),
 * components and libraries, `.argocd-source*` (it lies in the folder) and the operator's own `manifest-generate-paths`. Bases and charts
 * outside the folder are added by who can read the repository.
 * Source: Argo CD `util/app/path/path.go` GetAppRefreshPaths, `util/argo/argo.go`.
 */
export function appInputs(application: ApplicationSnapshot, repository: string): readonly InputPath[] {
  const sources = gitSources(application)
  const folders = sources.flatMap(({ source, repository: own }) => (own === repository && source.path !== undefined ? [source.path] : []))
  // A chart from a registry, too, may take its value files from here.
  const files = application.sources.flatMap((source) => {
    const own = isGit(source) ? normaliseRepoURL(source.repoURL) : undefined
    const named = [...source.valueFiles, ...source.fileParameters, ...source.folders]
    return named.flatMap((file) => resolveFile(file, { source, own, application }, sources, repository))
  })
  return unique([
    ...folders.flatMap((folder) => asInput(folder, false)),
    ...files.flatMap((file) => asInput(file, isPattern(file))),
    ...generatePaths(application, sources, repository),
  ])
}

function asInput(text: string, glob: boolean): readonly InputPath[] {
  const path = clean(text)
  return path === undefined ? [] : [{ path, glob }]
}

function isPattern(path: string): boolean {
  return /[*?[]/.test(path)
}

function resolveFile(
  file: string,
  { source, own, application }: { source: SourceSnapshot; own: string | undefined; application: ApplicationSnapshot },
  sources: readonly GitSource[],
  repository: string,
): readonly string[] {
  const reference = /^\$([^/]+)\/(.*)$/.exec(file)
  const target = reference && sources.find((other) => other.source.ref === reference[1])
  if (target) return target.repository === repository ? fileNames(reference[2] ?? '', application, source) : []
  if (own !== repository || /^[a-z]+:\/\//i.test(file)) return []
  return fileNames(file, application, source).map((name) => (name.startsWith('/') ? name.slice(1) : `${source.path ?? ''}/${name}`))
}

function generatePaths(application: ApplicationSnapshot, sources: readonly GitSource[], repository: string): readonly InputPath[] {
  if (!application.manifestGeneratePaths) return []
  const bases = sources.filter((source) => source.repository === repository).map(({ source }) => source.path ?? '')
  return application.manifestGeneratePaths.split(';').flatMap((entry) => {
    const text = entry.trim()
    if (text === '') return []
    const paths = text.startsWith('/') ? [text.slice(1)] : bases.map((base) => `${base}/${text}`)
    return paths.flatMap((path) => asInput(path, isPattern(path)))
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
    if (glob && !/[[\\]/.test(path)) return matchesPath(file, path)
    const fixed = glob ? path.slice(0, path.search(/[*?[]/)) : path
    if (glob) return file.startsWith(fixed)
    return fixed === '' || file === fixed || file.startsWith(`${fixed}/`)
  })
}

function unique(inputs: readonly InputPath[]): readonly InputPath[] {
  const seen = new Map(inputs.map((input) => [`${input.glob} ${input.path}`, input]))
  return [...seen.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
}
