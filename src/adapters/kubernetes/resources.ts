import type { WatchedKind } from './tables.ts'

interface Resource {
  /** Path up to the namespace. */
  api: string
  plural: string
  selector?: string
  /** Objects a page of a list. */
  page: number
  /** See {@link isOfArgoCd}. */
  ofArgoCd?: true
}

const ARGO = '/apis/argoproj.io/v1alpha1'

// A page of 500 Rollouts is about 5 MB. Applications can be 100 times as large as a Rollout, hence the smaller page.
const RESOURCES: Readonly<Record<WatchedKind, Resource>> = {
  Rollout: { api: ARGO, plural: 'rollouts', page: 500 },
  AnalysisRun: { api: ARGO, plural: 'analysisruns', page: 500 },
  Experiment: { api: ARGO, plural: 'experiments', page: 500 },
  Application: { api: ARGO, plural: 'applications', page: 100, ofArgoCd: true },
  // The controller, too, watches only those that carry the label (argo-rollouts `cmd/rollouts-controller/main.go` 163-173).
  ReplicaSet: { api: '/apis/apps/v1', plural: 'replicasets', selector: 'rollouts-pod-template-hash', page: 500 },
}

/** The API group and the plural of a kind, as RBAC names them. */
export function resourceOf(kind: WatchedKind): { group: string; resource: string } {
  const { api, plural } = RESOURCES[kind]
  return { group: api.split('/')[2] ?? '', resource: plural }
}

/** The group and version of a kind, as its objects name them. */
export function apiVersionOf(kind: WatchedKind): string {
  return RESOURCES[kind].api.slice('/apis/'.length)
}

/** Whether its objects lie where Argo CD is: in one cluster for all of them, and in namespaces of their own. */
export function isOfArgoCd(kind: WatchedKind): boolean {
  return RESOURCES[kind].ofArgoCd === true
}

/** Where the server says which kinds it serves of a kind's group and version. */
export function versionPath(kind: WatchedKind): string {
  return RESOURCES[kind].api
}

/** One watch: a kind, in one namespace or in all. */
export interface WatchScope {
  kind: WatchedKind
  namespace: string | undefined
}

/** Path of one page of a LIST. */
export function listPath(scope: WatchScope, continueToken: string | undefined): string {
  const { page } = RESOURCES[scope.kind]
  return pathOf(scope, { limit: String(page), ...(continueToken !== undefined && { continue: continueToken }) })
}

/** Path of a WATCH from `resourceVersion` on, which the server is asked to end after `timeoutSeconds`. */
export function watchPath(scope: WatchScope, resourceVersion: string, timeoutSeconds: number): string {
  return pathOf(scope, { watch: '1', allowWatchBookmarks: 'true', resourceVersion, timeoutSeconds: String(timeoutSeconds) })
}

/** Path of one object. */
export function objectPath(scope: WatchScope & { namespace: string }, name: string): string {
  return `${collectionOf(scope)}/${encodeURIComponent(name)}`
}

/** Path of a LIST of the pods that carry a template's hash: a page, which is more than are looked at. */
export function podsPath(namespace: string, podTemplateHash: string): string {
  const query = new URLSearchParams({ limit: '500', labelSelector: `rollouts-pod-template-hash=${podTemplateHash}` })
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods?${query.toString()}`
}

/** Path of a LIST of the Deployments of a namespace: a page, which is more than are looked at. */
export function deploymentsPath(namespace: string): string {
  return `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/deployments?limit=500`
}

/** Path of one page of a LIST of the Deployments of a namespace, or of all. */
export function deploymentPagePath(namespace: string | undefined, continueToken: string | undefined): string {
  const where = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  const query = new URLSearchParams({ limit: '250', ...(continueToken !== undefined && { continue: continueToken }) })
  return `/apis/apps/v1${where}/deployments?${query.toString()}`
}

function pathOf(scope: WatchScope, query: Record<string, string>): string {
  const { selector } = RESOURCES[scope.kind]
  const asked = new URLSearchParams({ ...query, ...(selector !== undefined && { labelSelector: selector }) })
  return `${collectionOf(scope)}?${asked.toString()}`
}

function collectionOf({ kind, namespace }: WatchScope): string {
  const { api, plural } = RESOURCES[kind]
  return namespace === undefined ? `${api}/${plural}` : `${api}/namespaces/${encodeURIComponent(namespace)}/${plural}`
}
