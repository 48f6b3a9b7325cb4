import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import type { Belongings } from './belongings.ts'
import type { Cluster } from './cluster.ts'
import type { Api, KubeObject } from './control-plane/api.ts'

const MANIFESTS = new URL('../../deploy/kedge.yaml', import.meta.url)
/** Namespaces that the manifests are written for. */
const WRITTEN_FOR = { kedge: 'kedge', argocd: 'argocd' }

/** Collections of the kinds that the chart renders. */
const PLURALS: Readonly<Record<string, string>> = { NetworkPolicy: 'networkpolicies' }
const CLUSTER_WIDE = new Set(['Namespace', 'ClusterRole', 'ClusterRoleBinding'])
/** What Kedge's rights are made of; everything else is only shown to the API server. */
const ACCESS = new Set(['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'])

/**
 * Kedge's ServiceAccount with the very rights that its installation gives it, so that a missing one shows here first. Every other
 * manifest of the installation has to be accepted by the API server, too (a dry run: the image is not there).
 * @returns a token for it
 */
export async function createKedgeAccount(api: Api, belongings: Belongings, cluster: Cluster): Promise<string> {
  for (const object of installation(cluster)) {
    const collection = collectionOf(object, cluster)
    await (ACCESS.has(object.kind) ? belongings.put(collection, object) : api.apply(collection, object, { dryRun: true }))
  }
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 86_400 } }
  const answer = await api.post(`/api/v1/namespaces/${cluster.kedgeNamespace}/serviceaccounts/kedge/token`, request)
  return (answer['status'] as { token: string }).token
}

/** The manifests as a person would apply them, who installs Kedge in these namespaces. */
function installation({ kedgeNamespace, argocdNamespace }: Cluster): readonly KubeObject[] {
  const text = readFileSync(MANIFESTS, 'utf8')
    .replaceAll(`namespace: ${WRITTEN_FOR.kedge}\n`, `namespace: ${kedgeNamespace}\n`)
    .replaceAll(`namespace: ${WRITTEN_FOR.argocd}\n`, `namespace: ${argocdNamespace}\n`)
    .replaceAll('name: kedge-kedge\n', `name: ${kedgeNamespace}-kedge\n`)
  const objects = parseAllDocuments(text).flatMap((document) => (document.toJS() as KubeObject | null) ?? [])
  return objects.map((object) =>
    object.kind === 'Namespace' ? { ...object, metadata: { ...object.metadata, name: kedgeNamespace } } : object,
  )
}

function collectionOf({ apiVersion, kind, metadata }: KubeObject, cluster: Cluster): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const plural = PLURALS[kind] ?? `${kind.toLowerCase()}s`
  return CLUSTER_WIDE.has(kind) ? `${group}/${plural}` : `${group}/namespaces/${metadata.namespace ?? cluster.kedgeNamespace}/${plural}`
}

/** Lets Argo CD sign in to a forge: to read all of it, and to push what it hydrates. */
export async function applyRepositoryCredentials(
  belongings: Belongings,
  cluster: Cluster,
  forge: { url: string; token: string; name?: string },
): Promise<void> {
  const access = { type: 'git', url: forge.url, username: 'argo-cd', password: forge.token }
  const secrets = [
    { name: `${cluster.kedgeNamespace}-${forge.name ?? 'forge'}`, type: 'repo-creds' },
    { name: `${cluster.kedgeNamespace}-${forge.name ?? 'forge'}-hydrated`, type: 'repo-write-creds' },
  ]
  for (const { name, type } of secrets) {
    const metadata = { name, labels: { 'app.kubernetes.io/part-of': 'argocd', 'argocd.argoproj.io/secret-type': type } }
    await belongings.put(`/api/v1/namespaces/${cluster.argocdNamespace}/secrets`, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata,
      stringData: access,
    })
  }
}
