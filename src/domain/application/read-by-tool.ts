import type { InputPath } from './commit.ts'
import { chooseManifests } from './directory-files.ts'
import type { ApplicationSnapshot, DirectoryOptions, SourceSnapshot } from './snapshots.ts'

/** What a chart is read from, besides its other files: Helm looks for these whether they are there or not. `pkg/chart/loader/load.go`. */
const OF_A_CHART = [
  'Chart.yaml',
  'Chart.lock',
  'requirements.yaml',
  'requirements.lock',
  'values.yaml',
  'values.schema.json',
  '.helmignore',
  'templates',
  'crds',
  'charts',
] as const

/** Files that lie in charts and folders for people and other programs. Values are read only where somebody names them. */
const FOR_PEOPLE =
  /^(?:.*\.(?:md|markdown|adoc|rst)|(?:README|CHANGELOG|LICEN[CS]E|NOTICE|OWNERS|CODEOWNERS|Makefile)(?:\..*)?|ci|\.git.*)$/i
const UNNAMED_VALUES = /values.*\.ya?ml$/i
/** What a folder of plain manifests is read from, without `recurse`. Jsonnet may import libraries. */
const MANIFESTS = ['*.yaml', '*.yml', '*.json', '*.jsonnet', '*.libsonnet'] as const

/**
 * What Argo CD reads of a source's own folder: an input is a file that the tool reads for this Application. Undefined where all of the
 * folder may be read. Value files and the like that the Application names are inputs of their own; files of a chart that its templates may
 * read by name (`.Files`) count as read. `listFiles`: paths in the folder; undefined when they are not known.
 */
export async function readOfFolder(
  application: ApplicationSnapshot,
  { source, index, folder }: { source: SourceSnapshot; index: number; folder: string },
  listFiles: () => Promise<readonly string[] | undefined>,
): Promise<readonly InputPath[] | undefined> {
  // What the tool of a dry source is, Argo CD does not say.
  if (folder === '' || application.hydrator) return undefined
  const tool = source.tool ?? application.sourceTypes?.[index]
  if (tool === 'Helm') return readOfChart(application, folder, await listFiles())
  const options = source.directory
  if (tool !== 'Directory' || options?.anyEnding) return undefined
  if (options && (options.include !== undefined || options.exclude !== undefined)) return readByPattern(options, folder, await listFiles())
  const below = options?.recurse ? '**/' : ''
  return MANIFESTS.map((pattern) => ({ path: `${asGlob(folder)}/${below}${pattern}`, glob: true }))
}

/** Jsonnet may import any file, chosen or not. */
function readByPattern(options: DirectoryOptions, folder: string, files: readonly string[] | undefined): readonly InputPath[] | undefined {
  const chosen = files && chooseManifests(files, options)
  if (!chosen || chosen.some((path) => path.endsWith('.jsonnet'))) return undefined
  return chosen.map((path) => ({ path: `${folder}/${path}`, glob: false }))
}

function readOfChart(
  { name, namespace }: ApplicationSnapshot,
  folder: string,
  files: readonly string[] | undefined,
): readonly InputPath[] | undefined {
  if (!files) return undefined
  const entries = new Set(files.map((path) => path.split('/')[0] ?? ''))
  const own = ['.argocd-source.yaml', `.argocd-source-${name}.yaml`, `.argocd-source-${namespace}_${name}.yaml`]
  const others = [...entries].filter(
    (entry) => !FOR_PEOPLE.test(entry) && !UNNAMED_VALUES.test(entry) && !entry.startsWith('.argocd-source'),
  )
  return [...new Set([...OF_A_CHART, ...own, ...others])].map((entry) => ({ path: `${folder}/${entry}`, glob: false }))
}

/** A folder's name in a pattern, meaning itself. */
function asGlob(folder: string): string {
  return folder.replace(/[\\*?[]/g, '\\$&')
}
