import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createBesideMemory } from '../../../src/adapters/kubernetes/beside-memory.ts'
import { createTransport } from '../../../src/adapters/kubernetes/transport.ts'
import type { BesideKnown } from '../../../src/domain/migration/beside.ts'
import type { RolloutSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { aRollout } from '../../http/fleet-fixture.ts'
import { holds } from '../../until.ts'
import { aView, handClock, machineClock, until } from './harness.ts'

function deployment(
  name: string,
  { namespace = 'shop', available = 3, app = name }: object & Partial<Record<string, unknown>> = {},
): object {
  const spec = { replicas: 3, selector: { matchLabels: { app } }, template: { metadata: { labels: { app } } } }
  return { metadata: { name, namespace, managedFields: [{ a: 1 }] }, spec, status: { availableReplicas: available } }
}

const pods = (app: string): RolloutSnapshot['pods'] => ({ selector: { app }, labels: { app } })
const WEB = aRollout({ name: 'web', pods: pods('web') })
const API = aRollout({ name: 'api', pods: pods('api') })
const PAY = aRollout({ name: 'pay', namespace: 'bank', pods: pods('pay') })

type Answering = (url: string, response: ServerResponse) => void

const listOf = (items: readonly unknown[], next?: string): Answering => {
  return (_url, response) => response.end(JSON.stringify({ metadata: { resourceVersion: '7', continue: next }, items }))
}

/** An API server, and a memory of it on a clock that the test moves. */
async function serve(
  answering: Answering,
  { rollouts = [WEB, API, PAY], namespaces }: { rollouts?: RolloutSnapshot[]; namespaces?: string[] } = {},
) {
  const asked: string[] = []
  const world = { answering }
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    world.answering(request.url ?? '', response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const transport = createTransport({ server: `http://127.0.0.1:${port}`, credentials: async () => ({ headers: {}, tls: {} }) }, 2_500)
  const [clock, stopping] = [handClock(), new AbortController()]
  const look = createBesideMemory({
    cluster: 'east',
    transport,
    clock,
    signal: stopping.signal,
    ...(namespaces && { namespaces }),
    rollouts: () => rollouts,
  })
  return {
    asked,
    clock,
    world,
    look,
    /** What is known once a read that a look began is in. */
    async known(): Promise<BesideKnown> {
      await holds('a read is in', () => look().asOf !== null)
      return look()
    },
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await transport[Symbol.asyncDispose]()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('nobody is asked before somebody looks, and who looks first waits for nothing', async () => {
  await using api = await serve(() => undefined)
  expect(api.asked).toEqual([])
  const known = api.look()
  expect([known.asOf, known.fault, known.of(WEB)]).toEqual([null, null, undefined])
  await holds('it is asked, or known', () => api.asked.length === 1)
  expect(api.look().of(WEB)).toBeUndefined()
  expect(api.asked).toEqual(['/apis/apps/v1/deployments?limit=250'])
})

test('one read tells of all Rollouts of the cluster what is beside each, and what has nothing beside it', async () => {
  const items = [
    deployment('old-web', { app: 'web' }),
    deployment('pay', { app: 'pay' }),
    deployment('pay', { namespace: 'bank' }),
    null,
    7,
    {},
  ]
  await using api = await serve(listOf(items))
  const { of, fault } = await api.known()
  expect([of(WEB), of(API), of(PAY), fault]).toEqual([
    [{ name: 'old-web', available: 3, how: 'selector' }],
    [],
    [{ name: 'pay', available: 3, how: 'selector' }],
    null,
  ])
})

test('a Rollout that takes its template from a Deployment has the labels of that one, whether it has pods or not', async () => {
  const rollouts = [aRollout({ name: 'web', workloadRef: 'Deployment/web' })]
  await using api = await serve(listOf([deployment('web', { available: 0 }), deployment('web-b', { app: 'web' })]), { rollouts })
  expect((await api.known()).of(WEB)).toEqual([{ name: 'web-b', available: 3, how: 'selector' }])
})

test('it is read again a minute after it was, for whoever looks, and once however many look', async () => {
  await using api = await serve(listOf([deployment('old-web', { app: 'web' })]))
  await api.known()
  api.clock.advance(59_000)
  for (let looks = 0; looks < 100; looks++) api.look()
  expect(api.asked).toHaveLength(1)
  api.world.answering = listOf([])
  api.clock.advance(1_000)
  for (let looks = 0; looks < 100; looks++) api.look()
  await holds('it is asked, or known', () => api.look().of(WEB)?.length === 0)
  expect(api.asked).toHaveLength(2)
})

test('what nobody has looked at for five minutes is not told as if it were of now', async () => {
  await using api = await serve(listOf([deployment('old-web', { app: 'web' })]))
  const { asOf } = await api.known()
  api.clock.advance(299_000)
  api.world.answering = () => undefined
  expect([api.look().asOf, api.look().of(WEB)?.length]).toEqual([asOf, 1])
  api.clock.advance(2_000)
  expect([api.look().asOf, api.look().of(WEB)]).toEqual([null, undefined])
})

test('a list of several pages is read to its end; with namespaces, only those where there are Rollouts', async () => {
  await using api = await serve(
    (url, response) => {
      if (url.includes('/bank/')) return listOf([deployment('pay')])(url, response)
      return url.includes('continue=') ? listOf([deployment('old-web', { app: 'web' })])(url, response) : listOf([], 'a b')(url, response)
    },
    { namespaces: ['shop', 'bank', 'empty'] },
  )
  const { of } = await api.known()
  expect([of(WEB)?.length, of(PAY)?.length]).toEqual([1, 1])
  expect(api.asked).toEqual([
    '/apis/apps/v1/namespaces/shop/deployments?limit=250',
    '/apis/apps/v1/namespaces/shop/deployments?limit=250&continue=a+b',
    '/apis/apps/v1/namespaces/bank/deployments?limit=250',
  ])
})

test('where one namespace may not be read, that is told, nothing is said of it, and the others are told all the same', async () => {
  await using api = await serve(
    (url, response) => {
      if (url.includes('/bank/')) return listOf([deployment('pay')])(url, response)
      response.writeHead(403).end(JSON.stringify({ kind: 'Status', message: 'deployments is forbidden' }))
    },
    { namespaces: ['shop', 'bank'] },
  )
  const { of, fault } = await api.known()
  expect([of(WEB), of(API), of(PAY)?.length]).toEqual([undefined, undefined, 1])
  expect(fault).toMatch(/^E_CLUSTER_FORBIDDEN/)
})

test.each<[string, Answering]>([
  ['no JSON', (_url, response) => response.end('<html>')],
  ['no list', (_url, response) => response.end('{"metadata":{"resourceVersion":"1"},"items":7}')],
  ['an item that is no JSON', (_url, response) => response.end('{"metadata":{"resourceVersion":"1"},"items":[{"metadata":nul}]}')],
  ['a connection that ends', (_url, response) => response.destroy()],
])('%s is a fault that is told, and asked again after a minute, not before', async (_what, answering) => {
  await using api = await serve(answering)
  const { of, fault } = await api.known()
  expect([of(WEB), fault]).toEqual([undefined, expect.stringMatching(/^E_CLUSTER_/)])
  api.look()
  expect(api.asked).toHaveLength(1)
  api.world.answering = listOf([])
  api.clock.advance(60_000)
  await holds('it is asked, or known', () => api.look().fault === null)
  expect(api.look().of(WEB)).toEqual([])
})

test('of more Deployments than are looked at, what was found is told, and of the rest that it is not known', async () => {
  let pages = 0
  const many = Array.from({ length: 250 }, (_, at) => deployment(`d-${at}`, { app: at === 0 ? 'web' : 'x' }))
  await using api = await serve((url, response) => listOf(many, `page-${++pages}`)(url, response))
  const { of, fault } = await api.known()
  expect([of(WEB)?.[0]?.name, of(API), pages]).toEqual(['d-0', undefined, 41])
  expect(fault).toBe('there are more than the 10000 that are looked at')
})

test('labels without end are taken in no further than there is room for', async () => {
  const labels = Object.fromEntries(Array.from({ length: 64 }, (_, at) => [`${'k'.repeat(300)}${at}`, 'v'.repeat(63)]))
  const heavy = { ...deployment('d', {}), spec: { template: { metadata: { labels } } } }
  await using api = await serve(listOf(Array.from({ length: 400 }, () => heavy)))
  const { of, fault } = await api.known()
  expect([of(WEB), fault]).toEqual([undefined, 'there are more than the 10000 that are looked at'])
})

test('a view keeps the labels of pods, and so has a memory, only where Deployments may be listed', async () => {
  const web = {
    metadata: { name: 'web', namespace: 'shop', uid: 'uid-web', resourceVersion: '1' },
    spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web', v: '2' } } } },
  }
  const server = createServer(({ url = '' }, response) => {
    if (url.includes('watch=')) response.flushHeaders()
    else listOf(url.includes('/deployments') ? [deployment('old-web', { app: 'web' })] : [web])(url, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await using closed = aView(url, { clock: machineClock })
    await using open = aView(url, { clock: machineClock, deployments: true })
    await Promise.all([closed.start(), open.start()])
    await until(open, () => open.rollout('shop', 'web') !== undefined)
    expect(['besideKnown' in closed, closed.rollout('shop', 'web')?.pods]).toEqual([false, undefined])
    expect(open.rollout('shop', 'web')?.pods).toEqual({ selector: { app: 'web' }, labels: { app: 'web', v: '2' } })
    await holds('it is asked, or known', () => open.besideKnown?.().of({ namespace: 'shop', uid: 'uid-web' })?.length === 1)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
