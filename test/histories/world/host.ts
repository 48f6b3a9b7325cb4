import type { Raw } from '../../simulation/objects.ts'
import type { Random } from '../random.ts'

/** How a version fares when it is released. */
export type Verdict = 'good' | 'failed' | 'error' | 'deadline' | 'inconclusive' | 'stuck' | 'flaky'

/** What parts of a world share. */
export interface Host {
  /** Epoch ms. */
  now: () => number
  after(ms: number, call: () => void): void
  random: Random
  /** A number for an object's version. */
  version(): number
  /** Tells the watches of a cluster. */
  tell(cluster: string, object: Raw, type?: 'ADDED' | 'MODIFIED'): void
  verdictOf(key: string): Verdict
}

/** Who put a template into a Rollout's spec. `compared`: by hand, and Git has come to ask for the same. */
export type By = 'sync' | 'heal' | 'rollback' | 'hand' | 'compared'

/** Who put which template into the spec, and when. */
export interface Asked {
  key: string
  by: By
  /** The commit, where Argo CD applied it. */
  revision: string | undefined
  at: number
}

/** One time that a version was aborted. `until` is when that was over. */
export interface Failure {
  key: string
  rolloutRevision: number
  cause: Verdict | 'human'
  asked: Asked
  stable: string
  stableBy: By
  from: number
  until: number | undefined
}
