import type { KubeObject, OwnerReference } from '../kubernetes/object.ts'
import type { ObjectStore } from '../kubernetes/store.ts'
import { normalised } from './template-hash.ts'
import { HASH_LABEL, REVISION_ANNOTATION, type ReplicaSet, type Rollout } from './types.ts'

const TRACKING_ID = 'argocd.argoproj.io/tracking-id'

/** Who owns what a Rollout makes. */
export function ownerOf(rollout: Rollout): OwnerReference[] {
  const { name, uid = '' } = rollout.metadata
  return [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name, uid, controller: true, blockOwnerDeletion: true }]
}

/** Objects of a kind that this Rollout controls. */
export function ownedBy<T extends KubeObject>(store: ObjectStore, plural: string, rollout: Rollout): T[] {
  const owned = store
    .list(plural, rollout.metadata.namespace)
    .filter((object) => object.metadata.ownerReferences?.some((owner) => owner.uid === rollout.metadata.uid) ?? false)
  return owned as T[]
}

/** A Rollout's revision number of a ReplicaSet; 0 where it has none. */
export function revisionOf(set: KubeObject): number {
  return Number(set.metadata.annotations?.[REVISION_ANNOTATION] ?? 0)
}

/** The ReplicaSet of a template as the controller creates it: no pods yet. */
export function newReplicaSet(rollout: Rollout, hash: string, revision: number): ReplicaSet {
  const { namespace, name, annotations } = rollout.metadata
  const labels = { ...rollout.spec.template.metadata?.labels, [HASH_LABEL]: hash }
  const trackingId = annotations?.[TRACKING_ID]
  const template = normalised(rollout.spec.template) as Rollout['spec']['template']
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      namespace,
      name: `${name}-${hash}`,
      labels,
      annotations: {
        ...(trackingId !== undefined && { [TRACKING_ID]: trackingId }),
        'rollout.argoproj.io/desired-replicas': String(rollout.spec.replicas ?? 1),
        [REVISION_ANNOTATION]: String(revision),
      },
      ownerReferences: ownerOf(rollout),
    },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { replicas: 0 },
  }
}

/** Gives an old ReplicaSet a new number, as a revert to its template does; the old number stays in its history. */
export function renumber(store: ObjectStore, set: ReplicaSet, revision: number): void {
  const { annotations = {}, namespace, name } = set.metadata
  const history = [annotations['rollout.argoproj.io/revision-history'], annotations[REVISION_ANNOTATION]]
    .filter((part) => part !== undefined)
    .join(',')
  const patch = {
    metadata: {
      annotations: { [REVISION_ANNOTATION]: String(revision), 'rollout.argoproj.io/revision-history': history },
    },
  }
  store.patch({ plural: 'replicasets', namespace, name }, patch)
}
