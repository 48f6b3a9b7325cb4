/** Argo CD's health codes (argo-cd `gitops-engine/pkg/health`). */
export type HealthStatus = 'Healthy' | 'Progressing' | 'Degraded' | 'Suspended' | 'Missing' | 'Unknown'

/** What Argo CD shows beside a resource: one code and one text. */
export interface HealthVerdict {
  readonly status: HealthStatus
  readonly message: string
}

/**
 * Builds a verdict: what a person needs first, then the controller's own message, unchanged.
 * The separator is part of the message that lua-health writes too.
 */
export function verdict(status: HealthStatus, lead: string | undefined, message: unknown): HealthVerdict {
  const own = typeof message === 'string' ? message : ''
  if (lead === undefined) return { status, message: own }
  return { status, message: own === '' ? lead : `${lead} — ${own}` }
}
