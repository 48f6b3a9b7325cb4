import type { GitSource } from '../../domain/application/inputs.ts'
import { clean } from '../../domain/application/inputs.ts'
import type { ApplicationSnapshot, SourceSnapshot, SourceTool } from '../../domain/application/snapshots.ts'
import { join, type Look } from './look.ts'
import { list, readMapping, record, strings } from './yaml.ts'

const TOOLS: Readonly<Record<string, SourceTool>> = { helm: 'Helm', kustomize: 'Kustomize', plugin: 'Plugin', directory: 'Directory' }

/**
 * A source as the files `.argocd-source*` in its folder leave it; those of other Applications are not read. Later files win, and a list
 * replaces a list. Source: Argo CD `reposerver/repository/repository.go` mergeSourceParameters.
 */
export async function withOverrides(look: Look, { name, namespace }: ApplicationSnapshot, { source }: GitSource): Promise<SourceSnapshot> {
  const folder = source.path === undefined ? undefined : clean(source.path)
  if (folder === undefined) return source
  // The instance name: alone in Argo CD's own namespace, with its namespace in others.
  const files = ['.argocd-source.yaml', `.argocd-source-${name}.yaml`, `.argocd-source-${namespace}_${name}.yaml`]
  for (const file of files) look.own(join(folder, file))
  const entries = new Set((await look.list(folder))?.map(({ path }) => path))
  let merged = source
  for (const path of files.map((file) => join(folder, file)).filter((one) => entries.has(one))) {
    const text = await look.text(path)
    const document = text === undefined ? {} : readMapping(text)
    if (document) merged = merge(merged, document)
    else look.unknown(`${path}, which cannot be read as YAML`)
  }
  return merged
}

function merge(source: SourceSnapshot, document: Readonly<Record<string, unknown>>): SourceSnapshot {
  const helm = record(document['helm'])
  const [tool] = Object.entries(TOOLS).flatMap(([block, one]) => (document[block] === undefined ? [] : [one]))
  const parameters = list(helm['fileParameters']).flatMap((one) => strings([record(one)['path']]))
  const components = strings(record(document['kustomize'])['components'])
  return {
    ...source,
    ...(source.tool === undefined && tool !== undefined && { tool }),
    ...(Array.isArray(helm['valueFiles']) && { valueFiles: strings(helm['valueFiles']) }),
    ...(parameters.length > 0 && { fileParameters: parameters }),
    ...(components.length > 0 && { folders: [...source.folders.filter((one) => one.startsWith('/')), ...components] }),
  }
}
