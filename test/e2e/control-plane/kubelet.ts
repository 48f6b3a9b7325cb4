import { createHash } from 'node:crypto'
import { createApi, tokenConnection, type Api, type KubeObject } from './api.ts'

/**
 * A stand-in for kubelet, scheduler and ingress controller: pods are Ready at once unless the image's tag ends in
 * `-bad`, pods of Jobs end at once, those whose tag ends in `-missing` never start, deletions finish, and each Ingress gets an address.
 */
function serve(api: Api, signal: AbortSignal): Promise<unknown> {
  const quietly = (work: Promise<unknown>): void => void work.catch(() => undefined)
  const pods = api.follow('/api/v1/pods', (type, pod) => type !== 'DELETED' && quietly(tend(api, pod)), signal)
  const ingresses = api.follow(
    '/apis/networking.k8s.io/v1/ingresses',
    (type, ingress) => type === 'ADDED' && quietly(giveAddress(api, ingress)),
    signal,
  )
  return Promise.all([pods, ingresses])
}

interface Pod extends KubeObject {
  spec: { nodeName?: string; containers: { name: string; image: string }[] }
  status?: { phase?: string; containerStatuses?: readonly unknown[] }
}

async function tend(api: Api, object: KubeObject): Promise<void> {
  const pod = object as Pod
  const { name, namespace = '', deletionTimestamp } = pod.metadata
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`
  if (deletionTimestamp !== undefined) return api.delete(path, { gracePeriodSeconds: 0 })
  if (pod.spec.nodeName === undefined) {
    const target = { apiVersion: 'v1', kind: 'Node', name: 'node-1' }
    await api.post(`${path}/binding`, { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace }, target })
    return
  }
  if ((pod.status?.phase ?? 'Pending') === 'Pending' && !pod.status?.containerStatuses)
    await api.patch(`${path}/status`, { status: statusOf(pod) })
}

function statusOf(pod: Pod): object {
  if (pod.spec.containers.some(({ image }) => image.endsWith('-missing'))) return { phase: 'Pending', containerStatuses: notPulled(pod) }
  const isBad = pod.spec.containers.some(({ image }) => image.endsWith('-bad'))
  const isJob = pod.metadata.ownerReferences?.some(({ kind }) => kind === 'Job') === true
  const now = new Date().toISOString().replace(/\.\d{3}Z$/, 'Z')
  const isReady = !isBad && !isJob
  const state = isJob
    ? { terminated: { exitCode: isBad ? 1 : 0, startedAt: now, finishedAt: now, reason: isBad ? 'Error' : 'Completed' } }
    : { running: { startedAt: now } }
  return {
    phase: isJob ? (isBad ? 'Failed' : 'Succeeded') : 'Running',
    startTime: now,
    podIP: '10.1.0.1',
    conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
      type,
      status: type.endsWith('Ready') && !isReady ? 'False' : 'True',
      lastTransitionTime: now,
    })),
    containerStatuses: pod.spec.containers.map(({ name, image }) => ({
      name,
      image,
      imageID: imageIdOf(image),
      ready: isReady,
      started: true,
      restartCount: 0,
      state,
    })),
  }
}

/** As containerd writes it; the digest is one that follows from the name. */
function imageIdOf(image: string): string {
  return `${image.replace(/:[^/:]*$/, '')}@sha256:${createHash('sha256').update(image).digest('hex')}`
}

function notPulled(pod: Pod): readonly object[] {
  return pod.spec.containers.map(({ name, image }) => ({
    name,
    image,
    imageID: '',
    ready: false,
    started: false,
    restartCount: 0,
    state: { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` } },
  }))
}

async function giveAddress(api: Api, { metadata }: KubeObject): Promise<void> {
  const path = `/apis/networking.k8s.io/v1/namespaces/${metadata.namespace ?? ''}/ingresses/${metadata.name}/status`
  await api.patch(path, { status: { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } } })
}

const [server = '', caFile = ''] = process.argv.slice(2)
const ended = new AbortController()
process.once('SIGTERM', () => ended.abort())
await using api = createApi(tokenConnection({ server, caFile, token: process.env['KUBELET_TOKEN'] ?? '' }))
await serve(api, ended.signal)
