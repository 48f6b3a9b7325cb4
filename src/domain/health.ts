/** Argo CD's health codes, as `status.health.status` of a resource carries them. */
export type HealthStatus = 'Healthy' | 'Progressing' | 'Degraded' | 'Suspended' | 'Missing' | 'Unknown'

/** What Argo CD shows beside a resource: one code and one sentence. */
export interface HealthVerdict {
  readonly status: HealthStatus
  readonly message: string
}

/** Health of an `argoproj.io/Rollout` as a watch delivers it; never throws. */
export function assessRolloutHealth(object: unknown): HealthVerdict {
  return surface(object, { Healthy: 'Healthy', Degraded: 'Degraded', Progressing: 'Progressing', Paused: 'Suspended' })
}

/** Health of an `argoproj.io/AnalysisRun`; never throws. */
export function assessAnalysisRunHealth(object: unknown): HealthVerdict {
  return surface(object, RUN_STATUS)
}

/** Health of an `argoproj.io/Experiment`; never throws. */
export function assessExperimentHealth(object: unknown): HealthVerdict {
  return surface(object, RUN_STATUS)
}

/** Health of any of the three kinds; `Unknown` for every other kind, `Missing` for nothing. Never throws. */
export function assessHealth(object: unknown): HealthVerdict {
  if (object === undefined || object === null) return { status: 'Missing', message: '' }
  const kind = (object as { kind?: unknown }).kind
  if (kind === 'Rollout') return assessRolloutHealth(object)
  if (kind === 'AnalysisRun') return assessAnalysisRunHealth(object)
  if (kind === 'Experiment') return assessExperimentHealth(object)
  return { status: 'Unknown', message: 'No health rule for this kind' }
}

const RUN_STATUS: Readonly<Record<string, HealthStatus>> = {
  Pending: 'Progressing',
  Running: 'Progressing',
  Successful: 'Healthy',
  Failed: 'Degraded',
  Error: 'Degraded',
  Inconclusive: 'Unknown',
}

function surface(object: unknown, statuses: Readonly<Record<string, HealthStatus>>): HealthVerdict {
  const status = (object as { status?: { phase?: unknown; message?: unknown } } | undefined)?.status
  const message = typeof status?.message === 'string' ? status.message : ''
  if (typeof status?.phase !== 'string') return { status: 'Progressing', message: 'status has not been reconciled' }
  return { status: statuses[status.phase] ?? 'Unknown', message }
}
