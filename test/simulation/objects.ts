import { hash } from 'node:crypto'

/** A Kubernetes object as a server sends it. */
export type Raw = Record<string, unknown>

/** RFC 3339 with whole seconds, as `metav1.Time` is written. */
export function stamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}

/** A pod template hash: a function of the template, as in the controller. */
export function hashOf(tag: string): string {
  return hash('sha1', tag).slice(0, 10)
}

/** The condition a controller writes; only what Kedge may read differs. */
export function condition(type: string, status: string, reason: string, message: string): Raw {
  return { type, status, reason, message, lastTransitionTime: '2026-11-23T02:38:29Z', lastUpdateTime: '2026-11-23T02:38:29Z' }
}

export const FAILED = 'Metric "success-rate" assessed Failed due to failed (1) > failureLimit (0)'
export const ERRED =
  'Metric "success-rate" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: connection refused"'

/** Why the controller aborted, in its words; nothing after the number when a person did. */
export const REASONS = {
  failed: `: Step-based analysis phase error/failed: ${FAILED}`,
  error: `: Step-based analysis phase error/failed: ${ERRED}`,
  deadline: ': ReplicaSet "web-abc" has timed out progressing.',
  human: '',
} as const

export interface Owner {
  namespace: string
  name: string
  uid: string
}

export interface ReplicaSetShape {
  owner: Owner
  hash: string
  tag: string
  revision: number
  former: readonly number[]
  createdAt: number
  replicas: number
}

/** A ReplicaSet as Argo Rollouts makes it. */
export function replicaSet({ owner, hash, tag, revision, former, createdAt, replicas }: ReplicaSetShape): Raw {
  const name = `${owner.name}-${hash}`
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      ...identity(owner, name, `${owner.uid}-${hash}`, createdAt),
      labels: { app: owner.name, 'rollouts-pod-template-hash': hash },
      annotations: {
        'rollout.argoproj.io/desired-replicas': '4',
        'rollout.argoproj.io/revision': String(revision),
        ...(former.length > 0 && { 'rollout.argoproj.io/revision-history': former.join(',') }),
      },
      ownerReferences: [ownedBy('Rollout', owner)],
    },
    spec: { replicas, template: podTemplate(owner.name, tag) },
    status: { replicas, readyReplicas: replicas, availableReplicas: replicas },
  }
}

/** `v2+fast`: the image of v2, with this mode in its environment. `v2&p1`: with a sidecar of this tag. */
export function podTemplate(app: string, tag: string): Raw {
  const [own = '', sidecar] = tag.split('&')
  const [version = '', mode] = own.split('+')
  const env = mode === undefined ? {} : { env: [{ name: 'MODE', value: mode }] }
  const main = { name: 'main', image: `registry.example/${app}:${version}`, ...env, resources: {} }
  const besides = sidecar === undefined ? [] : [{ name: 'proxy', image: `registry.example/proxy:${sidecar}`, resources: {} }]
  return { metadata: { labels: { app } }, spec: { containers: [main, ...besides] } }
}

export interface AnalysisRunShape {
  owner: Owner
  hash: string
  revision: number
  attempt: number
  at: number
  phase: 'Failed' | 'Error' | 'Inconclusive' | 'Successful'
  message: string
  value?: string
}

/** The AnalysisRun of a step, ended. A retry's run has the attempt's number at the end of its name. */
export function analysisRun({ owner, hash, revision, attempt, at, phase, message, value }: AnalysisRunShape): Raw {
  const name = `${owner.name}-${hash}-${revision}-2${attempt > 1 ? `.${attempt - 1}` : ''}`
  const counter =
    phase === 'Error' ? { error: 5, consecutiveError: 5 } : phase === 'Failed' ? { failed: 1, count: 1 } : { inconclusive: 1, count: 1 }
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      ...identity(owner, name, `${owner.uid}-${name}`, at),
      labels: { 'rollout-type': 'Step', 'rollouts-pod-template-hash': hash, 'step-index': '1' },
      annotations: { 'rollout.argoproj.io/revision': String(revision) },
      ownerReferences: [ownedBy('Rollout', owner)],
    },
    spec: {
      metrics: [
        {
          name: 'success-rate',
          count: 3,
          interval: '1s',
          failureLimit: 0,
          successCondition: 'result.value >= 0.95',
          provider: { web: { url: 'http://metrics' } },
        },
      ],
    },
    status: {
      phase,
      message,
      completedAt: stamp(at),
      metricResults: [
        {
          name: 'success-rate',
          phase,
          ...counter,
          measurements: [
            {
              phase,
              ...(phase === 'Error' ? { message: 'connection refused' } : { value: value ?? '{"value":0.42}' }),
              finishedAt: stamp(at),
            },
          ],
        },
      ],
    },
  }
}

function identity(owner: Pick<Owner, 'namespace'>, name: string, uid: string, createdAt: number): Raw {
  return { name, namespace: owner.namespace, uid, generation: 1, creationTimestamp: stamp(createdAt) }
}

function ownedBy(kind: string, owner: Owner): Raw {
  return { apiVersion: 'argoproj.io/v1alpha1', kind, name: owner.name, uid: owner.uid, controller: true, blockOwnerDeletion: true }
}
