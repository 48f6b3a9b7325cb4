import type { ApplicationSnapshot } from '../../domain/application/snapshots.ts'
import { deploymentsBeside } from '../../domain/migration/beside.ts'
import type { MigratingDeployment } from '../../domain/migration/migration.ts'
import type { PodImage } from '../../domain/release/ran-image.ts'
import type { ExperimentSnapshot, ReplicaSetSnapshot, RolloutSnapshot } from '../../domain/rollout/snapshots.ts'
import type { LiveTemplate } from '../../domain/rollout/template.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import type { LiveTemplates } from '../../ports/live-templates.ts'
import { ApiFault, asFault, asKedgeError, faultOfStatus } from './api-fault.ts'
import { deploymentsPath, objectPath, podsPath } from './resources.ts'
import { readApplication } from './snapshots/application.ts'
import { readExperiment } from './snapshots/experiment.ts'
import { fields, items } from './snapshots/fields.ts'
import { readLiveTemplate } from './snapshots/live-template.ts'
import { readMigratingDeployment, readMigratingRollout } from './snapshots/migrating.ts'
import { readPodImages } from './snapshots/pod-images.ts'
import { readRollout } from './snapshots/rollout.ts'
import type { Transport } from './transport.ts'

/** What a read past the cache needs. */
export interface Reading {
  cluster: string
  transport: Transport
  clock: Clock
}

const READ_MS = 5_000

/** See `ClusterView.reread`. */
export async function reread(reading: Reading, namespace: string, name: string): Promise<RolloutSnapshot | undefined> {
  const object = await readObject(reading, { kind: 'Rollout', namespace }, name)
  return object === undefined ? undefined : readRollout(reading.cluster, object)
}

/** See `ClusterView.rereadApplication`. */
export async function rereadApplication(reading: Reading, namespace: string, name: string): Promise<ApplicationSnapshot | undefined> {
  const object = await readObject(reading, { kind: 'Application', namespace }, name)
  return object === undefined ? undefined : readApplication(reading.cluster, object)
}

/** See `ClusterView.rereadExperiment`. */
export async function rereadExperiment(reading: Reading, namespace: string, name: string): Promise<ExperimentSnapshot | undefined> {
  const experiment = readExperiment(await readObject(reading, { kind: 'Experiment', namespace }, name))
  return experiment?.ownerUid === undefined ? experiment : undefined
}

/** See `LiveTemplates`. */
export async function readTemplate(
  reading: Reading,
  { namespace, name, uid }: Parameters<LiveTemplates['template']>[0],
): Promise<LiveTemplate | undefined> {
  return readLiveTemplate(await readObject(reading, { kind: 'ReplicaSet', namespace }, name), uid)
}

/** See `ClusterView.podImages`. */
export async function readPods(
  reading: Reading,
  { namespace, uid, podTemplateHash }: Pick<ReplicaSetSnapshot, 'namespace' | 'uid' | 'podTemplateHash'>,
): Promise<readonly PodImage[]> {
  const { status, retryAfter, content } = await ask(reading, podsPath(namespace, podTemplateHash))
  if (status !== 200) throw asKedgeError(reading.cluster, faultOfStatus(status, content, retryAfter))
  return readPodImages(content, uid)
}

/** A list of Deployments serves all Rollouts of its namespace for so long: pages are looked at again and again. */
const KEPT_MS = 10_000
const MOST_KEPT = 100

/**
 * See `ClusterView.deploymentsBeside`. Two short reads when somebody asks, and no watch: the Deployments of a cluster are many, and hardly
 * any of them is beside a Rollout.
 */
export function createBesideReader(reading: Reading): NonNullable<ClusterView['deploymentsBeside']> {
  const kept = new Map<string, { until: number; deployments: Promise<readonly MigratingDeployment[]> }>()

  async function list(namespace: string): Promise<readonly MigratingDeployment[]> {
    const { status, retryAfter, content } = await ask(reading, deploymentsPath(namespace))
    if (status !== 200) throw asKedgeError(reading.cluster, faultOfStatus(status, content, retryAfter))
    return items(fields(content)['items']).map((one) => readMigratingDeployment(fields(one)))
  }

  function deploymentsOf(namespace: string): Promise<readonly MigratingDeployment[]> {
    const now = reading.clock.elapsed()
    const known = kept.get(namespace)
    if (known && known.until > now) return known.deployments
    const deployments = list(namespace)
    deployments.catch(() => kept.delete(namespace))
    kept.delete(namespace)
    kept.set(namespace, { until: now + KEPT_MS, deployments })
    const [oldest] = kept.keys()
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
    return deployments
  }

  return async ({ namespace, name }) => {
    const [object, deployments] = await Promise.all([readObject(reading, { kind: 'Rollout', namespace }, name), deploymentsOf(namespace)])
    const rollout = object === undefined ? undefined : readMigratingRollout(fields(object), deployments)
    return deploymentsBeside({ name, rollout, deployments })
  }
}

async function readObject(
  reading: Reading,
  scope: { kind: 'Rollout' | 'Application' | 'Experiment' | 'ReplicaSet'; namespace: string },
  name: string,
): Promise<unknown> {
  const { status, retryAfter, content } = await ask(reading, objectPath(scope, name))
  if (status === 404 && isOfThisObject(content, name)) return undefined
  if (status !== 200) throw asKedgeError(reading.cluster, faultOfStatus(status, content, retryAfter))
  return content
}

interface Answer {
  status: number
  retryAfter: string | string[] | undefined
  content: unknown
}

async function ask({ cluster, transport, clock }: Reading, path: string): Promise<Answer> {
  const call = new AbortController()
  using _deadline = clock.after(READ_MS, () => call.abort(new ApiFault('silent', `no answer within ${READ_MS / 1_000} s`)))
  try {
    const { status, retryAfter, body } = await transport.get(path, call.signal)
    return { status, retryAfter, content: JSON.parse(body.toString('utf8')) }
  } catch (error) {
    throw asKedgeError(cluster, error instanceof SyntaxError ? new ApiFault('malformed', 'the answer is no JSON') : asFault(error))
  }
}

// A kind that is not served, and a proxy that knows no such path, answer 404 too.
function isOfThisObject(content: unknown, name: string): boolean {
  const { reason, message } = fields(content)
  return reason === 'NotFound' && typeof message === 'string' && message.includes(`"${name}" not found`)
}
