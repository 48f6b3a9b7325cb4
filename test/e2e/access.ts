import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import type { Api, KubeObject } from './control-plane/api.ts'

const NAMESPACE = 'kedge'
const MANIFESTS = new URL('../../deploy/kedge.yaml', import.meta.url)

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
export async function createKedgeAccount(api: Api): Promise<string> {
  for (const object of installation()) {
    await api.apply(collectionOf(object), object, { dryRun: !ACCESS.has(object.kind) })
  }
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 86_400 } }
  const answer = await api.post(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts/kedge/token`, request)
  return (answer['status'] as { token: string }).token
}

function installation(): readonly KubeObject[] {
  return parseAllDocuments(readFileSync(MANIFESTS, 'utf8')).flatMap((document) => (document.toJS() as KubeObject | null) ?? [])
}

function collectionOf({ apiVersion, kind, metadata }: KubeObject): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const plural = PLURALS[kind] ?? `${kind.toLowerCase()}s`
  return CLUSTER_WIDE.has(kind) ? `${group}/${plural}` : `${group}/namespaces/${metadata.namespace ?? NAMESPACE}/${plural}`
}
