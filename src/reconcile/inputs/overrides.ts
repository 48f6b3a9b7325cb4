import { importsByCode, PLAIN } from '../../domain/application/directory-files.ts'
import type { GitSource } from '../../domain/application/inputs.ts'
import { clean } from '../../domain/application/inputs.ts'
import type { ApplicationSpec, DirectoryOptions, SourceSnapshot, SourceTool } from '../../domain/application/snapshots.ts'
import { join, type Look } from './look.ts'
import { list, readMapping, record, strings } from './yaml.ts'

type Fields = Readonly<Record<string, unknown>>

const TOOLS: Readonly<Record<string, SourceTool>> = { helm: 'Helm', kustomize: 'Kustomize', plugin: 'Plugin', directory: 'Directory' }

/** Fields that choose no file, and those that `merge` takes. Source: Argo CD `pkg/apis/application/v1alpha1/types.go`. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  helm: words(
    'valueFiles fileParameters parameters values valuesObject releaseName version passCredentials ignoreMissingValueFiles skipCrds',
    'skipTests skipSchemaValidation namespace kubeVersion apiVersions',
  ),
  kustomize: words(
    'components patches images replicas namePrefix nameSuffix commonLabels commonAnnotations commonAnnotationsEnvsubst forceCommonLabels',
    'forceCommonAnnotations labelWithoutSelector labelIncludeTemplates namespace version kubeVersion apiVersions ignoreMissingComponents',
  ),
  directory: words('recurse include exclude jsonnet disableExtensionFilter'),
}
const JSONNET = words('libs extVars tlas')

/**
 * A source as the files `.argocd-source*` in its folder leave it; those of other Applications are not read. Later files win, and a list
 * replaces a list. Source: Argo CD `reposerver/repository/repository.go` mergeSourceParameters.
 */
export async function withOverrides(look: Look, { name, namespace }: ApplicationSpec, { source }: GitSource): Promise<SourceSnapshot> {
  const named = source.path === undefined ? undefined : clean(source.path)
  const folder = named === undefined ? undefined : await look.locate(named)
  if (folder === undefined || folder.kind === 'unknown') return source
  // The instance name: alone in Argo CD's own namespace, with its namespace in others.
  const files = ['.argocd-source.yaml', `.argocd-source-${name}.yaml`, `.argocd-source-${namespace}_${name}.yaml`]
  let merged = source
  for (const path of files.map((file) => join(folder.path, file))) {
    look.own(path)
    const place = await look.locate(path)
    if (place.kind !== 'file') continue
    look.own(place.path)
    const text = await look.text(place.path)
    const document = text === undefined ? {} : readMapping(text)
    if (document) merged = merge(look, merged, { document, path })
    else look.unknown(`${path}, which cannot be read as YAML`)
  }
  return merged
}

function merge(look: Look, source: SourceSnapshot, { document, path }: { document: Fields; path: string }): SourceSnapshot {
  for (const field of strangeFields(document)) look.unknown(`${field} in ${path}`)
  const [helm, kustomize] = [record(document['helm']), record(document['kustomize'])]
  const [tool] = Object.entries(TOOLS).flatMap(([block, one]) => (document[block] === undefined ? [] : [one]))
  const parameters = list(helm['fileParameters']).flatMap((one) => strings([record(one)['path']]))
  const patches = list(kustomize['patches']).flatMap((one) => strings([record(one)['path']]))
  const libraries = strings(record(record(document['directory'])['jsonnet'])['libs']).map((library) => `/${library}`)
  // What a list replaces stays: which of these folders are of which list is not kept.
  const folders = [...source.folders, ...strings(kustomize['components']), ...patches, ...libraries]
  return {
    ...source,
    folders,
    ...(source.tool === undefined && tool !== undefined && { tool }),
    ...(Array.isArray(helm['valueFiles']) && { valueFiles: strings(helm['valueFiles']) }),
    ...(parameters.length > 0 && { fileParameters: parameters }),
    ...(document['directory'] !== undefined && { directory: mergeDirectory(source.directory ?? PLAIN, record(document['directory'])) }),
  }
}

function mergeDirectory(before: DirectoryOptions, directory: Fields): DirectoryOptions {
  const { recurse, include, exclude, disableExtensionFilter } = directory
  const { extVars, tlas } = record(directory['jsonnet'])
  const variables = [...list(extVars), ...list(tlas)].map(record)
  return {
    recurse: typeof recurse === 'boolean' ? recurse : before.recurse,
    include: typeof include === 'string' ? include || undefined : before.include,
    exclude: typeof exclude === 'string' ? exclude || undefined : before.exclude,
    anyEnding: typeof disableExtensionFilter === 'boolean' ? disableExtensionFilter : before.anyEnding,
    importsByCode: before.importsByCode === true || importsByCode(variables),
  }
}

/** What of it nobody here knows the meaning of: a field of another name, or of another kind. */
function strangeFields(document: Fields): readonly string[] {
  return Object.entries(document).flatMap(([block, fields]) => {
    // What a plugin reads is not known in any case.
    if (block === 'plugin') return []
    const known = Object.hasOwn(KNOWN, block) ? KNOWN[block] : undefined
    if (!known || !isFields(fields)) return [block]
    return Object.entries(fields).flatMap(([field, value]) => {
      if (!known.includes(field) || !isOfItsKind(field, value)) return [`${block}.${field}`]
      if (field !== 'jsonnet') return []
      const strange = Object.entries(record(value)).filter(([name, one]) => !JSONNET.includes(name) || !Array.isArray(one))
      return strange.map(([name]) => `${block}.${field}.${name}`)
    })
  })
}

const LISTS = words('valueFiles fileParameters components patches')
const SWITCHES = words('recurse disableExtensionFilter')

/** Of those fields that choose files. */
function isOfItsKind(field: string, value: unknown): boolean {
  if (LISTS.includes(field)) return Array.isArray(value)
  if (SWITCHES.includes(field)) return typeof value === 'boolean'
  if (field === 'include' || field === 'exclude') return typeof value === 'string'
  return field !== 'jsonnet' || isFields(value)
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function words(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(' '))
}
