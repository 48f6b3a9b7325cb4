/** Small but sound objects, for tests that care about who belongs to whom. */
export interface ObjectOptions {
  name: string
  namespace?: string
  uid?: string
  version?: number | string
  owner?: { kind: string; uid: string }
  spec?: object
  status?: object
}

/** An object of the kind. The uid follows from the name where none is given. */
export function anObject(kind: string, options: ObjectOptions): object {
  const { name, namespace = 'shop', uid = `uid-${name}`, version = 1, owner, spec = {}, status = {} } = options
  return {
    apiVersion: kind === 'ReplicaSet' ? 'apps/v1' : 'argoproj.io/v1alpha1',
    kind,
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion: String(version),
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { 'rollouts-pod-template-hash': 'abc' },
      ...(owner && {
        ownerReferences: [{ apiVersion: 'argoproj.io/v1alpha1', kind: owner.kind, name: 'web', uid: owner.uid, controller: true }],
      }),
    },
    spec,
    status,
  }
}
