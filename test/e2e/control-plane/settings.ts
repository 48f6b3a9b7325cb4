import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Api } from './api.ts'
import type { Keys } from './keys.ts'
import { APPLICATION_NAMESPACES, ARGOCD_NAMESPACE } from './programs.ts'

/** The namespaces and settings that Argo CD and Argo Rollouts find at their start. */
export async function applySettings(api: Api, cluster: { server: string; keys: Keys }): Promise<void> {
  for (const name of [ARGOCD_NAMESPACE, 'argo-rollouts']) {
    await api.apply('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  }
  const home = `/api/v1/namespaces/${ARGOCD_NAMESPACE}`
  await api.apply(`${home}/configmaps`, configMap('argocd-cm', {}))
  await api.apply(`${home}/configmaps`, configMap('argocd-rbac-cm', {}))
  await api.apply(`${home}/configmaps`, configMap('argocd-cmd-params-cm', {}))
  await api.apply(`${home}/secrets`, secret('argocd-secret', { 'server.secretkey': randomBytes(32).toString('hex') }))
  await api.apply(`${home}/secrets`, clusterSecret(cluster))
  await api.apply(`/apis/argoproj.io/v1alpha1/namespaces/${ARGOCD_NAMESPACE}/appprojects`, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: 'default' },
    spec: {
      sourceRepos: ['*'],
      destinations: [{ server: '*', namespace: '*' }],
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
      sourceNamespaces: APPLICATION_NAMESPACES,
    },
  })
}

const PART_OF = { 'app.kubernetes.io/part-of': 'argocd' }

function configMap(name: string, data: Record<string, string>) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: PART_OF }, data }
}

function secret(name: string, stringData: Record<string, string>, labels: Record<string, string> = PART_OF) {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, labels }, stringData }
}

/** There is no in-cluster address without pods, so the cluster is one like any other. */
function clusterSecret({ server, keys }: { server: string; keys: Keys }) {
  const tlsClientConfig = { caData: readFileSync(keys.caFile).toString('base64') }
  const config = JSON.stringify({ bearerToken: keys.adminToken, tlsClientConfig })
  return secret('bench', { name: 'bench', server, config }, { 'argocd.argoproj.io/secret-type': 'cluster' })
}
