import { KubeConfig, CustomObjectsApi } from '@kubernetes/client-node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createManualClock, type ManualClock } from '../../src/simulator/clock.ts'
import { startKubernetesApi, type KubernetesApi, type KubernetesApiOptions } from '../../src/simulator/kubernetes-api.ts'
import type { KubeObject } from '../../src/simulator/kubernetes/object.ts'
import { openWatch } from './watch-reader.ts'

/** What fetch says of a connection that was cut, before or within the body. */
const CUT = /fetch failed|terminated/
const ROLLOUTS = '/apis/argoproj.io/v1alpha1/rollouts'
const IN_SHOP = '/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts'

function rollout(name: string, extra: Partial<KubeObject> = {}): KubeObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name, namespace: 'shop' },
    spec: { replicas: 1 },
    ...extra,
  }
}

let clock: ManualClock
let api: KubernetesApi

async function restart(options: Partial<KubernetesApiOptions>): Promise<void> {
  await api.stop()
  api = await startKubernetesApi({ clock, ...options })
}

// oxlint-disable-next-line typescript/no-explicit-any -- answers are JSON of many shapes, and the assertions say which
async function call(path: string, init?: RequestInit): Promise<{ status: number; body: any }> {
  const response = await fetch(api.url + path, init)
  return { status: response.status, body: JSON.parse(await response.text()) }
}

const send = (method: string, body: unknown, type = 'application/json'): RequestInit => ({
  method,
  body: JSON.stringify(body),
  headers: { 'content-type': type },
})

beforeEach(async () => {
  clock = createManualClock()
  api = await startKubernetesApi({ clock })
})
afterEach(() => api.stop())

describe('LIST', () => {
  it('pages show one moment, whatever happens between them', async () => {
    for (const name of ['a', 'b', 'c']) api.store.apply(rollout(name))
    const first = await call(`${ROLLOUTS}?limit=2`)
    expect(first.body.items.map((item: KubeObject) => item.metadata.name)).toEqual(['a', 'b'])
    expect(first.body.metadata.remainingItemCount).toBe(1)
    api.store.delete({ plural: 'rollouts', namespace: 'shop', name: 'c' })
    const second = await call(`${ROLLOUTS}?limit=2&continue=${first.body.metadata.continue}`)
    expect(second.body.items.map((item: KubeObject) => item.metadata.name)).toEqual(['c'])
    expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion)
    expect(second.body.metadata.continue).toBeUndefined()
  })

  it('a continue token from before a compaction is 410 Expired', async () => {
    for (const name of ['a', 'b']) api.store.apply(rollout(name))
    const first = await call(`${ROLLOUTS}?limit=1`)
    api.store.apply(rollout('z'))
    api.store.compact()
    const second = await call(`${ROLLOUTS}?limit=1&continue=${first.body.metadata.continue}`)
    expect(second).toMatchObject({ status: 410, body: { kind: 'Status', reason: 'Expired', code: 410 } })
  })

  it('selects by namespace and by label, present or equal', async () => {
    api.store.apply(rollout('a', { metadata: { name: 'a', namespace: 'shop', labels: { team: 'x' } } }))
    api.store.apply(rollout('b', { metadata: { name: 'b', namespace: 'other', labels: { team: 'y' } } }))
    api.store.apply(rollout('c'))
    const names = async (path: string): Promise<string[]> => (await call(path)).body.items.map((item: KubeObject) => item.metadata.name)
    expect(await names(`${ROLLOUTS}?labelSelector=team`)).toEqual(['b', 'a'])
    expect(await names(`${ROLLOUTS}?labelSelector=${encodeURIComponent('team=x')}`)).toEqual(['a'])
    expect(await names(`${ROLLOUTS}?labelSelector=${encodeURIComponent('!team')}`)).toEqual(['c'])
    expect(await names(IN_SHOP)).toEqual(['a', 'c'])
    expect((await call(`${ROLLOUTS}?labelSelector=a+in+(b)`)).status).toBe(400)
  })
})

describe('WATCH', () => {
  it('resumes from a resourceVersion and tells each change once, in order', async () => {
    api.store.apply(rollout('a'))
    const { body } = await call(ROLLOUTS)
    api.store.patch({ plural: 'rollouts', namespace: 'shop', name: 'a' }, { spec: { replicas: 2 } })
    await using watch = await openWatch(`${api.url}${ROLLOUTS}?watch=1&resourceVersion=${body.metadata.resourceVersion}`)
    expect(await watch.next()).toMatchObject({ type: 'MODIFIED', object: { spec: { replicas: 2 } } })
    api.store.delete({ plural: 'rollouts', namespace: 'shop', name: 'a' })
    expect(await watch.next()).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'a' } } })
  })

  it('an object that stops matching the selector reads as deleted', async () => {
    const labels = { team: 'x' }
    api.store.apply(rollout('a', { metadata: { name: 'a', namespace: 'shop', labels } }))
    await using watch = await openWatch(`${api.url}${ROLLOUTS}?watch=1&labelSelector=team&resourceVersion=${api.store.version()}`)
    api.store.patch({ plural: 'rollouts', namespace: 'shop', name: 'a' }, { metadata: { labels: { team: null } } })
    expect(await watch.next()).toMatchObject({ type: 'DELETED' })
  })

  it('sends bookmarks only where they are asked for, and ends at timeoutSeconds', async () => {
    await using watch = await openWatch(`${api.url}${ROLLOUTS}?watch=true&allowWatchBookmarks=true&timeoutSeconds=90&resourceVersion=1`)
    await using plain = await openWatch(`${api.url}${ROLLOUTS}?watch=true&timeoutSeconds=90&resourceVersion=1`)
    api.store.apply({ ...rollout('x'), kind: 'AnalysisRun' })
    clock.advance(60_000)
    expect(await watch.next()).toMatchObject({
      type: 'BOOKMARK',
      object: { metadata: { resourceVersion: String(api.store.version()) } },
    })
    clock.advance(30_000)
    expect(await watch.next()).toMatchObject({ type: 'BOOKMARK' })
    expect(await watch.next()).toBeUndefined()
    expect(await plain.next()).toBeUndefined()
  })

  it('says Gone as an ERROR event or as HTTP 410, as it is set', async () => {
    api.store.apply(rollout('a'))
    api.store.apply(rollout('b'))
    api.store.compact()
    await using watch = await openWatch(`${api.url}${ROLLOUTS}?watch=1&resourceVersion=2`)
    expect(await watch.next()).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired' },
    })
    expect(await watch.next()).toBeUndefined()
    api.setGoneForm('http')
    expect((await call(`${ROLLOUTS}?watch=1&resourceVersion=2`)).status).toBe(410)
  })

  it('can be ended, cut, stalled and fed a malformed line', async () => {
    const query = `${api.url}${ROLLOUTS}?watch=1&resourceVersion=1`
    await using ended = await openWatch(query)
    api.watches.closeAll()
    expect(await ended.next()).toBeUndefined()
    await using broken = await openWatch(query)
    api.watches.writeRaw('{"type":"MODI')
    expect(await broken.nextLine()).toBe('{"type":"MODI')
    api.watches.cutAll()
    await expect(broken.next()).rejects.toThrow(CUT)
    await using stalled = await openWatch(query)
    api.watches.stallAll()
    api.store.apply(rollout('a'))
    api.watches.cutAll()
    await expect(stalled.next()).rejects.toThrow(CUT)
    expect(api.watches.count()).toBe(0)
  })
})

describe('writes', () => {
  it('a Rollout status write leaves generation and spec alone, a spec write raises it and leaves status alone', async () => {
    api.store.apply(rollout('a'), 'main')
    const status = await call(
      `${IN_SHOP}/a/status`,
      send('PATCH', { spec: { replicas: 9 }, status: { abort: true } }, 'application/merge-patch+json'),
    )
    expect(status.body).toMatchObject({ metadata: { generation: 1 }, spec: { replicas: 1 }, status: { abort: true } })
    const spec = await call(
      `${IN_SHOP}/a`,
      send('PATCH', { spec: { replicas: 2 }, status: { abort: false } }, 'application/merge-patch+json'),
    )
    expect(spec.body).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 2 }, status: { abort: true } })
  })

  it('an Application has no status subresource: every status write raises its generation', () => {
    const ref = { plural: 'applications', namespace: 'shop', name: 'a' }
    api.store.apply({ ...rollout('a'), kind: 'Application' })
    expect(api.store.patch(ref, { status: { health: { status: 'Healthy' } } }).metadata.generation).toBe(2)
    expect(api.store.patch(ref, { metadata: { annotations: { a: 'b' } } }).metadata.generation).toBe(2)
  })

  it('a Lease is taken by exactly one of two writers that read the same version', async () => {
    const leases = '/apis/coordination.k8s.io/v1/namespaces/kedge/leases'
    const created = await call(leases, send('POST', { metadata: { name: 'kedge' }, spec: { holderIdentity: 'a' } }))
    expect(created.status).toBe(201)
    expect((await call(leases, send('POST', { metadata: { name: 'kedge' } }))).body).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
    })
    const claim = (holderIdentity: string): Promise<{ status: number }> =>
      call(`${leases}/kedge`, send('PUT', { ...created.body, spec: { holderIdentity } }))
    expect([(await claim('b')).status, (await claim('c')).status]).toEqual([200, 409])
    expect((await call(`${leases}/kedge`, send('PUT', { metadata: { name: 'kedge' } }))).status).toBe(422)
  })

  it('an object made again under the same name has another uid', () => {
    const first = api.store.apply(rollout('a'))
    api.store.delete({ plural: 'rollouts', namespace: 'shop', name: 'a' })
    expect(api.store.apply(rollout('a')).metadata.uid).not.toBe(first.metadata.uid)
  })
})

describe('access', () => {
  it('refuses a wrong token with 401 and says Forbidden with the words of the API server', async () => {
    await restart({ token: 's3cret', allows: (access) => access.verb !== 'list' })
    const headers = { authorization: 'Bearer s3cret' }
    expect((await call(ROLLOUTS)).status).toBe(401)
    expect((await call(ROLLOUTS, { headers })).body).toMatchObject({
      code: 403,
      message: expect.stringContaining('cannot list resource "rollouts" in API group "argoproj.io" at the cluster scope'),
    })
  })

  it('a SelfSubjectAccessReview answers by the same rule', async () => {
    await restart({ allows: (access) => access.verb === 'list' && access.resource === 'rollouts' })
    const review = (verb: string): ReturnType<typeof call> =>
      call(
        '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        send('POST', { spec: { resourceAttributes: { verb, group: 'argoproj.io', resource: 'rollouts' } } }),
      )
    expect((await review('list')).body.status).toEqual({ allowed: true })
    expect((await review('patch')).body.status).toEqual({ allowed: false })
  })

  it('a CRD that is not installed is 404, and discovery does not name it', async () => {
    await restart({ absent: ['experiments'] })
    expect((await call('/apis/argoproj.io/v1alpha1/experiments')).status).toBe(404)
    const { body } = await call('/apis/argoproj.io/v1alpha1')
    expect(body.resources.map((resource: { name: string }) => resource.name)).not.toContain('experiments')
    expect((await call('/version')).body).toHaveProperty('gitVersion')
  })

  it('its kubeconfig is taken by @kubernetes/client-node', async () => {
    await restart({ token: 's3cret' })
    api.store.apply(rollout('a'))
    const config = new KubeConfig()
    config.loadFromString(api.kubeconfig())
    const found = (await config.makeApiClient(CustomObjectsApi).getNamespacedCustomObject({
      group: 'argoproj.io',
      version: 'v1alpha1',
      namespace: 'shop',
      plural: 'rollouts',
      name: 'a',
    })) as KubeObject
    expect(found.metadata.name).toBe('a')
  })
})

it('injected faults answer, delay or cut exactly the requests they name', async () => {
  api.faults.inject({
    method: 'GET',
    path: /rollouts$/,
    fault: { kind: 'status', status: 503, headers: { 'retry-after': '1' } },
  })
  api.faults.inject({ path: /rollouts$/, fault: { kind: 'drop-before' } })
  expect((await call('/version')).status).toBe(200)
  expect((await call(ROLLOUTS)).status).toBe(503)
  await expect(call(ROLLOUTS)).rejects.toThrow(CUT)
  expect((await call(ROLLOUTS)).status).toBe(200)
  api.faults.inject({ fault: { kind: 'drop-after' } })
  await expect(call(`${IN_SHOP}`, send('POST', rollout('late')))).rejects.toThrow(CUT)
  expect((await call(`${IN_SHOP}/late`)).status).toBe(200)
})
