import type { RolloutRef } from '../domain/rollout/snapshots.ts'
import type { Tone } from './words.ts'

// What is answered through Argo CD's proxy: all that its pages show of Kedge, in words that stand as they are. Times are epoch
// milliseconds.

/** The Rollouts of one Application, the worst first. */
export interface ApplicationAnswer {
  /** `namespace/name`. */
  application: string
  rollouts: readonly ApplicationRollout[]
  /** How many there are; no more than fifty are told. */
  total: number
  /** Clusters that cannot be seen: what is told of them, or not told, may be otherwise by now. */
  blind: readonly string[]
}

export interface ApplicationRollout extends RolloutRef {
  uid: string
  tone: Tone
  /** How it stands, in words. */
  verdict: string
  since: number | null
  /** Versions as people call them; null where not known. */
  gitWants: string | null
  clusterRuns: string | null
  why: string | null
  /** Its newest release; null where the ledger has none. */
  release: ApplicationRelease | null
  /** Its page at Kedge; null where Kedge does not know by what address people reach it. */
  page: string | null
}

export interface ApplicationRelease {
  isOpen: boolean
  sentence: string
  /** What a person has to do, and where; null where nothing is. */
  todo: string | null
  todoHref: string | null
  /** What Kedge did, or why it did nothing. */
  did: string
  pullRequest: { words: string; href: string | null } | null
  /** What was measured when it failed. */
  evidence: readonly { metric: string; value: string; condition: string; counts: string; source: string }[]
}
