import type { CommitSha, InputPath } from '../../domain/application/commit.ts'
import { PLAIN } from '../../domain/application/directory-files.ts'
import { discoverTool } from '../../domain/application/discover-tool.ts'
import { clean, gitSources, isAmong, MOST_NAMES, namedFiles } from '../../domain/application/inputs.ts'
import type { ApplicationSpec, SourceSnapshot, SourceTool } from '../../domain/application/snapshots.ts'
import { madeOnce } from '../../domain/made-once.ts'
import type { GitRepository } from '../../ports/git.ts'
import { readChart } from './chart.ts'
import { readGeneratePaths, unmatchedEntry } from './generate-paths.ts'
import { KUSTOMIZATIONS, readKustomization } from './kustomize.ts'
import { asGlob, asUnknown, createLook, join, parentOf, type AppInputs, type Look } from './look.ts'
import { withOverrides } from './overrides.ts'
import { MARKS, readPlainFolder } from './plain-folder.ts'

/** What is asked: what an Application reads of one of its repositories. */
export interface InputsAsked {
  repository: GitRepository
  /** Normalised. */
  name: string
  application: ApplicationSpec
}

/**
 * What an Application reads of a repository at a revision: an input is a file that its tool reads for this Application. Where something is
 * not known and `manifest-generate-paths` names the rest, that is believed as far as it fits the repository; else the annotation is no more
 * than a hint to Argo CD.
 * @throws KedgeError E_GIT_*
 */
export async function readInputs({ repository, name, application }: InputsAsked, revision: CommitSha): Promise<AppInputs> {
  const look = createLook(repository, revision)
  const sources = gitSources(application).filter((source) => source.repository === name)
  const overridden: SourceSnapshot[] = [...application.sources]
  for (const source of sources) overridden[source.index] = await withOverrides(look, application, source)
  const asked: ApplicationSpec = { ...application, sources: overridden }
  const { files, unknown, isAll } = namedFiles(asked, name)
  for (const { path, glob } of files) look.own(path, glob)
  if (!isAll) look.unknown(`more than ${MOST_NAMES} files and folders that the Application names`)
  for (const what of unknown) look.unknown(what)
  const values = files.filter(({ glob }) => !glob).map(({ path }) => path)
  for (const path of values) await followFile(look, path)
  for (const { path, glob } of files) if (glob) await followGlob(look, path)
  let isPlain = true
  for (const { index } of sources) {
    const tool = await readSource(look, asked, { index, values })
    isPlain &&= tool === 'Directory'
  }
  const found = { ...look.found(), isPlain }
  const rest = found.unknown.length > 0 && isAll ? await readGeneratePaths(look, asked, name) : undefined
  if (!rest) return found
  if (rest.faults.length > 0) return { ...found, unknown: [...rest.faults.map(asUnknown), ...found.unknown] }
  return { ...found, own: [...found.own, ...rest.paths], unknown: [], unmatched: rest.unmatched.map(unmatchedEntry).map(asUnknown) }
}

/** All that is read, or may be by a name that is worked out, sorted, without repeats. */
export const allOf = madeOnce(({ own, named, candidates = [] }: Pick<AppInputs, 'own' | 'named' | 'candidates'>): readonly InputPath[] =>
  mergeInputs([...own, ...named], candidates),
)

/** Both lists as one, sorted, without repeats. */
export function mergeInputs(a: readonly InputPath[], b: readonly InputPath[]): readonly InputPath[] {
  const all = new Map([...a, ...b].map((input) => [`${input.glob} ${input.path}`, input]))
  return [...all.values()].toSorted((one, other) => (one.path < other.path ? -1 : 1))
}

async function followFile(look: Look, path: string): Promise<void> {
  const place = await look.locate(path)
  if (place.kind === 'file' && place.path !== path) look.own(place.path)
}

/** What a pattern finds behind links and in submodules, which Git does not follow: its folder may be one, or files in it. */
async function followGlob(look: Look, path: string): Promise<void> {
  const fixed = parentOf(path.slice(0, path.search(/[*?[]/)))
  const place = await look.locate(fixed)
  if (place.kind !== 'folder') return
  const rest = path.slice(fixed === '' ? 0 : fixed.length + 1)
  const pattern = { path: place.path === '' ? rest : `${asGlob(place.path)}/${rest}`, glob: true }
  if (place.path !== fixed) look.own(pattern.path, true)
  const isDeep = rest.includes('/')
  for (const entry of (await look.list(place.path, isDeep)) ?? []) {
    if (entry.kind === 'file') continue
    if (isAmong(entry.path, [pattern])) await followFile(look, entry.path)
    if (isDeep && (await look.locate(entry.path)).kind === 'folder') look.unknown(`the value files ${path} behind the link ${entry.path}`)
  }
}

/** @returns the tool; undefined where nothing says which, or there is nothing to render */
async function readSource(
  look: Look,
  application: ApplicationSpec,
  { index, values }: { index: number; values: readonly string[] },
): Promise<SourceTool | undefined> {
  const source = application.sources[index]
  if (source?.path === undefined) return undefined
  const named = clean(source.path)
  const place = named === undefined ? undefined : await look.locate(named)
  if (named === undefined) look.unknown(`the path ${source.path}`)
  else if (place?.kind === 'unknown' || place?.kind === 'file') look.own(named)
  if (named === undefined || (place?.kind !== 'folder' && place?.kind !== 'absent')) return undefined
  // Argo CD looks for the files of tools, and for plain manifests, in what is a folder by itself.
  if ((source.tool ?? 'Directory') === 'Directory' && (await isLink(look, named))) return 'Directory'
  const tool = await toolOf(look, application, { source, index, folder: place.path })
  await readTool(look, { source, tool, folder: place.path, asked: named, values })
  return tool
}

/** Whether the last part of a path is a link. */
async function isLink(look: Look, path: string): Promise<boolean> {
  const { path: folder } = await look.locate(parentOf(path))
  const here = join(folder, path.slice(path.lastIndexOf('/') + 1))
  return (await look.entries([here]))[0]?.kind === 'symlink'
}

interface Tool {
  source: SourceSnapshot
  tool: SourceTool
  folder: string
  /** The folder's name before links. */
  asked: string
  values: readonly string[]
}

async function readTool(look: Look, { source, tool, folder, asked, values }: Tool): Promise<void> {
  if (tool === 'Plugin') {
    look.own(folder)
    return look.unknown(`what the plugin reads that renders ${folder || 'the repository'}`)
  }
  if (tool === 'Directory')
    return readPlainFolder(look, folder, { options: source.directory ?? PLAIN, libraries: librariesOf(source), asked })
  if (tool === 'Helm') {
    return readChart(look, folder, { values, keep: 'own' })
  }
  for (const entry of KUSTOMIZATIONS) look.own(join(folder, entry))
  await readKustomization(look, folder)
  const components = source.folders.filter((one) => !one.startsWith('/')).slice(0, MOST_NAMES)
  for (const component of components) await readComponent(look, folder, component)
}

/** A component, or a patch, that only the Application names. */
async function readComponent(look: Look, folder: string, component: string): Promise<void> {
  const path = clean(`${folder}/${component}`)
  if (path === undefined) return look.unknown(`the path ${component} of ${folder}`)
  const place = await look.locate(path)
  if (place.kind === 'folder') return readKustomization(look, place.path)
  if (place.kind !== 'unknown') look.own(place.path)
}

/** Libraries of Jsonnet are relative to the root. */
function librariesOf({ folders }: SourceSnapshot): readonly string[] {
  return folders.slice(0, MOST_NAMES).flatMap((folder) => (folder.startsWith('/') ? (clean(folder) ?? []) : []))
}

/** A block of the source chooses; else the names of files do, as far as no plugin claims the folder. */
async function toolOf(
  look: Look,
  { sourceTypes, hydrator }: ApplicationSpec,
  { source, index, folder }: { source: SourceSnapshot; index: number; folder: string },
): Promise<SourceTool> {
  if (source.tool !== undefined) return source.tool
  // What the tool of a dry source is, Argo CD does not say.
  if (!hydrator && sourceTypes?.[index] === 'Plugin') return 'Plugin'
  const marks = (await look.entries(MARKS.map((mark) => join(folder, mark)))).filter(({ kind }) => kind !== 'folder')
  const entries = marks.length > 0 ? marks : ((await look.list(folder)) ?? [])
  return discoverTool(entries.map(({ path }) => path.slice(path.lastIndexOf('/') + 1))) ?? 'Directory'
}
