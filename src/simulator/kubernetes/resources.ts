/** A kind that the stand-in serves. */
export interface ResourceType {
  group: string
  version: string
  plural: string
  kind: string
  /**
   * With a status subresource a write to the object leaves status alone and the other way round, and only a change
   * outside metadata and status raises `metadata.generation`. Without one every status write raises it too, as for
   * Argo's
   * AnalysisRun and Application.
   */
  statusSubresource: boolean
}

const argo = { group: 'argoproj.io', version: 'v1alpha1' }

/** Every kind served, with the subresources of the published CRDs. */
export const RESOURCES: readonly ResourceType[] = [
  { ...argo, plural: 'rollouts', kind: 'Rollout', statusSubresource: true },
  { ...argo, plural: 'analysisruns', kind: 'AnalysisRun', statusSubresource: false },
  { ...argo, plural: 'analysistemplates', kind: 'AnalysisTemplate', statusSubresource: false },
  { ...argo, plural: 'experiments', kind: 'Experiment', statusSubresource: false },
  { ...argo, plural: 'applications', kind: 'Application', statusSubresource: false },
  { ...argo, plural: 'appprojects', kind: 'AppProject', statusSubresource: false },
  { ...argo, plural: 'applicationsets', kind: 'ApplicationSet', statusSubresource: true },
  { group: 'apps', version: 'v1', plural: 'replicasets', kind: 'ReplicaSet', statusSubresource: true },
  { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment', statusSubresource: true },
  { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', kind: 'Lease', statusSubresource: false },
  { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', statusSubresource: false },
  { group: '', version: 'v1', plural: 'pods', kind: 'Pod', statusSubresource: true },
  { group: '', version: 'v1', plural: 'services', kind: 'Service', statusSubresource: true },
]

/** The type of an object by its apiVersion and kind. Throws for a kind that is not served. */
export function typeOf(object: { apiVersion: string; kind: string }): ResourceType {
  const found = RESOURCES.find((type) => apiVersionOf(type) === object.apiVersion && type.kind === object.kind)
  if (found === undefined) throw new Error(`the simulator serves no ${object.apiVersion} ${object.kind}`)
  return found
}

/** `group/version`, or only the version for the core group. */
export function apiVersionOf(type: { group: string; version: string }): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`
}
