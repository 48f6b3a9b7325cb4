import type { Raw } from '../../simulation/objects.ts'
import type { Random } from '../random.ts'
import type { Told } from './watches.ts'

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
  tell(cluster: string, object: Raw, type?: Told['type']): void
  verdictOf(key: string): Verdict
}

/** Who put a template into a Rollout's spec. `compared`: by hand, and Git has come to ask for the same. */
export type By = 'sync' | 'heal' | 'rollback' | 'hand' | 'compared'
