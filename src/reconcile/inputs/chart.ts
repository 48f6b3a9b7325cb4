import { clean } from '../../domain/application/inputs.ts'
import { asGlob, join, type Look } from './look.ts'
import { isExactVersion } from './version.ts'
import { list, readMapping, record, strings } from './yaml.ts'

/** What a chart is read from, whether it is there or not. Source: Helm `pkg/chart/loader/load.go`. */
export const OF_A_CHART = [
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

/** More files of a chart are not looked through. */
const MOST_FILES = 5_000
/** Nobody reads these from a template. */
const FOR_PEOPLE =
  /^(?:.*\.(?:md|markdown|adoc|rst)|(?:LICEN[CS]E|NOTICE|OWNERS|CODEOWNERS|Makefile)(?:\..*)?|ci|\.git.*|\.argocd-source.*)$/i
const MOST_CHARTS = 50

/**
 * Reads a chart: what Helm looks for in it, the charts of the same repository that it depends on, to the end, and those of its other files
 * that its templates name. `values`: files beside its own that may hold templates.
 */
export async function readChart(look: Look, folder: string, values: readonly string[] = [], seen: Set<string> = new Set()): Promise<void> {
  if (seen.has(folder)) return
  seen.add(folder)
  if (seen.size > MOST_CHARTS) return look.unknown(`more than ${MOST_CHARTS} charts that depend on each other`)
  for (const entry of OF_A_CHART) look.named(join(folder, entry))
  const entries = (await look.list(folder)) ?? []
  const there = new Set(entries.map(({ path }) => path))
  for (const entry of entries) if (entry.kind !== 'file' && isOfChart(folder, entry.path)) await look.locate(entry.path)
  for (const file of ['Chart.yaml', 'requirements.yaml'].map((name) => join(folder, name))) {
    if (there.has(file)) await readDependencies(look, { folder, file, there }, seen)
  }
  await readFilesOf(look, folder, values)
}

function isOfChart(folder: string, path: string): boolean {
  return OF_A_CHART.some((name) => join(folder, name) === path)
}

/**
 * Charts beside it (`repository: file://../lib`), and those of registries, which nobody changes where a lock or an exact version names
 * them, or where they lie in `charts`. Source: Helm `pkg/downloader/manager.go`.
 */
async function readDependencies(
  look: Look,
  { folder, file, there }: { folder: string; file: string; there: ReadonlySet<string> },
  seen: Set<string>,
): Promise<void> {
  const text = await look.text(file)
  const document = text === undefined ? undefined : readMapping(text)
  if (text !== undefined && !document) return look.unknown(`${file}, which cannot be read as YAML`)
  const isLocked = ['Chart.lock', 'requirements.lock'].some((name) => there.has(join(folder, name)))
  for (const dependency of list(document?.['dependencies']).map(record)) {
    const [name = ''] = strings([dependency['name']])
    const [repository = ''] = strings([dependency['repository']])
    const [version] = strings([dependency['version']])
    const path = /^file:\/\/(.*)$/.exec(repository)?.[1]
    if (path !== undefined) await readBeside(look, { folder, path }, seen)
    // Without a repository it lies in `charts`.
    else if (repository !== '' && !isLocked && !isExactVersion(version) && !(await isVendored(look, folder, name)))
      look.unknown(`the chart ${name} that ${file} names by a range, without a lock`)
  }
}

async function isVendored(look: Look, folder: string, name: string): Promise<boolean> {
  const files = (await look.list(join(folder, 'charts'), { recurse: true, most: MOST_FILES })) ?? []
  const start = join(folder, `charts/${name}`)
  return files.some(({ path }) => path.startsWith(`${start}/`) || path.startsWith(`${start}-`))
}

async function readBeside(look: Look, { folder, path }: { folder: string; path: string }, seen: Set<string>): Promise<void> {
  const wanted = path.startsWith('/') ? undefined : clean(`${folder}/${path}`)
  if (wanted === undefined) return look.unknown(`the chart file://${path} of ${folder}`)
  const place = await look.locate(wanted)
  if (place.kind === 'folder') return readChart(look, place.path, [], seen)
  if (place.kind !== 'unknown') look.named(wanted)
}

/** Other files of the chart are inputs only where a template uses `.Files`. */
async function readFilesOf(look: Look, folder: string, values: readonly string[]): Promise<void> {
  const files = (await look.list(folder, { recurse: true, most: MOST_FILES })) ?? []
  const inside = files.map((file) => ({ ...file, name: folder === '' ? file.path : file.path.slice(folder.length + 1) }))
  const top = (name: string): string => name.split('/')[0] ?? ''
  const isPart = (name: string): boolean => OF_A_CHART.some((one) => one === top(name))
  for (const { path, name, kind } of inside) if (kind !== 'file' && isPart(name) && name.includes('/')) await look.locate(path)
  const others = inside.filter(({ name, path }) => !isPart(name) && !FOR_PEOPLE.test(top(name)) && !values.includes(path))
  if (others.length === 0) return
  const templates = inside.filter(({ name, kind }) => kind === 'file' && /^(?:.*\/)?templates\/|^values\.yaml$/.test(name) && isPart(name))
  const texts = await look.texts([...templates.map(({ path }) => path), ...values])
  const used = texts.map(usedFiles)
  if (used.includes('any')) return look.named(folder)
  for (const { name, glob } of used.flatMap((one) => (one === 'any' ? [] : one))) {
    const path = glob ? `${asGlob(folder)}${folder === '' ? '' : '/'}${name}` : clean(`${folder}/${name}`)
    if (path !== undefined) look.named(path, glob)
  }
}

/** `range $path, $_ := .Files.Glob "x/*"`. Spaces are counted, as their number would be squared otherwise. */
const RANGED = /range\s{1,9}(\$\w{1,99})\s{0,9},\s{0,9}\$\w{1,99}\s{0,9}:=\s{0,9}\(?\s{0,9}\$?\.Files\s{0,9}\.\s{0,9}Glob\s{1,9}["`]/g

/**
 * The files of its chart that a template reads by name: `.Files.Get "x"`, `.Files.Glob "x/*"`, and `.Files.Get` of what ranges over such a
 * glob. `any` where it reads them in another way.
 */
function usedFiles(text: string): readonly { name: string; glob: boolean }[] | 'any' {
  const named = [...text.matchAll(/\.Files\s{0,9}\.\s{0,9}(Get|GetBytes|Lines|Glob)\s{1,9}(?:"([^"\\\n]*)"|`([^`\n]*)`)/g)].map(
    ([, how, quoted, raw]) => ({
      name: quoted ?? raw ?? '',
      glob: how === 'Glob',
    }),
  )
  const ranged = new Set([...text.matchAll(RANGED)].map(([, name]) => name))
  const again = [...text.matchAll(/\.Files\s{0,9}\.\s{0,9}(?:Get|GetBytes|Lines)\s{1,9}(\$\w{1,99})/g)].filter(([, name]) =>
    ranged.has(name),
  )
  const all = text.match(/\.Files\b/g)?.length ?? 0
  // Helm's globs know braces, Git's do not.
  return all > named.length + again.length || named.some(({ name, glob }) => glob && /[{}]/.test(name)) ? 'any' : named
}
