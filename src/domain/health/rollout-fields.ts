import { entryAt, fieldsOf, isLongerThan, isPresent, isTable, textOf, type Fields } from './fields.ts'

/** Of a Rollout, what its health is told from. */
export interface RolloutFields {
  readonly spec: Fields<'replicas' | 'paused' | 'strategy' | 'template' | 'workloadRef'>
  readonly status: Fields<StatusField>
  readonly isBlueGreen: boolean
  readonly canary: Fields<'trafficRouting' | 'steps'>
  readonly stable: string | undefined
  readonly current: string | undefined
  /** The version that the active Service of a blue-green Rollout selects. */
  readonly activeSelector: unknown
}

type StatusField =
  | 'abort'
  | 'abortedAt'
  | 'availableReplicas'
  | 'blueGreen'
  | 'canary'
  | 'conditions'
  | 'controllerPause'
  | 'currentPodHash'
  | 'currentStepIndex'
  | 'message'
  | 'observedGeneration'
  | 'pauseConditions'
  | 'phase'
  | 'promoteFull'
  | 'readyReplicas'
  | 'replicas'
  | 'stableRS'
  | 'updatedReplicas'
  | 'workloadObservedGeneration'

/** The stable version and the one that the spec asks for, where they differ. */
export interface Versions {
  readonly stable: string
  readonly current: string
}

/** An image is shown beside the hash up to this length, in bytes. */
const MAX_IMAGE_LENGTH = 200

/** Gathers the fields of a Rollout's spec and status. */
export function rolloutFields(spec: RolloutFields['spec'], status: RolloutFields['status']): RolloutFields {
  const strategy: Fields<'blueGreen' | 'canary'> = fieldsOf(spec.strategy)
  const isBlueGreen = isTable(strategy.blueGreen)
  return {
    spec,
    status,
    isBlueGreen,
    canary: fieldsOf(strategy.canary),
    stable: textOf(status.stableRS),
    current: textOf(status.currentPodHash),
    activeSelector: isBlueGreen ? fieldsOf<'activeSelector'>(status.blueGreen).activeSelector : undefined,
  }
}

/** The two versions of a Rollout in mid-update, or undefined when there is one or none. */
export function twoVersions(rollout: RolloutFields): Versions | undefined {
  const { stable, current } = rollout
  return stable === undefined || current === undefined || stable === current ? undefined : { stable, current }
}

/**
 * The new version with the image of its first container, by which people know it. The spec's template is this version's only where the
 * spec holds it and the controller has taken it up, which it does not while the spec is invalid.
 */
export function newVersionName({ spec }: RolloutFields, current: string, isTakenUp: boolean): string {
  if (!isTakenUp || isPresent(spec.workloadRef)) return current
  const pod = fieldsOf<'spec'>(fieldsOf<'template' | 'spec'>(spec.template)).spec
  const container = entryAt(fieldsOf<'containers'>(pod).containers, 0)
  const image = textOf(fieldsOf<'image'>(container).image)
  return image === undefined || isLongerThan(image, MAX_IMAGE_LENGTH) ? current : `${current} (${image})`
}
