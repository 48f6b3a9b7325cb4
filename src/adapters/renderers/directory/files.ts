import { notRendered, type Rendering } from '../../../domain/application/rendered.ts'
import type { DirectoryOptions } from '../../../domain/application/snapshots.ts'
import type { TreeFile } from '../../../ports/git.ts'
import { compileGlob, type Glob } from './glob.ts'

export type Refusal = Rendering & { result: 'unknown' }

const ENDING = /\.(?:yaml|yml|json|jsonnet)$/

/** A plain folder, as an Application without options reads it. */
export const PLAIN: DirectoryOptions = { recurse: false, include: undefined, exclude: undefined, anyEnding: false }

/**
 * The tool that Argo CD finds by the names of files where a source names none; a plain folder is what is left. Source: Argo CD
 * `util/app/discovery/discovery.go`, `util/kustomize/kustomize.go` IsKustomization.
 */
export function discoverTool(names: readonly string[]): 'Helm' | 'Kustomize' | undefined {
  if (names.some((name) => /^(?:kustomization\.ya?ml|Kustomization)$/.test(name))) return 'Kustomize'
  return names.some((name) => name.endsWith('Chart.yaml')) ? 'Helm' : undefined
}

/**
 * The files of a folder that Argo CD takes manifests from, by ending and pattern; a refusal for what only a work tree or an interpreter
 * could follow. Source: Argo CD `reposerver/repository/repository.go` getPotentiallyValidManifestFile.
 */
export function manifestFiles(folder: string, files: readonly TreeFile[], options: DirectoryOptions): readonly TreeFile[] | Refusal {
  const [include, exclude] = [options.include, options.exclude].map((pattern) => (pattern === undefined ? undefined : compileGlob(pattern)))
  if ((options.include !== undefined && !include) || (options.exclude !== undefined && !exclude))
    return notRendered('unsupported', 'The include or exclude of its directory options is no pattern that can be read.')
  const found: TreeFile[] = []
  for (const file of files) {
    if (file.kind === 'submodule') {
      if (options.recurse) return notRendered('unsupported', 'The folder holds a submodule.')
      continue
    }
    const path = folder === '' ? file.path : file.path.slice(folder.length + 1)
    if (!isTaken(path, options, { include, exclude })) continue
    if (file.kind === 'symlink') return notRendered('unsupported', `${named(file.path)} is a symbolic link.`)
    if (path.endsWith('.jsonnet')) return notRendered('unsupported', `${named(file.path)} is Jsonnet.`)
    found.push(file)
  }
  return found
}

function isTaken(
  path: string,
  { anyEnding }: DirectoryOptions,
  patterns: { include: Glob | undefined; exclude: Glob | undefined },
): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return (anyEnding || ENDING.test(name)) && patterns.exclude?.(path) !== true && patterns.include?.(path) !== false
}

/** A path for people; names in a repository are hostile. */
export function named(path: string): string {
  return /^[\w.@+/ -]{1,200}$/.test(path) ? path : 'A file of an unusual name'
}
