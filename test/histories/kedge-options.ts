import type { Policy } from '../../src/domain/policy/policy.ts'
import type { AlertSource } from '../../src/ports/alerts.ts'
import type { PullRequestRequest } from '../../src/ports/forge.ts'
import type { Logger } from '../../src/ports/log.ts'

/** What ties versions to commits: what they render, no more than their files, or one or the other because who renders is away at times. */
export type ProvenBy = 'rendering' | 'files' | 'mixed'

/** What a history says of its Kedge. */
export interface KedgeOptions {
  by: ProvenBy
  /** A PR is opened just now. */
  onOpened: (request: PullRequestRequest) => void
  logger?: Logger
  /** Who has the alerts; nobody where nothing is said. */
  alerts?: AlertSource
  policy?: Partial<Policy>
}
