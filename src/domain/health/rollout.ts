import { entryAt, fieldsOf, generationOf, isPresent, isTable, textOf, type Fields } from './fields.ts'
import { degradedLead, pausedLead, progressingLead, resumingLead } from './lead.ts'
import { assessLegacyRollout } from './legacy.ts'
import { rolloutFields, type RolloutFields } from './rollout-fields.ts'
import { verdict, type HealthVerdict } from './verdict.ts'

const WORKLOAD_GENERATION = 'rollout.argoproj.io/workload-generation'

type Metadata = Fields<'generation' | 'annotations'>

/**
 * Health of an `argoproj.io/Rollout`, the same status and message as lua-health/argoproj.io/Rollout/health.lua byte for
 * byte. The status is the controller's phase (Paused reads Suspended), with the exceptions that docs/health.md lists.
 * Takes any value and never throws. Deletion and absence are not its business: see `assessHealth`.
 */
export function assessRolloutHealth(object: unknown): HealthVerdict {
  const rollout: Fields<'metadata' | 'spec' | 'status'> = fieldsOf(object)
  const metadata: Metadata = fieldsOf(rollout.metadata)
  const spec: RolloutFields['spec'] = fieldsOf(rollout.spec)
  const status: RolloutFields['status'] = fieldsOf(rollout.status)
  const unobserved = isTable(rollout.status) ? unobservedSpec(metadata, spec, status) : notObserved(undefined, undefined)
  if (unobserved !== undefined) return unobserved
  if (status.phase === 'Healthy') return verdict('Healthy', undefined, status.message)
  return assessPhase(rolloutFields(spec, status))
}

function assessPhase(rollout: RolloutFields): HealthVerdict {
  const { phase, message } = rollout.status
  switch (phase) {
    case undefined:
    case null:
    case '':
      return assessLegacyRollout(rollout)
    case 'Degraded':
      return verdict('Degraded', degradedLead(rollout), message)
    case 'Progressing':
      return verdict('Progressing', progressingLead(rollout), message)
    case 'Paused':
      if (isResuming(rollout)) return verdict('Progressing', resumingLead(rollout), message)
      return verdict('Suspended', pausedLead(rollout), message)
    default:
      return unknownPhase(phase, message)
  }
}

/** `controllerPause` outlives the pause conditions that a user cleared, until the controller has acted on it. */
function isResuming(rollout: RolloutFields): boolean {
  return rollout.status.controllerPause === true && entryAt(rollout.status.pauseConditions, 0) === undefined
}

/** The verdict for a spec, or a referenced workload, that the controller has not seen yet; undefined once it has. */
function unobservedSpec(metadata: Metadata, spec: RolloutFields['spec'], status: RolloutFields['status']): HealthVerdict | undefined {
  const observed = generationOf(status.observedGeneration)
  const generation = generationOf(metadata.generation)
  // A numeric hash of a v0.9 controller can be larger than any generation, hence < and not !==.
  if (observed !== undefined && generation !== undefined && observed < generation) return notObserved(observed, generation)
  if (!isPresent(spec.workloadRef)) return undefined
  // Like the controller: only two readable generations can disagree.
  const workload = generationOf(fieldsOf<typeof WORKLOAD_GENERATION>(metadata.annotations)[WORKLOAD_GENERATION])
  const observedWorkload = generationOf(status.workloadObservedGeneration)
  if (workload === undefined || observedWorkload === undefined || workload === observedWorkload) return undefined
  const generations = `(workload generation ${workload}, observed ${observedWorkload})`
  return verdict('Progressing', `Waiting for the referenced workload's update to be observed ${generations}`, undefined)
}

function notObserved(observed: number | undefined, generation: number | undefined): HealthVerdict {
  const detail = observed === undefined || generation === undefined ? '' : ` (generation ${generation}, observed ${observed})`
  return verdict('Progressing', `Waiting for rollout spec update to be observed${detail}`, undefined)
}

function unknownPhase(phase: unknown, message: unknown): HealthVerdict {
  const name = textOf(phase)
  return verdict('Unknown', name === undefined ? 'The phase in the status is not text' : `Unknown phase "${name}"`, message)
}
