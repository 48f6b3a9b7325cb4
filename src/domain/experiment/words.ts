import type { Outcome } from '../release/release.ts'

/** What checks call what has failed, and what was before it. */
interface SubjectWords {
  readonly kind: 'Rollout' | 'Experiment'
  /** It, beside others of the Application. */
  readonly itself: string
  /** Its commits lie between two of these. */
  readonly ends: 'versions' | 'syncs'
  /** Whose the restored inputs are to be. */
  readonly before: string
  /** What another revert is for. */
  readonly another: string
  /** What failed of it. */
  readonly failed: string
}

const ROLLOUT: SubjectWords = {
  kind: 'Rollout',
  itself: 'this one',
  ends: 'versions',
  before: 'of N',
  another: 'another version',
  failed: 'failed version',
}

/** It has no versions, and what was before it is what a sync had applied. */
const EXPERIMENT: SubjectWords = {
  kind: 'Experiment',
  itself: 'this Experiment',
  ends: 'syncs',
  before: 'before its sync',
  another: 'another release',
  failed: 'failed Experiment',
}

/** The words of a check about a Rollout, or about an Experiment outside of one. */
export function subjectWords(isOfExperiment: boolean): SubjectWords {
  return isOfExperiment ? EXPERIMENT : ROLLOUT
}

/** How the release of an Experiment ended, where nothing went back, and the object may lie there still. */
export const EXPERIMENT_OUTCOMES: Partial<Record<Outcome, string>> = {
  restored: 'Restored: Git asks for it no more',
  superseded: 'Superseded: it was made anew',
}
