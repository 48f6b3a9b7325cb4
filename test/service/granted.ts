import type { KubernetesApiOptions } from '../../src/simulator/kubernetes-api.ts'
import { ofKind, type Manifest } from '../chart/render.ts'

/** What the roles among manifests grant, and nothing else: as an API server reads them. */
export function grantedBy(objects: readonly Manifest[]): NonNullable<KubernetesApiOptions['allows']> {
  return ({ verb, group, resource, subresource, namespace, name }) =>
    [...ofKind(objects, 'ClusterRole'), ...ofKind(objects, 'Role')].some(
      ({ kind, metadata, rules }) =>
        (kind === 'ClusterRole' || metadata.namespace === namespace) &&
        rules.some(
          (rule: Manifest) =>
            rule.verbs.includes(verb) &&
            rule.apiGroups.includes(group) &&
            rule.resources.includes(subresource === undefined ? resource : `${resource}/${subresource}`) &&
            (rule.resourceNames?.includes(name) ?? true),
        ),
    )
}
