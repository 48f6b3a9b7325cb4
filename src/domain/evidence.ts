/** Why a release failed. The words are those of recordings' expected.json. */
export type Cause =
  | 'analysis-failed'
  | 'analysis-error'
  | 'analysis-inconclusive'
  | 'human-abort'
  | 'progress-deadline'
  | 'stuck'
  | 'first-deploy'
  | 'invalid-spec'
  | 'plugin-step'
  | 'unknown'

/** One failing metric, as it was when the failure was seen: snapshots, because the controller erases and collects them. */
export interface Evidence {
  analysisRun: string
  metric: string
  phase: string
  /** The last measurement with the metric's own phase; undefined for providers without a value (Job). */
  value: string | undefined
  condition: string | undefined
  limit: string
  failed: number
  count: number
  provider: string
  /** Name of the Job, for the job provider. */
  job: string | undefined
  message: string | undefined
  role: string | undefined
  stepIndex: number | undefined
}
