import { podTemplate, type Owner, type Raw } from './objects.ts'

/** What is told of a Rollout in its object. */
export interface RolloutShape {
  owner: Owner
  /** The Application that its tracking id names. */
  tracked: string
  generation: number
  observed: number
  revision: number
  strategy: Raw
  stepHash: number
  /** What it asks for. */
  tag: string
  /** On top of the rest of each. */
  spec: Raw
  status: Raw
}

/** A Rollout as its controller keeps it. */
export function rolloutObject(shape: RolloutShape): Raw {
  const { owner } = shape
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: {
      name: owner.name,
      namespace: owner.namespace,
      uid: owner.uid,
      generation: shape.generation,
      creationTimestamp: '2026-11-23T02:38:26Z',
      annotations: {
        'argocd.argoproj.io/tracking-id': `${shape.tracked}:argoproj.io/Rollout:${owner.namespace}/${owner.name}`,
        'rollout.argoproj.io/revision': String(shape.revision),
      },
    },
    spec: {
      replicas: 4,
      selector: { matchLabels: { app: owner.name } },
      strategy: shape.strategy,
      template: podTemplate(owner.name, shape.tag),
      ...shape.spec,
    },
    status: {
      availableReplicas: 4,
      blueGreen: {},
      canary: {},
      readyReplicas: 4,
      replicas: 4,
      selector: `app=${owner.name}`,
      observedGeneration: String(shape.observed),
      currentStepHash: `steps-${shape.stepHash}`,
      ...shape.status,
    },
  }
}
