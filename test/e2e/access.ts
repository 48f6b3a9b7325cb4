import type { Api } from './control-plane/api.ts'

const NAMESPACE = 'kedge'

/**
 * Kedge's ServiceAccount with the rights that its installation gives it and no others, so that a missing one shows
 * here first.
 * @returns a token for it
 */
export async function createKedgeAccount(api: Api): Promise<string> {
  const verbs = ['get', 'list', 'watch']
  const account = { kind: 'ServiceAccount', name: 'kedge', namespace: NAMESPACE }
  await api.apply(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'kedge' } })
  await api.apply('/apis/rbac.authorization.k8s.io/v1/clusterroles', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'kedge' },
    rules: [
      { apiGroups: ['argoproj.io'], resources: ['rollouts', 'analysisruns', 'experiments', 'applications'], verbs },
      { apiGroups: ['apps'], resources: ['replicasets'], verbs },
    ],
  })
  await api.apply('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'kedge' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kedge' },
    subjects: [account],
  })
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 86_400 } }
  const answer = await api.post(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts/kedge/token`, request)
  return (answer['status'] as { token: string }).token
}
