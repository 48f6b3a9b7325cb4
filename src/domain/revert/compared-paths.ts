import { exactly, type InputPath } from '../application/commit.ts'
import type { SourceFacts } from '../decision/facts.ts'

type Scope = Pick<SourceFacts, 'inputs' | 'paths' | 'staying' | 'leftOut' | 'byFields'>

/** Later commits, or another Rollout's own files, stay: then of the inputs only the restored files are as they were at N. */
export function isRestoredInPart({ staying, leftOut }: Pick<Scope, 'staying' | 'leftOut'>): boolean {
  return staying.length > 0 || leftOut.paths.length > 0
}

/** What has to be the same at the revert as at N: all that is read, or where something stays, the files that are restored as a whole. */
export function comparedPaths(scope: Scope): readonly InputPath[] {
  if (!isRestoredInPart(scope)) return scope.inputs
  const byFields = new Set(scope.byFields.map(({ path }) => path))
  return exactly(scope.paths.filter((path) => !byFields.has(path)))
}
