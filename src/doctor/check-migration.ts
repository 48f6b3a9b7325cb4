import { connectTo } from '../adapters/kubernetes/connect.ts'
import { CAPS, fields, items, text, type Fields } from '../adapters/kubernetes/snapshots/fields.ts'
import { labelsOf, nameOf, readMigratingDeployment, readMigratingRollout } from '../adapters/kubernetes/snapshots/migrating.ts'
import { configFileOf, isConfigNamed, processEnvironment } from '../config/env.ts'
import { loadConfig } from '../config/load.ts'
import type { ClusterConfig } from '../config/settings.ts'
import { KedgeError } from '../domain/errors.ts'
import { judgeMigration } from '../domain/migration/judge.ts'
import type { Migration, MigratingIngress, MigratingService } from '../domain/migration/migration.ts'
import { fail, failure, ok, warn, type Finding } from '../ports/finding.ts'
import { createKubeApi, type KubeApi } from './kube-api.ts'
import type { DoctorOptions } from './run.ts'

/** Of each kind in a namespace; more than these are not one application's. */
const MOST = 500

const RIGHTS =
  'It needs get on rollouts, list on deployments.apps, services and ingresses.networking.k8s.io there: docs/doctor.md has the role.'

/**
 * Looks at which step of the documented way from a Deployment to a Rollout somebody is, in every cluster of the configuration that has
 * either. Reads a Rollout, and the Deployments, Services and Ingresses of its namespace, with the credentials of the configuration.
 * @throws KedgeError E_CONFIG_INVALID
 */
export async function examineMigration(
  target: { namespace: string; name: string },
  options: Omit<DoctorOptions, 'viewTimeoutMs'>,
): Promise<readonly Finding[]> {
  const file = configFileOf(options.config, options.env)
  const { config } = loadConfig({ file, env: options.env, optional: !isConfigNamed(options.config, options.env) })
  const all = await Promise.all(config.clusters.map((cluster) => examineIn(cluster, target, config.clusters.length > 1)))
  const there = all.filter(({ isThere }) => isThere)
  return (there.length > 0 ? there : all).flatMap(({ findings }) => findings)
}

interface Examined {
  /** Something was found, or it could not be looked at. */
  isThere: boolean
  findings: readonly Finding[]
}

async function examineIn(
  cluster: ClusterConfig,
  { namespace, name }: { namespace: string; name: string },
  isOneOfSeveral: boolean,
): Promise<Examined> {
  const subject = `migration of ${isOneOfSeveral ? `${cluster.name}/` : ''}${namespace}/${name}`
  try {
    await using api = createKubeApi(cluster.name, await connectTo(cluster, processEnvironment()))
    const { migration, unread } = await read(api, { namespace, name })
    const { step, now, notes } = judgeMigration(migration)
    const first =
      step === 'nothing' || step === 'nobody-serves'
        ? fail(subject, now.says, now.advice ?? '')
        : { ...ok(subject, now.says), ...(now.advice !== undefined && { advice: now.advice }) }
    const rest = notes.map(({ says, advice = '' }) => warn(subject, says, advice))
    const blind = unread.map((what): Finding => ({
      ...warn(subject, `${what} may not be read: what they say is left out`, RIGHTS),
      unseen: true,
    }))
    return { isThere: step !== 'nothing', findings: [first, ...rest, ...blind] }
  } catch (fault) {
    const finding = failure(subject, fault)
    const isForbidden = fault instanceof KedgeError && fault.code === 'E_CLUSTER_FORBIDDEN'
    return { isThere: true, findings: [isForbidden ? { ...finding, advice: RIGHTS, unseen: true } : finding] }
  }
}

async function read(
  api: KubeApi,
  { namespace, name }: { namespace: string; name: string },
): Promise<{ migration: Migration; unread: readonly string[] }> {
  const within = (group: string, rest: string): string => `${group}/namespaces/${encodeURIComponent(namespace)}/${rest}`
  const list = async (path: string): Promise<readonly Fields[]> =>
    items((await api.get(`${path}?limit=${MOST}`)).object['items'], MOST).map(fields)
  const unread: string[] = []
  const mayBeForbidden = async (what: string, path: string): Promise<readonly Fields[] | undefined> => {
    try {
      return await list(path)
    } catch (fault) {
      if (!(fault instanceof KedgeError && fault.code === 'E_CLUSTER_FORBIDDEN')) throw fault
      unread.push(what)
      return undefined
    }
  }
  const rollout = await api.get(within('/apis/argoproj.io/v1alpha1', `rollouts/${encodeURIComponent(name)}`)).then(
    ({ object }) => object,
    (fault: unknown) => {
      if (fault instanceof KedgeError && fault.code === 'E_CLUSTER_ABSENT') return undefined
      throw fault
    },
  )
  const deployments = (await list(within('/apis/apps/v1', 'deployments'))).map(readMigratingDeployment)
  const services = await mayBeForbidden('Services', within('/api/v1', 'services'))
  const ingresses = await mayBeForbidden('Ingresses', within('/apis/networking.k8s.io/v1', 'ingresses'))
  const migration = {
    name,
    rollout: rollout && readMigratingRollout(rollout, deployments),
    deployments,
    services: services?.map(readService),
    ingresses: ingresses?.filter((one) => !isOfCanary(one)).map(readIngress),
  }
  return { migration, unread }
}

function readService({ metadata, spec }: Fields): MigratingService {
  const selector = labelsOf(fields(spec)['selector'])
  return { name: nameOf(metadata), selector: Object.keys(selector).length > 0 ? selector : undefined }
}

function readIngress({ metadata, spec }: Fields): MigratingIngress {
  const rules = items(fields(spec)['rules']).flatMap((rule) => items(fields(fields(rule)['http'])['paths']))
  const backends = [...rules.map((path) => fields(path)['backend']), fields(spec)['defaultBackend']]
  return { name: nameOf(metadata), services: backends.flatMap((one) => text(fields(fields(one)['service'])['name'], CAPS.name) ?? []) }
}

/** Argo Rollouts makes one beside the stable one for nginx. */
function isOfCanary({ metadata }: Fields): boolean {
  return fields(fields(metadata)['annotations'])['nginx.ingress.kubernetes.io/canary'] === 'true'
}
