import type { FailureFacts } from './facts.ts'
import type { OpenedPull } from './pull-request.ts'

/** Something that Kedge did wrong, or did not do. */
export interface Violation {
  kind: 'false' | 'second' | 'untold' | 'missed' | 'unseen' | 'unfollowed' | 'forbidden'
  /** `namespace/name`; of a PR, what it says. */
  what: string
  why: string
  /** Milliseconds since the world began. */
  at: number
}

/** What is said of one history. */
export interface Judgement {
  violations: Violation[]
  pulls: number
  failures: number
  required: number
  /** Those of them that Kedge could not see at first, or not all the time. */
  late: number
  /** Of each failure that lasted and got no PR: the checks that refused. */
  refusals: { checks: readonly string[]; required: boolean }[]
}

/** A PR, and the failures that it was right for when it was opened. */
export interface Opened {
  readonly pull: OpenedPull
  readonly rightFor: readonly FailureFacts[]
}
