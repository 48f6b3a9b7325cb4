import type { CommitSha } from '../application/commit.ts'

/** The one deployment that a release has at its forge. */
export interface ShownDeployment {
  /** As the Application spells it; credentials never in it. */
  readonly repoURL: string
  readonly commit: CommitSha
  readonly environment: string
  /** The forge's own number. */
  readonly number: number
}
