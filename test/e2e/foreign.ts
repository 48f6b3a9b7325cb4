import type { Connection } from '../../src/adapters/kubernetes/connection.ts'
import { ApiRefusal, createApi, type Api, type KubeObject } from './control-plane/api.ts'

/** Kinds of Argo CD and Argo Rollouts that the scenarios make or look at. */
const WANTED = {
  'Argo Rollouts': ['rollouts', 'analysisruns', 'analysistemplates', 'experiments'],
  'Argo CD': ['applications', 'appprojects'],
}

/** What the bench has to know of a cluster that it has not made. */
export interface Found {
  version: string
  argocdNamespace: string
  destination: string
}

/** Looks what is there, and changes nothing. @throws Error in one line that says what is missing */
export async function lookAround(connection: Connection, argocdNamespace: string | undefined): Promise<Found> {
  await using api = createApi(connection)
  const { gitVersion } = (await api.get('/version').catch(unreachable(connection))) as unknown as { gitVersion: string }
  await checkKinds(api)
  const namespace = argocdNamespace ?? (await findArgoCd(api))
  await checkArgoCd(api, namespace)
  return {
    version: gitVersion.replace(/^v/, ''),
    argocdNamespace: namespace,
    destination: await destinationOf(api, namespace, connection.server),
  }
}

function unreachable({ server }: Connection): (cause: unknown) => never {
  return (cause) => {
    throw new Error(`${server} of KUBECONFIG does not answer: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

async function checkKinds(api: Api): Promise<void> {
  const list = (await api.get('/apis/argoproj.io/v1alpha1').catch(orNothing)) as { resources?: { name: string }[] } | undefined
  const there = new Set((list?.resources ?? []).map(({ name }) => name))
  for (const [program, plurals] of Object.entries(WANTED)) {
    const missing = plurals.filter((plural) => !there.has(plural))
    if (missing.length > 0)
      throw new Error(`the cluster has no ${missing.join(', ')} of argoproj.io/v1alpha1: install ${program} with its CRDs`)
  }
}

/** Argo CD is where its configuration is. */
async function findArgoCd(api: Api): Promise<string> {
  const namespaces = (await list(api, '/api/v1/configmaps?fieldSelector=metadata.name%3Dargocd-cm')).map(
    ({ metadata }) => metadata.namespace ?? '',
  )
  if (namespaces.length === 1 || namespaces.includes('argocd')) return namespaces.length === 1 ? (namespaces[0] ?? '') : 'argocd'
  if (namespaces.length === 0) throw new Error('no namespace has a ConfigMap argocd-cm: install Argo CD')
  throw new Error(
    `several namespaces have a ConfigMap argocd-cm (${namespaces.join(', ')}): say with --argocd-namespace which Argo CD is meant`,
  )
}

async function checkArgoCd(api: Api, namespace: string): Promise<void> {
  const missing = `argocd-cm of --argocd-namespace ${namespace}`
  if ((await api.get(`/api/v1/namespaces/${namespace}/configmaps/argocd-cm`).catch(orNothing)) === undefined)
    throw new Error(`${missing} is not there: that is not Argo CD's namespace`)
  const project = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/appprojects/default`
  if ((await api.get(project).catch(orNothing)) === undefined)
    throw new Error(`Argo CD in ${namespace} has no AppProject default, in which the scenarios' Applications are`)
}

/** A cluster that Argo CD knows by the address that we use, or else the one that it runs in. */
async function destinationOf(api: Api, namespace: string, server: string): Promise<string> {
  const secrets = await list(api, `/api/v1/namespaces/${namespace}/secrets?labelSelector=argocd.argoproj.io%2Fsecret-type%3Dcluster`)
  const servers = secrets.map(({ data }) =>
    Buffer.from((data as Record<string, string> | undefined)?.['server'] ?? '', 'base64').toString(),
  )
  return servers.includes(server) ? server : 'https://kubernetes.default.svc'
}

async function list(api: Api, path: string): Promise<readonly KubeObject[]> {
  return ((await api.get(path)) as unknown as { items: KubeObject[] }).items
}

function orNothing(error: unknown): undefined {
  if (!(error instanceof ApiRefusal && error.status === 404)) throw error
}
