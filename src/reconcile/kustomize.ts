import { parse } from 'yaml'
import type { CommitSha, InputPath } from '../domain/commit.ts'
import { clean, isAmong } from '../domain/inputs.ts'
import type { GitRepository } from '../ports.ts'

const FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']
const FILE_BYTES = 256 * 1024
/** A kustomization may not pull in more than this many folders: a bound, not a rule of kustomize. */
const MOST_FOLDERS = 200

/** Fields of a kustomization that name files or folders. Source: kustomize `api/types/kustomization.go`. */
const PATH_FIELDS = ['resources', 'bases', 'components', 'crds', 'configurations', 'generators', 'transformers', 'validators', 'patchesStrategicMerge'] as const

/**
 * The folders and files outside an app's own folder that its kustomization pulls in (bases, components, patches), followed to the end.
 * Empty where there is no kustomization. Remote bases are not part of the repository and are left out.
 */
export async function kustomizeInputs(repository: GitRepository, revision: CommitSha, own: readonly InputPath[]): Promise<readonly InputPath[]> {
  const found = new Map<string, InputPath>()
  const queue = own.filter((input) => !input.glob).map((input) => input.path)
  const seen = new Set<string>()
  for (let folder = queue.shift(); folder !== undefined && seen.size < MOST_FOLDERS; folder = queue.shift()) {
    if (seen.has(folder)) continue
    seen.add(folder)
    const text = await readKustomization(repository, revision, folder)
    if (text === undefined) continue
    for (const name of namedPaths(text)) {
      const path = isRemote(name) ? undefined : clean(`${folder}/${name}`)
      if (path === undefined) continue
      if (!isAmong(path, own)) found.set(path, { path, glob: false })
      queue.push(path)
    }
  }
  return [...found.values()]
}

async function readKustomization(repository: GitRepository, revision: CommitSha, folder: string): Promise<string | undefined> {
  if (/\.(?:ya?ml|json|env|txt|properties)$/i.test(folder)) return undefined
  for (const file of FILES) {
    const path = clean(`${folder}/${file}`)
    const text = path === undefined ? undefined : await repository.readFile(revision, path, FILE_BYTES)
    if (text !== undefined) return text
  }
  return undefined
}

function isRemote(name: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(name) || /^git@|^github\.com[/:]|\?ref=/.test(name)
}

/** Every path that a kustomization names; nothing for a file that does not parse. */
export function namedPaths(text: string): readonly string[] {
  const document = parseQuietly(text)
  const lists = PATH_FIELDS.flatMap((field) => strings(document[field]))
  const patches = list(document['patches']).flatMap((patch) => strings([record(patch)['path']]))
  const json6902 = list(document['patchesJson6902']).flatMap((patch) => strings([record(patch)['path']]))
  const replacements = list(document['replacements']).flatMap((one) => strings([record(one)['path']]))
  const generators = [...list(document['configMapGenerator']), ...list(document['secretGenerator'])].flatMap((generator) => {
    const fields = record(generator)
    return [...strings(fields['files']).map((file) => file.split('=').at(-1) ?? file), ...strings(fields['envs']), ...strings([fields['env']])]
  })
  const helm = list(document['helmCharts']).flatMap((chart) => [...strings([record(chart)['valuesFile']]), ...strings(record(chart)['additionalValuesFiles'])])
  return [...lists, ...patches, ...json6902, ...replacements, ...generators, ...helm].filter((path) => !path.includes('\n'))
}

function parseQuietly(text: string): Record<string, unknown> {
  try {
    return record(parse(text, { maxAliasCount: 50 }))
  } catch {
    return {}
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {}
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function strings(value: unknown): readonly string[] {
  return list(value).filter((one) => typeof one === 'string')
}
