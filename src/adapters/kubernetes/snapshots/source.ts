import { hash } from 'node:crypto'
import { importsByCode } from '../../../domain/application/directory-files.ts'
import { MOST_NAMES } from '../../../domain/application/inputs.ts'
import type { DirectoryOptions, HydratorSnapshot, SourceSnapshot, SourceTool } from '../../../domain/application/snapshots.ts'
import { withoutCredentials } from '../../../domain/words/credentials.ts'
import { CAPS, fields, isObject, items, sharedText, text, texts, type Fields, type Intern } from './fields.ts'

const SOURCES = 100
/** One more than are followed: an Application that names more has to be known by it. What is cut off without a word is an input too. */
const NAMES = MOST_NAMES + 1
const MAX_DEPTH = 32

/** Sources of one Application. Equal ones are one object: ten history entries mostly name the same source. */
export interface SourceReader {
  /** Of `sources` where that is a list, else of the single `source`; empty without both. */
  read(holder: Fields): readonly SourceSnapshot[]
}

/** A reader whose lists are shared within one Application. */
export function createSourceReader(intern: Intern): SourceReader {
  const lists = new Map<string, readonly SourceSnapshot[]>()
  return {
    read(holder) {
      const many = items(holder['sources'], SOURCES)
      const found = (many.length > 0 ? many : [holder['source']]).filter(isObject).map((source) => readSource(fields(source), intern))
      const key = JSON.stringify(found)
      const known = lists.get(key)
      if (known === undefined) lists.set(key, found)
      return known ?? found
    },
  }
}

function readSource(source: Fields, intern: Intern): SourceSnapshot {
  const helm = fields(source['helm'])
  const fileParameters = items(helm['fileParameters'], NAMES).map((parameter) => fields(parameter)['path'])
  return {
    repoURL: intern(withoutCredentials(text(source['repoURL'], CAPS.url) ?? '')),
    targetRevision: intern(text(source['targetRevision'], CAPS.short) ?? ''),
    path: sharedText(source['path'], CAPS.url, intern),
    chart: sharedText(source['chart'], CAPS.short, intern),
    ref: sharedText(source['ref'], CAPS.name, intern),
    valueFiles: texts(helm['valueFiles'], CAPS.url, intern, NAMES),
    fileParameters: texts(fileParameters, CAPS.url, intern, NAMES),
    folders: foldersOf(source, intern),
    parameters: intern(fingerprint(source)),
    ...toolOf(source),
    ...(isObject(source['directory']) && { directory: readDirectory(fields(source['directory']), intern) }),
  }
}

// Argo CD takes a block that is there for the choice of its tool, even an empty one (`pkg/apis/application/v1alpha1/types.go`
// ExplicitType).
function toolOf(source: Fields): { tool?: SourceTool } {
  const blocks = { helm: 'Helm', kustomize: 'Kustomize', plugin: 'Plugin', directory: 'Directory' } as const
  const [tool] = Object.entries(blocks).flatMap(([block, name]) => (isObject(source[block]) ? [name] : []))
  return tool === undefined ? {} : { tool }
}

function readDirectory(directory: Fields, intern: Intern): DirectoryOptions {
  const jsonnet = fields(directory['jsonnet'])
  const variables = [...items(jsonnet['extVars'], CAPS.entries), ...items(jsonnet['tlas'], CAPS.entries)].map(fields)
  return {
    recurse: directory['recurse'] === true,
    include: sharedText(directory['include'], CAPS.url, intern) || undefined,
    exclude: sharedText(directory['exclude'], CAPS.url, intern) || undefined,
    anyEnding: directory['disableExtensionFilter'] === true,
    ...(importsByCode(variables) && { importsByCode: true }),
  }
}

// Libraries are relative to the root, components and patches to the path (Argo CD `reposerver/repository/repository.go` makeJsonnetVm,
// `util/kustomize`).
function foldersOf(source: Fields, intern: Intern): readonly string[] {
  const kustomize = fields(source['kustomize'])
  const patches = items(kustomize['patches'], NAMES).map((patch) => fields(patch)['path'])
  const named = (value: unknown): readonly string[] => texts(value, CAPS.url, intern, NAMES)
  const libraries = named(fields(fields(source['directory'])['jsonnet'])['libs'])
  return [...named(kustomize['components']), ...named(patches), ...libraries.map((library) => intern(`/${library}`))]
}

// A digest, because people put passwords into Helm parameters: what is compared need not be kept.
function fingerprint(source: Fields): string {
  const { helm, kustomize, directory, plugin } = source
  const present = Object.entries({ helm, kustomize, directory, plugin }).filter(([, value]) => isObject(value))
  if (present.length === 0) return '{}'
  const canonical = JSON.stringify(sorted(Object.fromEntries(present), MAX_DEPTH))
  return `sha256:${hash('sha256', canonical)}`
}

// Bounded: an object nested 10,000 deep parses, but would overflow the stack here.
function sorted(value: unknown, depth: number): unknown {
  if (depth === 0) return null
  if (Array.isArray(value)) return value.map((item) => sorted(item, depth - 1))
  if (!isObject(value)) return value
  const keys = Object.keys(value).sort()
  return Object.fromEntries(keys.map((key) => [key, sorted(fields(value)[key], depth - 1)]))
}

/** `spec.sourceHydrator`; undefined unless both ends are named. Argo CD: `pkg/apis/application/v1alpha1/types.go` SourceHydrator. */
export function readHydrator(value: unknown, intern: Intern): HydratorSnapshot | undefined {
  const hydrator = fields(value)
  const sync = fields(hydrator['syncSource'])
  const syncBranch = text(sync['targetBranch'], CAPS.short)
  if (text(fields(hydrator['drySource'])['repoURL'], CAPS.url) === undefined || syncBranch === undefined) return undefined
  const syncRepoURL = text(sync['repoURL'], CAPS.url)
  return {
    syncRepoURL: syncRepoURL === undefined ? undefined : intern(withoutCredentials(syncRepoURL)),
    syncBranch: intern(syncBranch),
    syncPath: text(sync['path'], CAPS.url) ?? '',
  }
}
