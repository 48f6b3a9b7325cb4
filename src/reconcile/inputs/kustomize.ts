import { clean } from '../../domain/application/inputs.ts'
import { readChart } from './chart.ts'
import { join, type Look } from './look.ts'
import { isExactVersion } from './version.ts'
import { field, list, readDocuments, readMapping, record, strings } from './yaml.ts'

/** Kustomize takes the first of them that is there. */
export const KUSTOMIZATIONS = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const

/** Fields of a kustomization that name files or folders. Source: kustomize `api/types/kustomization.go`. */
const PATH_FIELDS = ['resources', 'bases', 'components', 'crds', 'configurations', 'patchesStrategicMerge'] as const
/** Fields that name files which may name files in turn. */
const CONFIG_FIELDS = ['generators', 'transformers', 'validators'] as const
/** What names files of them in a kustomization, and all that may stand there: anything else changes what they say. */
const CONFIGS = ['resources', 'bases'] as const
const OF_CONFIGS: readonly string[] = ['apiVersion', 'kind', 'metadata', ...CONFIGS]
const MOST_FOLDERS = 200

/** What has been read already: bases are shared. */
type Seen = Set<string>

/**
 * Reads a kustomization to the end: what it names, what bases and components name, and what files of generators, transformers and
 * validators name. `folder` is known to be there; the kustomization of an Application's own folder may yet appear under each of its names.
 */
export async function readKustomization(look: Look, folder: string, seen: Seen = new Set()): Promise<void> {
  if (seen.has(folder)) return
  seen.add(folder)
  if (seen.size > MOST_FOLDERS) return look.unknown(`more than ${MOST_FOLDERS} bases and components`)
  const name = await kustomizationIn(look, folder)
  if (name === undefined) return look.unknown(`the folder ${folder}, which holds no kustomization`)
  const place = await look.locate(name)
  look.named(name)
  if (place.path !== name) look.named(place.path)
  const text = place.kind === 'file' ? await look.text(place.path) : undefined
  if (text === undefined) return
  const document = readMapping(text)
  if (!document) return look.unknown(`${name}, which cannot be read as YAML`)
  for (const path of namedPaths(document)) await readNamed(look, { folder, path }, seen)
  for (const config of CONFIG_FIELDS.flatMap((name) => strings(field(document, name)))) await readConfig(look, { folder, config }, seen)
  await readHelmCharts(look, folder, document)
}

async function kustomizationIn(look: Look, folder: string): Promise<string | undefined> {
  const entries = await look.entries(KUSTOMIZATIONS.map((file) => join(folder, file)))
  return entries.find(({ kind }) => kind !== 'folder')?.path
}

/** The files and folders that a kustomization, or the configuration of one of its generators and transformers, names by itself. */
function namedPaths(document: Readonly<Record<string, unknown>>): readonly string[] {
  const lists = PATH_FIELDS.flatMap((name) => strings(field(document, name)))
  const patches = ['patches', 'patchesJson6902', 'replacements'].flatMap((name) =>
    list(field(document, name)).flatMap((one) => strings([field(record(one), 'path')])),
  )
  const generators = ['configMapGenerator', 'secretGenerator'].flatMap((name) =>
    list(field(document, name)).flatMap((one) => sources(record(one))),
  )
  const openapi = strings([field(record(field(document, 'openapi')), 'path')])
  return [...lists, ...patches, ...generators, ...openapi].filter((path) => !path.includes('\n'))
}

/** `key=file` or a file. */
function sources(generator: Readonly<Record<string, unknown>>): readonly string[] {
  return [
    ...strings(field(generator, 'files')).map((file) => file.slice(file.indexOf('=') + 1)),
    ...strings(field(generator, 'envs')),
    ...strings([field(generator, 'env')]),
  ]
}

async function readNamed(look: Look, { folder, path }: { folder: string; path: string }, seen: Seen): Promise<void> {
  const wanted = path.startsWith('/') ? undefined : clean(`${folder}/${path}`)
  const place = wanted === undefined ? undefined : await look.locate(wanted)
  if (place?.kind === 'file' || place?.kind === 'folder') {
    // Of a folder, only what its kustomization names is read.
    if (place.kind === 'folder') return readKustomization(look, place.path, seen)
    return look.named(place.path)
  }
  if (place?.kind === 'unknown') return
  if (isRemote(path)) {
    if (!isPinned(path)) look.unknown(`the remote base ${path}`)
  } else if (wanted === undefined) look.unknown(`the path ${path} of ${folder}`)
  // It would be read if it were there.
  else look.named(wanted)
}

function isRemote(name: string): boolean {
  return /^[a-z][a-z0-9+.-]*:{1,2}\/{0,2}|^[\w.-]+@[\w.-]+:|^(?:github|gitlab)\.com[/:]|^bitbucket\.org[/:]|[?&]ref=/i.test(name)
}

const GIT_HOSTS = /^https?:\/\/(?:[^@/]*@)?(?:github\.com|gitlab\.com|bitbucket\.org|dev\.azure\.com)\//i

/**
 * A commit never moves. But what comes by HTTP is asked for as a file first, which takes no `ref`.
 * Source: Kustomize `api/internal/loader/fileloader.go` httpClientGetContent, `api/internal/git/repospec.go`.
 */
function isPinned(name: string): boolean {
  const [place = '', query = ''] = name.split('?')
  const isGit = !/^https?:/i.test(place) || GIT_HOSTS.test(place) || /\.git(?:\/|$)|\/_git\/|[^:]\/\//i.test(place)
  return isGit && !/\.(?:ya?ml|json)\/*$/i.test(place) && /(?:^|&)ref=[0-9a-f]{40}(?:&|$)/.test(query)
}

/** A file, a folder with a kustomization of them, or the configuration itself. */
async function readConfig(look: Look, { folder, config }: { folder: string; config: string }, seen: Seen): Promise<void> {
  if (/\n|^\s*\{/.test(config)) return readPlugins(look, { folder, name: `a generator or transformer in ${folder}`, text: config })
  await readNamed(look, { folder, path: config }, seen)
  for (const file of await configsAt(look, { folder, path: config }, new Set())) {
    const text = await look.text(file)
    if (text !== undefined) await readPlugins(look, { folder, name: file, text })
  }
}

/** The files of configuration at a path, those that kustomizations of them name included; all that is named was read by itself. */
async function configsAt(look: Look, { folder, path }: { folder: string; path: string }, seen: Seen): Promise<readonly string[]> {
  const wanted = clean(`${folder}/${path}`)
  const place = wanted === undefined ? undefined : await look.locate(wanted)
  if (place?.kind === 'file') return [place.path]
  if (place?.kind === 'folder') return configsIn(look, place.path, seen)
  // Even at a full commit it may name files here. Without one it is named already.
  if (isRemote(path) && isPinned(path)) look.unknown(`the generators and transformers of ${path}`)
  return []
}

async function configsIn(look: Look, folder: string, seen: Seen): Promise<readonly string[]> {
  if (seen.has(folder)) return []
  seen.add(folder)
  if (seen.size > MOST_FOLDERS) return []
  const name = await kustomizationIn(look, folder)
  if (name === undefined) return []
  const text = await look.text((await look.locate(name)).path)
  const document = readMapping(text ?? '') ?? {}
  for (const other of Object.keys(document))
    if (!OF_CONFIGS.some((known) => field({ [other]: true }, known)))
      look.unknown(`the ${other} of ${name}, a kustomization of generators or transformers`)
  const files: string[] = []
  for (const path of CONFIGS.flatMap((name) => strings(field(document, name))))
    files.push(...(await configsAt(look, { folder, path }, seen)))
  return files
}

/** What stands in the configuration of a generator, transformer or validator; its paths begin at the kustomization's folder. */
async function readPlugins(look: Look, { folder, name, text }: { folder: string; name: string; text: string }): Promise<void> {
  const documents = readDocuments(text)
  if (!documents) return look.unknown(`${name}, which cannot be read as YAML`)
  for (const document of documents.map(record)) {
    const apiVersion = strings([document['apiVersion']])[0] ?? ''
    const kind = strings([document['kind']])[0] ?? ''
    // KSOPS decrypts files that it names, and nothing else.
    if (apiVersion.startsWith('viaduct.ai/') && kind === 'ksops') await readFiles(look, folder, secretFiles(document))
    else if (apiVersion === 'builtin') {
      await readFiles(look, folder, builtinFiles(document))
      if (kind === 'HelmChartInflationGenerator') await readHelmCharts(look, folder, { helmCharts: [document], helmGlobals: document })
    } else if (kind !== '') look.unknown(`the plugin ${kind} of ${name}`)
  }
}

function secretFiles(document: Readonly<Record<string, unknown>>): readonly string[] {
  const from = list(field(document, 'secretFrom')).map(record)
  return [document, ...from].flatMap((one) => [
    ...sources(one),
    ...strings(field(one, 'binaryFiles')).map((file) => file.slice(file.indexOf('=') + 1)),
  ])
}

function builtinFiles(document: Readonly<Record<string, unknown>>): readonly string[] {
  const replacements = list(field(document, 'replacements')).flatMap((one) => strings([field(record(one), 'path')]))
  return [...sources(document), ...strings([field(document, 'path')]), ...strings(field(document, 'paths')), ...replacements]
}

async function readFiles(look: Look, folder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) if (!path.includes('\n')) await readNamed(look, { folder, path }, new Set())
}

/** Charts that a kustomization inflates: from a registry at a version, or from folders below `chartHome`, by default `charts`. */
async function readHelmCharts(look: Look, folder: string, document: Readonly<Record<string, unknown>>): Promise<void> {
  const [home = 'charts'] = strings([field(record(field(document, 'helmGlobals')), 'chartHome')])
  const older = list(field(document, 'helmChartInflationGenerator')).map((one) => ({
    ...record(one),
    name: field(record(one), 'chartName'),
    repo: 'named',
  }))
  for (const chart of [...list(field(document, 'helmCharts')), ...older].map(record)) {
    await readFiles(look, folder, [
      ...strings([field(chart, 'valuesFile'), field(chart, 'values')]),
      ...strings(field(chart, 'additionalValuesFiles')),
    ])
    const [name = ''] = strings([field(chart, 'name')])
    const [version] = strings([field(chart, 'version')])
    // Those of a registry lie below their version, since Kustomize 5. Source: kustomize
    // `api/internal/builtins/HelmChartInflationGenerator.go`.
    const folders = [`${home}/${name}`, ...(version === undefined ? [] : [`${home}/${name}-${version}/${name}`])]
    const places = await Promise.all(folders.flatMap((path) => clean(`${folder}/${path}`) ?? []).map((path) => look.locate(path)))
    const found = places.filter(({ kind }) => kind === 'folder')
    for (const place of found) await readChart(look, place.path)
    if (found.length > 0) continue
    if (field(chart, 'repo') === undefined) look.unknown(`the chart ${name} of ${folder}`)
    else if (!isExactVersion(version)) look.unknown(`the chart ${name} of ${folder}, at no exact version`)
  }
}
