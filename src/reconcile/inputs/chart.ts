import { createBudget } from '../../domain/application/directory-glob.ts'
import { clean } from '../../domain/application/inputs.ts'
import { readsFiles, usedFiles, type UsedFiles } from './chart-files.ts'
import { leftOutByHelm } from './helm-ignore.ts'
import { join, type Look } from './look.ts'
import { followed, MOST_ENTRIES, readOthers, top, type ChartFile } from './other-files.ts'
import { isExactVersion } from './version.ts'
import { field, list, readMapping, record, strings } from './yaml.ts'

/** What a chart is read from, whether it is there or not. Source: Helm `pkg/chart/loader/load.go`. */
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

const MOST_CHARTS = 50
/** More templates are not looked through: they may read any file. */
const MOST_TEMPLATES = 200

/** Whether the Application's tool looks for it, or a file names it. */
type Keep = 'own' | 'named'

/** A chart with the charts of the same repository that it depends on. */
interface Charts {
  /** By the chart's folder, what is no part of a chart. */
  readonly others: Map<string, readonly ChartFile[]>
  /** Of these folders, those that Helm does not read all of. */
  readonly partial: Set<string>
  readonly templates: Set<string>
  readonly values: Set<string>
  /** Some of their templates cannot be read: they come from a registry, or are packed. */
  isPacked: boolean
}

/**
 * Reads a chart: what Helm looks for in it, the charts of the same repository that it depends on, and those of its other files
 * that templates name. `values`: files that are read as values; `keep`: how its parts are kept.
 */
export async function readChart(
  look: Look,
  folder: string,
  { values, keep }: { values: readonly string[]; keep: Keep } = { values: [], keep: 'named' },
): Promise<void> {
  const charts: Charts = { others: new Map(), partial: new Set(), templates: new Set(), values: new Set(), isPacked: false }
  await readParts(look, { folder, keep }, charts)
  const others = [...charts.others].flatMap(([at, files]) => {
    const left = files.filter(({ path }) => !values.includes(path))
    return left.length > 0 ? [[at, left] as const] : []
  })
  if (others.length === 0) return
  const used = await usedBy(look, charts, values)
  const besides = charts.isPacked && used.besides === 'none' ? 'some' : used.besides
  // One for all of them: strangers write both the globs and the names.
  const budget = createBudget()
  for (const [at, files] of others)
    await readOthers(look, at, { files, used: { ...used, besides }, isPartial: charts.partial.has(at), budget })
}

const UNSEEN: UsedFiles = { named: [], besides: 'any' }

/** With `tpl`, a value may be a template that reads files: one of the chart's own, or of a value file that is named. */
async function usedBy(look: Look, charts: Charts, values: readonly string[]): Promise<UsedFiles> {
  if (charts.templates.size > MOST_TEMPLATES) return UNSEEN
  const used = usedFiles(await look.texts([...charts.templates]))
  if (used.besides !== 'some') return used
  const places = await Promise.all(values.map((path) => look.locate(path)))
  const named = places.flatMap(({ kind, path }) => (kind === 'file' ? [path] : []))
  const texts = await look.texts([...new Set([...charts.values, ...named])])
  return texts.some(readsFiles) ? { ...used, besides: 'any' } : used
}

async function readParts(look: Look, { folder, keep }: { folder: string; keep: Keep }, charts: Charts): Promise<void> {
  if (charts.others.has(folder)) return
  if (charts.others.size >= MOST_CHARTS) return look.unknown(`more than ${MOST_CHARTS} charts that depend on each other`)
  const files = (await look.list(folder, true)) ?? []
  const all = files.map((file) => ({ ...file, name: folder === '' ? file.path : file.path.slice(folder.length + 1) }))
  const inside = await readByHelm(look, all)
  if (inside.length < all.length) charts.partial.add(folder)
  for (const entry of OF_A_CHART) keepEntry(look, { folder, entry, keep }, { all, inside })
  const isPart = ({ name }: ChartFile): boolean => OF_A_CHART.some((one) => one === top(name))
  charts.others.set(
    folder,
    inside.filter((file) => !isPart(file)),
  )
  const parts: ChartFile[] = []
  for (const file of inside.filter(isPart)) parts.push(...(await followed(look, file)))
  for (const { name, path } of parts) {
    if (/(?:^|\/)templates\//.test(name)) charts.templates.add(path)
    if (name === 'values.yaml') charts.values.add(path)
    if (name.startsWith('charts/') && /\.(?:tgz|tar\.gz)$/i.test(name)) charts.isPacked = true
  }
  // What a chart depends on that is depended on, Helm does not look for: it packs that chart as it is.
  if (charts.others.size > 1) return
  for (const file of parts.filter(({ name }) => name === 'Chart.yaml' || name === 'requirements.yaml'))
    await readDependencies(look, { folder, file, parts }, charts)
}

/** Without what `.helmignore` leaves out. */
async function readByHelm(look: Look, files: readonly ChartFile[]): Promise<readonly ChartFile[]> {
  const rules = files.find(({ name }) => name === '.helmignore')
  const place = rules && (await look.locate(rules.path))
  const text = (place?.kind === 'file' ? await look.text(place.path) : undefined) ?? ''
  const names = files.map(({ name }) => name).filter((name) => !OF_A_CHART.some((one) => one === name))
  const leftOut = leftOutByHelm(names, text)
  return files.filter(({ name }) => !leftOut.has(name))
}

/** Where Helm leaves some of a folder out, its files are named one by one. */
function keepEntry(
  look: Look,
  { folder, entry, keep }: { folder: string; entry: string; keep: Keep },
  { all, inside }: { all: readonly ChartFile[]; inside: readonly ChartFile[] },
): void {
  const at = (files: readonly ChartFile[]): readonly ChartFile[] => files.filter(({ name }) => top(name) === entry)
  const [there, read] = [at(all), at(inside)]
  if (read.length === there.length || read.length > MOST_ENTRIES) look[keep](join(folder, entry))
  else for (const { path } of read) look[keep](path)
}

/**
 * Charts beside it (`repository: file://../lib`), and those of registries, which nobody changes where a lock or an exact version names
 * them, or where they lie in `charts`. Source: Helm `pkg/downloader/manager.go`.
 */
async function readDependencies(
  look: Look,
  { folder, file, parts }: { folder: string; file: ChartFile; parts: readonly ChartFile[] },
  charts: Charts,
): Promise<void> {
  const text = await look.text(file.path)
  const document = text === undefined ? undefined : readMapping(text)
  if (text !== undefined && !document) return look.unknown(`${file.path}, which cannot be read as YAML`)
  const isLocked = parts.some(({ name }) => name === 'Chart.lock' || name === 'requirements.lock')
  const dependencies = list(field(document ?? {}, 'dependencies')).map(record)
  const isThere = await areInCharts(look, dependencies, parts)
  for (const dependency of dependencies) {
    const [name = ''] = strings([field(dependency, 'name')])
    const [repository = ''] = strings([field(dependency, 'repository')])
    const [version] = strings([field(dependency, 'version')])
    const path = /^file:\/\/(.*)$/.exec(repository)?.[1]
    const startsWith = (start: string): boolean => parts.some((part) => part.name.startsWith(start))
    if (path !== undefined && !isThere) await readBeside(look, { folder, path }, charts)
    else if (path === undefined && !startsWith(`charts/${name}/`)) {
      charts.isPacked = true
      // Without a repository it lies in `charts`.
      if (repository !== '' && !isLocked && !isExactVersion(version) && !startsWith(`charts/${name}-`))
        look.unknown(`the chart ${name} that ${join(folder, file.name)} names by a range, without a lock`)
    }
  }
}

/** Whether all of them lie in `charts`, by their own names: then Helm is not asked to fetch any. */
async function areInCharts(
  look: Look,
  dependencies: readonly Readonly<Record<string, unknown>>[],
  parts: readonly ChartFile[],
): Promise<boolean> {
  for (const dependency of dependencies) {
    const name = field(dependency, 'name')
    const own = parts.find((part) => part.name === `charts/${String(name)}/Chart.yaml`)
    const text = own && (await look.text(own.path))
    if (text === undefined || field(readMapping(text) ?? {}, 'name') !== name) return false
  }
  return true
}

async function readBeside(look: Look, { folder, path }: { folder: string; path: string }, charts: Charts): Promise<void> {
  const wanted = path.startsWith('/') ? undefined : clean(`${folder}/${path}`)
  if (wanted === undefined) return look.unknown(`the chart file://${path} of ${folder}`)
  const place = await look.locate(wanted)
  if (place.kind === 'folder') return readParts(look, { folder: place.path, keep: 'named' }, charts)
  if (place.kind === 'unknown') return
  look.named(wanted)
  charts.isPacked = true
}
