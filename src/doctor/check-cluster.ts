import { isOfArgoCd, resourceOf } from '../adapters/kubernetes/resources.ts'
import { items, fields, text } from '../adapters/kubernetes/snapshots/fields.ts'
import { WATCHED_KINDS } from '../adapters/kubernetes/tables.ts'
import type { Config, ClusterConfig } from '../config/settings.ts'
import { KedgeError } from '../domain/errors.ts'
import { fail, failure, ok, warn, type Finding } from '../ports/finding.ts'
import { checkClock } from './check-clock.ts'
import type { Access, KubeApi } from './kube-api.ts'

interface NeededKind {
  group: string
  resource: string
  /** Only where Argo CD is. */
  ofArgoCd: boolean
}

const KINDS: readonly NeededKind[] = WATCHED_KINDS.map((kind) => ({ ...resourceOf(kind), ofArgoCd: isOfArgoCd(kind) }))
const VERBS = ['get', 'list', 'watch'] as const

/** What a controller with too many rights could do harm with. Kedge asks for none of it. */
const TOO_MUCH: readonly Access[] = [
  { verb: 'get', group: '', resource: 'secrets' },
  { verb: 'patch', group: 'argoproj.io', resource: 'rollouts' },
  { verb: 'patch', group: 'argoproj.io', resource: 'applications' },
]

const ROLE = 'Apply the roles of the chart (docs/installation.md, "Account") to the account that Kedge runs under.'

/** Reachability, clocks, CRDs and permissions of one cluster. Says no more where it cannot be reached. */
export async function checkCluster(
  cluster: ClusterConfig,
  config: Config,
  { api, now }: { api: KubeApi; now: () => number },
): Promise<readonly Finding[]> {
  const subject = `cluster ${cluster.name}`
  const kinds = KINDS.filter(({ ofArgoCd }) => !ofArgoCd || cluster.name === config.argocd.cluster)
  try {
    const { object, serverTime } = await api.get('/version')
    const version = text(object['gitVersion'], 40) ?? 'of an unknown version'
    return [
      ok(subject, `answers; Kubernetes ${version}`),
      ...checkClock(subject, serverTime, now()),
      ...(await checkKinds(subject, kinds, { api, isHub: isHub(cluster, config) })),
      ...(await checkPermissions(subject, kinds, { cluster, config, api })),
      ...(cluster.pods ? await checkList(subject, cluster, api, PODS) : []),
      ...(cluster.deployments ? await checkList(subject, cluster, api, DEPLOYMENTS) : []),
      ...(await checkRestraint(subject, api)),
    ]
  } catch (fault) {
    return [failure(subject, fault)]
  }
}

/** Whether it may be there for its Applications alone. */
function isHub({ name }: ClusterConfig, { argocd, clusters }: Config): boolean {
  return name === argocd.cluster && clusters.length > 1
}

/** Argo's kinds, in the one version that Kedge reads. */
async function checkKinds(
  subject: string,
  kinds: readonly NeededKind[],
  { api, isHub }: { api: KubeApi; isHub: boolean },
): Promise<readonly Finding[]> {
  const served = await api.get('/apis/argoproj.io/v1alpha1').then(
    ({ object }) => items(object['resources']).map((resource) => text(fields(resource)['name'], 253)),
    (fault: unknown): readonly string[] => {
      if (fault instanceof KedgeError && fault.code === 'E_CLUSTER_ABSENT') return []
      throw fault
    },
  )
  const absent = kinds.filter(({ group, resource }) => group === 'argoproj.io' && !served.includes(resource))
  const missing = absent.map(({ resource }) => resource)
  if (isHub && missing.includes('rollouts') && !absent.some(({ ofArgoCd }) => ofArgoCd))
    return [ok(subject, 'serves Applications and no Rollouts: it is looked at for its Applications alone')]
  if (missing.length === 0) return [ok(subject, 'serves argoproj.io/v1alpha1 with every kind that Kedge reads')]
  return [
    fail(
      subject,
      `does not serve ${missing.join(', ')} in argoproj.io/v1alpha1: for Kedge there is none of it here until it does`,
      'Install the CRDs of Argo Rollouts, and those of Argo CD where the Applications are.',
    ),
  ]
}

interface Scope {
  cluster: ClusterConfig
  config: Config
  api: KubeApi
}

async function checkPermissions(
  subject: string,
  kinds: readonly NeededKind[],
  { cluster, config, api }: Scope,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  const scopes = cluster.namespaces ?? [undefined]
  const mayList = await Promise.all(
    kinds
      .filter(({ ofArgoCd }) => !ofArgoCd)
      .flatMap(({ group, resource }) => scopes.map((namespace) => api.may({ verb: 'list', group, resource, namespace }))),
  )
  const onlyApplications = isHub(cluster, config) && !mayList.includes(true)
  if (onlyApplications) findings.push(ok(subject, 'may list no Rollouts: it is looked at for its Applications alone'))
  for (const { group, resource, ofArgoCd } of kinds) {
    if (onlyApplications && !ofArgoCd) continue
    for (const namespace of (ofArgoCd ? config.argocd.namespaces : cluster.namespaces) ?? [undefined]) {
      const refused: string[] = []
      for (const verb of VERBS) if (!(await api.may({ verb, group, resource, namespace }))) refused.push(verb)
      const where = namespace === undefined ? 'in all namespaces' : `in namespace ${namespace}`
      findings.push(
        refused.length === 0
          ? ok(subject, `may get, list and watch ${resource} ${where}`)
          : fail(
              subject,
              `may not ${refused.join(', ')} ${resource} ${where}: what Kedge cannot see is Unknown, and nothing is done`,
              ROLE,
            ),
      )
    }
  }
  return findings
}

interface Listed {
  group: string
  resource: string
  /** What they are listed for. */
  why: string
  /** What is so where they may not be. */
  without: string
}

const PODS: Listed = {
  group: '',
  resource: 'pods',
  why: 'for the digests of images that really ran',
  without: 'which images really ran there is not known',
}
const DEPLOYMENTS: Listed = {
  group: 'apps',
  resource: 'deployments',
  why: 'to say which serve beside a Rollout',
  without: 'whether one serves beside a Rollout there is not known',
}

/** Only where the configuration wants them: without, that is told as not known, and nothing else is missing. */
async function checkList(
  subject: string,
  { namespaces }: ClusterConfig,
  api: KubeApi,
  { group, resource, why, without }: Listed,
): Promise<readonly Finding[]> {
  const where = await Promise.all(
    (namespaces ?? [undefined]).map(async (namespace) =>
      (await api.may({ verb: 'list', group, resource, namespace })) ? [] : [namespace ?? 'all namespaces'],
    ),
  )
  const refused = where.flat()
  if (refused.length === 0) return [ok(subject, `may list ${resource}, ${why}`)]
  return [warn(subject, `may not list ${resource} in ${refused.join(', ')}: ${without}`, ROLE)]
}

async function checkRestraint(subject: string, api: KubeApi): Promise<readonly Finding[]> {
  const granted: string[] = []
  for (const access of TOO_MUCH) if (await api.may(access)) granted.push(`${access.verb} ${access.resource}`)
  if (granted.length === 0) return [ok(subject, 'may read no Secrets and write no Rollouts and Applications')]
  return [
    warn(
      subject,
      `may also ${granted.join(', ')}, which Kedge never does`,
      `Take it away, so that nobody else can do it with this account. ${ROLE}`,
    ),
  ]
}
