import { compileGlob, createBudget } from './directory-glob.ts'
import type { DirectoryOptions } from './snapshots.ts'

const ENDING = /\.(?:yaml|yml|json|jsonnet)$/

/** A folder of plain manifests, as Argo CD reads it where nothing is said. */
export const PLAIN: DirectoryOptions = { recurse: false, include: undefined, exclude: undefined, anyEnding: false }

/**
 * Those files of a plain folder, by their paths in it, that Argo CD takes manifests from: by ending and pattern. Undefined where its
 * patterns cannot be read, or cost too much. Source: Argo CD `reposerver/repository/repository.go` getPotentiallyValidManifestFile.
 */
export function chooseManifests(
  paths: readonly string[],
  { recurse, include, exclude, anyEnding }: DirectoryOptions,
): readonly string[] | undefined {
  const budget = createBudget()
  const [included, excluded] = [include, exclude].map((pattern) => (pattern === undefined ? undefined : compileGlob(pattern, budget)))
  if ((include !== undefined && !included) || (exclude !== undefined && !excluded)) return undefined
  const chosen = paths.filter(
    (path) =>
      (recurse || !path.includes('/')) && (anyEnding || ENDING.test(path)) && excluded?.(path) !== true && included?.(path) !== false,
  )
  return budget.left < 0 ? undefined : chosen
}

/** Whether one of these variables or arguments of Jsonnet is code that imports something, as far as its text tells. */
export function importsByCode(variables: readonly Readonly<Record<string, unknown>>[]): boolean {
  return variables.some(({ code, value }) => code === true && typeof value === 'string' && /\bimport/.test(value))
}
