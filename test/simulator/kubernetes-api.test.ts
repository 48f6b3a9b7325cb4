import { KubeConfig, CustomObjectsApi } from '@kubernetes/client-node'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../src/simulator/kubernetes/object.ts'
import { CUT, IN_SHOP, ROLLOUTS, rollout, send, useApi } from './kubernetes-api-stand.ts'

const at = useApi()

describe('LIST', () => {
  it('pages show one moment, whatever happens between them', async () => {
    for (const name of ['a', 'b', 'c']) at.api.store.apply(rollout(name))
    const first = await at.call(`${ROLLOUTS}?limit=2`)
    expect(first.body.items.map((item: KubeObject) => item.metadata.name)).toEqual(['a', 'b'])
    expect(first.body.metadata.remainingItemCount).toBe(1)
    at.api.store.delete({ plural: 'rollouts', namespace: 'shop', name: 'c' })
    const second = await at.call(`${ROLLOUTS}?limit=2&continue=${first.body.metadata.continue}`)
    expect(second.body.items.map((item: KubeObject) => item.metadata.name)).toEqual(['c'])
    expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion)
    expect(second.body.metadata.continue).toBeUndefined()
  })

  it('a continue token from before a compaction is 410 Expired', async () => {
    for (const name of ['a', 'b']) at.api.store.apply(rollout(name))
    const first = await at.call(`${ROLLOUTS}?limit=1`)
    at.api.store.apply(rollout('z'))
    at.api.store.compact()
    const second = await at.call(`${ROLLOUTS}?limit=1&continue=${first.body.metadata.continue}`)
    expect(second).toMatchObject({ status: 410, body: { kind: 'Status', reason: 'Expired', code: 410 } })
  })

  it('selects by namespace and by label, present or equal', async () => {
    at.api.store.apply(rollout('a', { metadata: { name: 'a', namespace: 'shop', labels: { team: 'x' } } }))
    at.api.store.apply(rollout('b', { metadata: { name: 'b', namespace: 'other', labels: { team: 'y' } } }))
    at.api.store.apply(rollout('c'))
    const names = async (path: string): Promise<string[]> => (await at.call(path)).body.items.map((item: KubeObject) => item.metadata.name)
    expect(await names(`${ROLLOUTS}?labelSelector=team`)).toEqual(['b', 'a'])
    expect(await names(`${ROLLOUTS}?labelSelector=${encodeURIComponent('team=x')}`)).toEqual(['a'])
    expect(await names(`${ROLLOUTS}?labelSelector=${encodeURIComponent('!team')}`)).toEqual(['c'])
    expect(await names(IN_SHOP)).toEqual(['a', 'c'])
    expect((await at.call(`${ROLLOUTS}?labelSelector=a+in+(b)`)).status).toBe(400)
  })
})

describe('writes', () => {
  it('a Rollout status write leaves generation and spec alone, a spec write raises it and leaves status alone', async () => {
    at.api.store.apply(rollout('a'), 'main')
    const status = await at.call(
      `${IN_SHOP}/a/status`,
      send('PATCH', { spec: { replicas: 9 }, status: { abort: true } }, 'application/merge-patch+json'),
    )
    expect(status.body).toMatchObject({ metadata: { generation: 1 }, spec: { replicas: 1 }, status: { abort: true } })
    const spec = await at.call(
      `${IN_SHOP}/a`,
      send('PATCH', { spec: { replicas: 2 }, status: { abort: false } }, 'application/merge-patch+json'),
    )
    expect(spec.body).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 2 }, status: { abort: true } })
  })

  it('an Application has no status subresource: every status write raises its generation', () => {
    const ref = { plural: 'applications', namespace: 'shop', name: 'a' }
    at.api.store.apply({ ...rollout('a'), kind: 'Application' })
    expect(at.api.store.patch(ref, { status: { health: { status: 'Healthy' } } }).metadata.generation).toBe(2)
    expect(at.api.store.patch(ref, { metadata: { annotations: { a: 'b' } } }).metadata.generation).toBe(2)
  })

  it('a Lease is taken by exactly one of two writers that read the same version', async () => {
    const leases = '/apis/coordination.k8s.io/v1/namespaces/kedge/leases'
    const created = await at.call(leases, send('POST', { metadata: { name: 'kedge' }, spec: { holderIdentity: 'a' } }))
    expect(created.status).toBe(201)
    expect((await at.call(leases, send('POST', { metadata: { name: 'kedge' } }))).body).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
    })
    const claim = (holderIdentity: string): Promise<{ status: number }> =>
      at.call(`${leases}/kedge`, send('PUT', { ...created.body, spec: { holderIdentity } }))
    expect([(await claim('b')).status, (await claim('c')).status]).toEqual([200, 409])
    expect((await at.call(`${leases}/kedge`, send('PUT', { metadata: { name: 'kedge' } }))).status).toBe(422)
  })

  it('an object made again under the same name has another uid', () => {
    const first = at.api.store.apply(rollout('a'))
    at.api.store.delete({ plural: 'rollouts', namespace: 'shop', name: 'a' })
    expect(at.api.store.apply(rollout('a')).metadata.uid).not.toBe(first.metadata.uid)
  })
})

describe('access', () => {
  it('refuses a wrong token with 401 and says Forbidden with the words of the API server', async () => {
    await at.restart({ token: 's3cret', allows: (access) => access.verb !== 'list' })
    const headers = { authorization: 'Bearer s3cret' }
    expect((await at.call(ROLLOUTS)).status).toBe(401)
    expect((await at.call(ROLLOUTS, { headers })).body).toMatchObject({
      code: 403,
      message: expect.stringContaining('cannot list resource "rollouts" in API group "argoproj.io" at the cluster scope'),
    })
  })

  it('a SelfSubjectAccessReview answers by the same rule', async () => {
    await at.restart({ allows: (access) => access.verb === 'list' && access.resource === 'rollouts' })
    const review = (verb: string): ReturnType<typeof at.call> =>
      at.call(
        '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        send('POST', { spec: { resourceAttributes: { verb, group: 'argoproj.io', resource: 'rollouts' } } }),
      )
    expect((await review('list')).body.status).toEqual({ allowed: true })
    expect((await review('patch')).body.status).toEqual({ allowed: false })
  })

  it('a CRD that is not installed is 404, and discovery does not name it', async () => {
    await at.restart({ absent: ['experiments'] })
    expect((await at.call('/apis/argoproj.io/v1alpha1/experiments')).status).toBe(404)
    const { body } = await at.call('/apis/argoproj.io/v1alpha1')
    expect(body.resources.map((resource: { name: string }) => resource.name)).not.toContain('experiments')
    expect((await at.call('/version')).body).toHaveProperty('gitVersion')
  })

  it('its kubeconfig is taken by @kubernetes/client-node', async () => {
    await at.restart({ token: 's3cret' })
    at.api.store.apply(rollout('a'))
    const config = new KubeConfig()
    config.loadFromString(at.api.kubeconfig())
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
  at.api.faults.inject({
    method: 'GET',
    path: /rollouts$/,
    fault: { kind: 'status', status: 503, headers: { 'retry-after': '1' } },
  })
  at.api.faults.inject({ path: /rollouts$/, fault: { kind: 'drop-before' } })
  expect((await at.call('/version')).status).toBe(200)
  expect((await at.call(ROLLOUTS)).status).toBe(503)
  await expect(at.call(ROLLOUTS)).rejects.toThrow(CUT)
  expect((await at.call(ROLLOUTS)).status).toBe(200)
  at.api.faults.inject({ fault: { kind: 'drop-after' } })
  await expect(at.call(`${IN_SHOP}`, send('POST', rollout('late')))).rejects.toThrow(CUT)
  expect((await at.call(`${IN_SHOP}/late`)).status).toBe(200)
})
