import { canonicalJson } from '../canonical-json.ts'
import type { Sealed } from '../sealed.ts'
import { isFields, own } from './template-shape.ts'

/**
 * Whether two specs of a Rollout have the same canary steps: others begin a release anew, with the same template. Source: argo-rollouts
 * `utils/conditions/conditions.go` ComputeStepHash, `rollout/sync.go` resetRolloutStatus.
 */
export function haveSameSteps(one: Sealed, other: Sealed): boolean {
  return stepsOf(one) === stepsOf(other)
}

function stepsOf(spec: Sealed): string {
  const steps = ['strategy', 'canary', 'steps'].reduce<unknown>(
    (value, field) => (isFields(value) ? own(value, field) : undefined),
    spec.open(),
  )
  return steps === undefined ? '' : canonicalJson(steps)
}
