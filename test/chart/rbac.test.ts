import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { helm, ofKind, parseObjects, render, valueSets, WITHOUT_HELM, type Manifest } from './render.ts'

const READ = ['get', 'list', 'watch']

/** `group/resource[/name] verb` of every rule, with the namespace that it holds in. */
function grantsOf(objects: readonly Manifest[]): string[] {
  const grants: string[] = [...ofKind(objects, 'ClusterRole'), ...ofKind(objects, 'Role')].flatMap(({ metadata, rules }) =>
    rules.flatMap(({ apiGroups, resources, resourceNames = [''], verbs }: Record<string, string[]>) =>
      apiGroups!.flatMap((group) =>
        resources!.flatMap((resource) =>
          resourceNames!.flatMap((name) =>
            verbs!.map((verb) => `${metadata.namespace ?? '*'}: ${verb} ${group}/${resource}${name && `/${name}`}`),
          ),
        ),
      ),
    ),
  )
  return grants.sort()
}

const rollouts = (where: string): string[] =>
  ['argoproj.io/rollouts', 'argoproj.io/analysisruns', 'argoproj.io/experiments', 'apps/replicasets'].flatMap((kind) =>
    READ.map((verb) => `${where}: ${verb} ${kind}`),
  )
const applications = (where: string): string[] => READ.map((verb) => `${where}: ${verb} argoproj.io/applications`)
/** Of Argo CD's own namespace, for the doctor. */
const argocdOwn = ['argocd: get /configmaps/argocd-cm', 'argocd: get argoproj.io/appprojects']

describe('the account of deploy/kedge.yaml', () => {
  const objects = parseObjects(readFileSync(new URL('../../deploy/kedge.yaml', import.meta.url), 'utf8'))

  it('may read what Kedge reads, and nothing else', () => {
    expect(grantsOf(objects)).toEqual([...rollouts('*'), ...applications('*'), ...argocdOwn].sort())
  })

  it('is the only one that is bound', () => {
    const bindings = [...ofKind(objects, 'ClusterRoleBinding'), ...ofKind(objects, 'RoleBinding')]
    expect(bindings.flatMap(({ subjects }) => subjects)).toEqual(
      bindings.map(() => ({ kind: 'ServiceAccount', name: 'kedge', namespace: 'kedge' })),
    )
  })
})

describe.runIf(helm)(`the account of the chart${WITHOUT_HELM}`, () => {
  it.each(valueSets())('with $name may never do more', ({ yaml }) => {
    const verbsOnly = (grant: string): string => grant.replace(/^\S+ /, '')
    const most = new Set([...rollouts('*'), ...applications('*'), ...argocdOwn].map(verbsOnly))
    expect(grantsOf(render(yaml)).filter((grant) => !most.has(verbsOnly(grant)))).toEqual([])
  })

  it('may list pods where clusters[].pods says so, there alone, and never get or watch them', () => {
    const wide = render('config: { clusters: [{ name: here, inCluster: true, pods: true }] }')
    expect(grantsOf(wide).filter((grant) => grant.includes('/pods'))).toEqual(['*: list /pods'])
    const narrow = render('config: { clusters: [{ name: here, inCluster: true, pods: true, namespaces: [shop, search] }] }')
    expect(grantsOf(narrow).filter((grant) => grant.includes('/pods'))).toEqual(['search: list /pods', 'shop: list /pods'])
    const elsewhere = render('config: { clusters: [{ name: here, inCluster: true }, { name: east, kubeconfig: /x, pods: true }] }')
    expect(grantsOf(elsewhere).filter((grant) => grant.includes('/pods'))).toEqual([])
  })

  it('may list Deployments where clusters[].deployments says so, there alone', () => {
    const wide = render('config: { clusters: [{ name: here, inCluster: true, deployments: true }] }')
    expect(grantsOf(wide).filter((grant) => grant.includes('/deployments'))).toEqual(['*: list apps/deployments'])
    const narrow = render('config: { clusters: [{ name: here, inCluster: true, deployments: true, namespaces: [shop, search] }] }')
    const both = ['search: list apps/deployments', 'shop: list apps/deployments']
    expect(grantsOf(narrow).filter((grant) => grant.includes('/deployments'))).toEqual(both)
    const elsewhere = render('config: { clusters: [{ name: here, inCluster: true }, { name: east, kubeconfig: /x, deployments: true }] }')
    expect(grantsOf(elsewhere).filter((grant) => grant.includes('/deployments'))).toEqual([])
  })

  it('is narrowed to the namespaces that the configuration names', () => {
    const objects = render(
      'config: { clusters: [{ name: here, inCluster: true, namespaces: [shop, search] }], argocd: { namespaces: [argocd] } }',
    )
    expect(ofKind(objects, 'ClusterRole')).toEqual([])
    expect(grantsOf(objects)).toEqual([...rollouts('shop'), ...rollouts('search'), ...applications('argocd'), ...argocdOwn].sort())
  })

  it('shares a namespace with Argo CD, with Rollouts and with itself in one Role each', () => {
    const objects = render(
      'config: { clusters: [{ name: here, inCluster: true, namespaces: [kedge] }], argocd: { namespaces: [kedge] } ' +
        '}\nargocd: { namespace: kedge }',
    )
    expect(ofKind(objects, 'Role').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual(['kedge/kedge'])
    expect(grantsOf(objects)).toEqual(
      [...rollouts('kedge'), ...applications('kedge'), ...argocdOwn.map((grant) => grant.replace('argocd:', 'kedge:'))].sort(),
    )
  })

  it('reads no Applications where Argo CD is in another cluster, and nothing where all clusters are elsewhere', () => {
    const other = render(
      'config: { clusters: [{ name: here, inCluster: true }, { name: mgmt, kubeconfig: /etc/kedge/clusters/mgmt }], ' +
        'argocd: { cluster: mgmt } }\ncredentials: { clusters: { existingSecret: c } }',
    )
    expect(grantsOf(other)).toEqual(rollouts('*').sort())
    const elsewhere = render(
      'config: { clusters: [{ name: mgmt, kubeconfig: /etc/kedge/clusters/mgmt }] }\ncredentials: { clusters: { existingSecret: c } }',
    )
    expect(grantsOf(elsewhere)).toEqual([])
  })

  it('binds each role to the one account, by the role’s own name', () => {
    for (const { yaml } of valueSets()) {
      const objects = render(yaml)
      const roles = [...ofKind(objects, 'ClusterRole'), ...ofKind(objects, 'Role')].map(
        ({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
      )
      const bound = [...ofKind(objects, 'ClusterRoleBinding'), ...ofKind(objects, 'RoleBinding')].map(
        ({ metadata, roleRef }) => `${roleRef.kind} ${metadata.namespace ?? ''}/${roleRef.name}`,
      )
      expect(bound.sort()).toEqual(roles.sort())
    }
  })

  it('is nobody’s where you bring your own', () => {
    const objects = render('rbac: { create: false }\nserviceAccount: { create: false, name: mine }')
    expect([...ofKind(objects, 'ClusterRole'), ...ofKind(objects, 'Role'), ...ofKind(objects, 'ServiceAccount')]).toEqual([])
    expect(ofKind(objects, 'Deployment')[0].spec.template.spec.serviceAccountName).toBe('mine')
  })
})
