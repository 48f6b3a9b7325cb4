import type { InputPath } from './commit.ts'
import type { ApplicationSnapshot, SourceSnapshot } from './snapshots.ts'

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
 * read by name (`.Files`) count as read. `entries`: the names in the folder; undefined when they are not known.
 */
export async function readOfFolder(
  application: ApplicationSnapshot,
  { source, index, folder }: { source: SourceSnapshot; index: number; folder: string },
  entries: () => Promise<readonly string[] | undefined>,
): Promise<readonly InputPath[] | undefined> {
  // What the tool of a dry source is, Argo CD does not say.
  if (folder === '' || application.hydrator) return undefined
  const tool = source.tool ?? application.sourceTypes?.[index]
  if (tool === 'Helm') return readOfChart(application, folder, await entries())
  const options = source.directory
  if (tool !== 'Directory' || options?.anyEnding) return undefined
  const below = options?.recurse ? '**/' : ''
  return MANIFESTS.map((pattern) => ({ path: `${asGlob(folder)}/${below}${pattern}`, glob: true }))
}

function readOfChart(
  { name, namespace }: ApplicationSnapshot,
  folder: string,
  entries: readonly string[] | undefined,
): readonly InputPath[] | undefined {
  if (!entries) return undefined
  const own = ['.argocd-source.yaml', `.argocd-source-${name}.yaml`, `.argocd-source-${namespace}_${name}.yaml`]
  const others = entries.filter((entry) => !FOR_PEOPLE.test(entry) && !UNNAMED_VALUES.test(entry) && !entry.startsWith('.argocd-source'))
  return [...new Set([...OF_A_CHART, ...own, ...others])].map((entry) => ({ path: `${folder}/${entry}`, glob: false }))
}

/** A folder's name in a pattern, meaning itself. */
function asGlob(folder: string): string {
  return folder.replace(/[\\*?[]/g, '\\$&')
}
