import type { InputPath } from '../application/commit.ts'
import type { SourceFacts } from '../decision/facts.ts'

/**
 * What has to be the same at the revert as at N: all that the Application is rendered from; where later commits stay, the restored files,
 * because these commits have changed others.
 */
export function comparedPaths({ inputs, paths, staying }: Pick<SourceFacts, 'inputs' | 'paths' | 'staying'>): readonly InputPath[] {
  return staying.length > 0 ? paths.map((path) => ({ path, glob: false })) : inputs
}
