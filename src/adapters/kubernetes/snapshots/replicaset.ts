import type { ReplicaSetSnapshot } from '../../../domain/rollout/snapshots.ts'
import { asItIs, CAPS, controllerOf, fields, identify, imagesOf, number, text, whole, type Intern } from './fields.ts'

/**
 * The fields of an `apps/v1` ReplicaSet that a Rollout controls; undefined for any other, and for one without a pod template hash.
 * Never throws. Annotations: argo-rollouts `utils/annotations/annotations.go`.
 */
export function readReplicaSet(object: unknown, intern: Intern = asItIs): ReplicaSetSnapshot | undefined {
  const identity = identify(object, 'ReplicaSet', intern)
  if (identity === undefined) return undefined
  const owner = controllerOf(identity.metadata, intern)
  const podTemplateHash = text(identity.labels['rollouts-pod-template-hash'], CAPS.name)
  if (owner?.kind !== 'Rollout' || podTemplateHash === undefined) return undefined
  const status = fields(fields(object)['status'])
  return {
    namespace: identity.namespace,
    name: identity.name,
    uid: identity.uid,
    resourceVersion: identity.resourceVersion,
    ownerUid: owner.uid,
    podTemplateHash: intern(podTemplateHash),
    rolloutRevision: whole(identity.annotations['rollout.argoproj.io/revision']),
    formerRevisions: readHistory(identity.annotations['rollout.argoproj.io/revision-history']),
    createdAt: identity.createdAt,
    replicas: number(status['replicas'], 0),
    availableReplicas: number(status['availableReplicas'], 0),
    images: imagesOf(fields(fields(object)['spec'])['template'], intern),
  }
}

const NONE: readonly number[] = Object.freeze([])

// The controller appends on any change of a copied annotation, so that numbers repeat.
function readHistory(value: unknown): readonly number[] {
  const list = text(value, CAPS.message)
  if (list === undefined) return NONE
  const numbers = list.split(',').map((part) => whole(part.trim()))
  return [...new Set(numbers.filter((number) => number !== undefined))]
}
