import type { Owner, Raw, REASONS } from './objects.ts'

export interface AbortOptions {
  why?: keyof typeof REASONS | { message: string }
  /** Pods of N+1 that still get traffic after the abort (basic canary). */
  still?: number
  /** The AnalysisRun is not there (collected, or its watch lags). */
  noRun?: boolean
  /** How the run ended, where the message does not say it. */
  run?: 'Failed' | 'Error'
  value?: string
}

export interface RolloutOptions {
  namespace?: string
  name?: string
  uid?: string
  /** The Application that its tracking id names. */
  application?: string
  /** `spec.strategy`; a basic canary by default. */
  strategy?: Raw
}

/** What the API server gives: time, and numbers for its objects' versions. */
export interface Server {
  now(): number
  nextVersion(): number
}

/** One Rollout as its controller keeps it: each deed moves the state, `objects` is what the API server then shows. */
export interface StagedRollout extends Owner {
  /** Everything that belongs to it, newest state. */
  objects(): readonly Raw[]
  /** N+1 was applied and its canary begins. */
  canary(tag: string): void
  /** The template runs fully and is Healthy, as stable. */
  healthy(tag: string): void
  abort(options?: AbortOptions): void
  retry(): void
  /** An analysis of the release under way ends like this, and nothing is aborted. */
  measure(phase: 'Successful'): void
  /** Other canary steps clear the abort and begin the same release anew. */
  steps(): void
  /** Generation and phase as after a scale by the HPA, before the controller has seen it; `settle` ends it. */
  scale(): void
  restartAt(): void
  settle(): void
  /** Another Application applies it from now on. */
  track(application: string): void
  /** Changes the raw status, or the raw spec. */
  patch(change: { status?: Raw; spec?: Raw }): void
}
