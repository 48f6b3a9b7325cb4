import { fields, text } from '../adapters/kubernetes/snapshots/fields.ts'
import { deploysTo } from '../config/addresses.ts'
import type { Config } from '../config/settings.ts'
import { applicationName, ownersOf, readTrackingId } from '../domain/application/mapping.ts'
import type { ApplicationSnapshot } from '../domain/application/snapshots.ts'
import { KedgeError } from '../domain/errors.ts'
import type { RolloutSnapshot } from '../domain/rollout/snapshots.ts'
import type { ClusterView } from '../ports/cluster-view.ts'
import { ok, warn, type Finding } from '../ports/finding.ts'
import { checkProjects } from './check-projects.ts'
import type { KubeApi } from './kube-api.ts'

const SUBJECT = 'Argo CD'
/** Where Argo CD is unless somebody has put it elsewhere. */
const USUAL_NAMESPACE = 'argocd'
const MAX_NAMED = 50

/** How Argo CD tells whose a resource is, and whether it shows our health check. Looks into `argocd-cm` as far as it may. */
export async function checkArgoCd(config: Config, api: KubeApi, applications: readonly ApplicationSnapshot[]): Promise<readonly Finding[]> {
  const namespaces = [...new Set(applications.map(({ namespace }) => namespace))]
  const candidates = [...new Set([USUAL_NAMESPACE, ...(config.argocd.namespaces ?? []), ...namespaces])].slice(0, MAX_NAMED)
  const found = await findConfigMap(api, candidates)
  return [
    ...describeNamespaces(namespaces),
    ...(found === undefined ? [unreadable(candidates)] : describeConfigMap(found)),
    ...(found === undefined ? [] : await checkProjects(api, found.namespace, applications)),
  ]
}

interface ArgoCdConfigMap {
  namespace: string
  data: Readonly<Record<string, unknown>>
}

async function findConfigMap(api: KubeApi, namespaces: readonly string[]): Promise<ArgoCdConfigMap | undefined> {
  for (const namespace of namespaces) {
    try {
      const { object } = await api.get(`/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/argocd-cm`)
      return { namespace, data: fields(object['data']) }
    } catch (fault) {
      // Not there, or not ours to read: perhaps in the next one.
      if (!(fault instanceof KedgeError) || !['E_CLUSTER_ABSENT', 'E_CLUSTER_FORBIDDEN'].includes(fault.code)) throw fault
    }
  }
  return undefined
}

function unreadable(namespaces: readonly string[]): Finding {
  return warn(
    SUBJECT,
    `the ConfigMap argocd-cm was not found or may not be read in ${namespaces.join(', ')}: tracking method and health check are unknown`,
    'Nothing depends on it but this check. In the chart, `argocd.namespace` grants the reading of this one ConfigMap.',
  )
}

function describeConfigMap({ namespace, data }: ArgoCdConfigMap): readonly Finding[] {
  // Argo CD 3.0 made annotations the default; before, it was the label.
  const method = text(data['application.resourceTrackingMethod'], 40) ?? 'annotation'
  const tracking =
    method === 'label'
      ? warn(
          SUBJECT,
          `${namespace}/argocd-cm tracks resources by label: two Applications of one name cannot be told apart by it`,
          'Set `application.resourceTrackingMethod: annotation`. Until then Kedge goes by the resources that Applications list.',
        )
      : ok(SUBJECT, `${namespace}/argocd-cm tracks resources by ${method}`)
  const health = ['resource.customizations', 'resource.customizations.health.argoproj.io_Rollout'].some((key) =>
    /kedge/i.test(text(data[key], 65_536) ?? ''),
  )
  return [
    tracking,
    health
      ? ok(SUBJECT, 'shows the health of Rollouts with Kedge’s check')
      : warn(
          SUBJECT,
          'shows the health of Rollouts with its own check, which says less',
          '`kedge argocd-cm` prints the ConfigMap entry; docs/health.md says what it adds. It is optional.',
        ),
  ]
}

function describeNamespaces(namespaces: readonly string[]): readonly Finding[] {
  if (namespaces.length === 0)
    return [warn(SUBJECT, 'there are no Applications in view', 'Check `argocd.cluster` and `argocd.namespaces` in the configuration.')]
  const says =
    namespaces.length === 1
      ? `its Applications are in namespace ${namespaces[0] ?? ''}`
      : `Applications are in ${namespaces.length} namespaces (any-namespace)`
  return [ok(SUBJECT, says)]
}

/** Names each Rollout with no or several Applications, and why; all others in one line. */
export function checkMapping(config: Config, view: ClusterView, applications: ClusterView): readonly Finding[] {
  const rollouts = [...view.rollouts()]
  const odd = rollouts.flatMap((rollout) => {
    const owners = ownersOf(rollout, applications, (application, cluster) => deploysTo(config, application, cluster))
    return owners.length === 1 ? [] : [describeOdd(rollout, owners, applications)]
  })
  const fine = rollouts.length - odd.length
  const rest = odd.length - MAX_NAMED
  return [
    ok(`cluster ${view.cluster}`, `${rollouts.length} Rollout(s) in view, ${fine} of them with exactly one Application`),
    ...odd.slice(0, MAX_NAMED),
    ...(rest > 0
      ? [
          warn(
            `cluster ${view.cluster}`,
            `${rest} more Rollouts have no or several Applications`,
            'Repair those above first; they often have one cause.',
          ),
        ]
      : []),
  ]
}

function describeOdd(rollout: RolloutSnapshot, owners: readonly ApplicationSnapshot[], applications: ClusterView): Finding {
  const subject = `Rollout ${rollout.cluster}/${rollout.namespace}/${rollout.name}`
  if (owners.length > 1) {
    const names = owners.slice(0, 5).map(applicationName).join(', ')
    return warn(
      subject,
      `${owners.length} Applications list it (${names}), and its tracking id names none of them alone: it is ` +
        `watched, and nothing is opened`,
      'Let one Application own it. Argo CD shows SharedResourceWarning on such Applications.',
    )
  }
  return warn(
    subject,
    `no Application owns it: ${whyNone(rollout, applications)}. It is watched, and nothing can be opened`,
    'Deploy it by an Application that Kedge sees, or leave it: Kedge only tells what it sees.',
  )
}

function whyNone(rollout: RolloutSnapshot, applications: ClusterView): string {
  const elsewhere = applications.applicationsOf(rollout.namespace, rollout.name)
  if (elsewhere.length > 0)
    return `${applicationName(elsewhere[0] as ApplicationSnapshot)} lists it, but deploys to another cluster (see clusters[].destinations)`
  const tracking = readTrackingId(rollout)
  if (tracking) {
    const named = `${tracking.namespace === undefined ? '' : `${tracking.namespace}/`}${tracking.application}`
    return `its tracking id names ${named}, which is not in view or has another destination`
  }
  return rollout.trackingId === undefined
    ? 'none lists it, and it carries no tracking id'
    : 'none lists it, and its tracking id names another object (copied from elsewhere)'
}
