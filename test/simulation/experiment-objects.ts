import { stamp, type Raw } from './objects.ts'

/** What of an Experiment stays as it is, but for the version of its objects. */
export interface ExperimentShape {
  name: string
  namespace: string
  uid: string
  trackingId: string | undefined
  annotations: Readonly<Record<string, string>> | undefined
  createdAt: number
  version: number
}

/** An Experiment as the API server shows it. */
export function experiment(shape: ExperimentShape, status: Raw): Raw {
  const { name, uid, trackingId } = shape
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Experiment',
    metadata: {
      ...metadata(shape, name, uid),
      annotations: { ...(trackingId !== undefined && { 'argocd.argoproj.io/tracking-id': trackingId }), ...shape.annotations },
    },
    spec: { templates: [{ name: 'canary' }], analyses: [{ name: 'web', templateName: 'web' }] },
    status,
  }
}

/** Its AnalysisRun. */
export function experimentRun(shape: ExperimentShape, status: Raw): Raw {
  const { name, uid } = shape
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      ...metadata(shape, `${name}-web`, `${uid}-run`),
      ownerReferences: [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Experiment', name, uid, controller: true }],
    },
    spec: { metrics: [{ name: 'success-rate', successCondition: 'result >= 0.95', provider: { prometheus: { query: 'x' } } }] },
    status,
  }
}

function metadata({ namespace, createdAt, version }: ExperimentShape, name: string, uid: string): Raw {
  return { namespace, name, uid, resourceVersion: String(version), creationTimestamp: stamp(createdAt) }
}
