import type { GitCommit, InputPath } from '../../../domain/application/commit.ts'

/** The app's own commit behind an applied revision, and the inputs it was found by. */
export interface Reduced {
  readonly commit: GitCommit
  readonly inputs: readonly InputPath[]
}
