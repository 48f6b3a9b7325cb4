import { assessAnalysisRunHealth } from './analysis-run.ts'
import { assessExperimentHealth } from './experiment.ts'
import { entriesOf, fieldsOf, isPresent, textOf, type Fields } from './fields.ts'
import { assessRolloutHealth } from './rollout.ts'
import { verdict, type HealthVerdict } from './verdict.ts'

export { assessAnalysisRunHealth, assessExperimentHealth, assessRolloutHealth }
export type { HealthStatus, HealthVerdict } from './verdict.ts'

const HOOK_FINALIZER = 'argocd.argoproj.io/hook-finalizer'

/**
 * The verdict that Argo CD, with lua-health installed, reaches for a live object of any of the three kinds: an absent object
 * is Missing, one being deleted is Progressing before any script runs (argo-cd `gitops-engine/pkg/health/health.go`,
 * GetResourceHealth), and a kind without a rule here is Unknown. Takes any value and never throws.
 */
export function assessHealth(object: unknown): HealthVerdict {
  if (!isPresent(object)) return verdict('Missing', undefined, undefined)
  const { apiVersion, kind, metadata }: Fields<'apiVersion' | 'kind' | 'metadata'> = fieldsOf(object)
  if (typeof apiVersion !== 'string' || !apiVersion.startsWith('argoproj.io/')) return noRule(apiVersion, kind)
  const deletion = deletionOf(metadata)
  if (deletion !== undefined) return deletion
  switch (kind) {
    case 'Rollout':
      return assessRolloutHealth(object)
    case 'AnalysisRun':
      return assessAnalysisRunHealth(object)
    case 'Experiment':
      return assessExperimentHealth(object)
    default:
      return noRule(apiVersion, kind)
  }
}

/** Argo CD 3.6 names the finalizers; the versions before say `Pending deletion` alone. */
function deletionOf(metadata: unknown): HealthVerdict | undefined {
  const { deletionTimestamp, finalizers }: Fields<'deletionTimestamp' | 'finalizers'> = fieldsOf(metadata)
  const names = entriesOf(finalizers).filter((entry) => typeof entry === 'string')
  if (!isPresent(deletionTimestamp) || names.includes(HOOK_FINALIZER)) return undefined
  const blocked = names.length === 0 ? '' : `; blocked by finalizers: ${names.join(', ')}`
  return verdict('Progressing', undefined, `Pending deletion${blocked}`)
}

function noRule(apiVersion: unknown, kind: unknown): HealthVerdict {
  return verdict('Unknown', `No health rule for ${textOf(apiVersion) ?? '(no apiVersion)'} ${textOf(kind) ?? '(no kind)'}`, undefined)
}
