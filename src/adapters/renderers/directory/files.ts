import { chooseManifests } from '../../../domain/application/directory-files.ts'
import { notRendered, type Rendering } from '../../../domain/application/rendered.ts'
import type { DirectoryOptions } from '../../../domain/application/snapshots.ts'
import type { TreeFile } from '../../../ports/git.ts'

export type Refusal = Rendering & { result: 'unknown' }

/** The files of a folder that Argo CD takes manifests from; a refusal for what only a work tree or an interpreter could follow. */
export function manifestFiles(folder: string, files: readonly TreeFile[], options: DirectoryOptions): readonly TreeFile[] | Refusal {
  if (options.recurse && files.some(({ kind }) => kind === 'submodule')) return notRendered('unsupported', 'The folder holds a submodule.')
  const byPath = new Map(
    files.filter(({ kind }) => kind !== 'submodule').map((file) => [folder === '' ? file.path : file.path.slice(folder.length + 1), file]),
  )
  const chosen = chooseManifests([...byPath.keys()], options)
  if (!chosen) return notRendered('unsupported', 'The include or exclude of its directory options is no pattern that can be read.')
  const found = chosen.flatMap((path) => byPath.get(path) ?? [])
  for (const { path, kind } of found) {
    if (kind === 'symlink') return notRendered('unsupported', `${named(path)} is a symbolic link.`)
    if (path.endsWith('.jsonnet')) return notRendered('unsupported', `${named(path)} is Jsonnet.`)
  }
  return found
}

/** A path for people; names in a repository are hostile. */
export function named(path: string): string {
  return /^[\w.@+/ -]{1,200}$/.test(path) ? path : 'A file of an unusual name'
}
