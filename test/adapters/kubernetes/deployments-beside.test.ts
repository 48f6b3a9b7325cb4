import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createClusterView } from '../../../src/adapters/kubernetes/cluster-view.ts'
import { besideWords } from '../../../src/domain/migration/beside.ts'
import { besideOf } from '../../../src/http/views/beside.ts'
import { SILENT } from '../../../src/ports/log.ts'
import { machineClock } from './harness.ts'

const WEB = { namespace: 'shop', name: 'web' }

function deployment(name: string, available: unknown, app = name): object {
  const spec = { replicas: 3, selector: { matchLabels: { app } }, template: { metadata: { labels: { app } } } }
  return { metadata: { name }, spec, status: { availableReplicas: available } }
}

function rollout(spec: object = { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } } } }): object {
  return { kind: 'Rollout', metadata: { name: 'web', namespace: 'shop', generation: 1 }, spec, status: { phase: 'Healthy' } }
}

/** An API server that knows one Rollout and the Deployments of its namespace. `status`: what it answers to a list. */
async function serve({ deployments, web = rollout(), status = 200 }: { deployments: unknown; web?: object; status?: number }) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const url = request.url ?? ''
    asked.push(url)
    const isList = url.includes('/deployments')
    response.writeHead(isList ? status : 200, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify(isList ? { items: deployments, message: 'deployments is forbidden' } : web))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const options = { cluster: 'east', clock: machineClock, random: () => 0, logger: SILENT }
  const connection = { server: `http://127.0.0.1:${port}`, credentials: async () => ({ headers: {}, tls: {} }) }
  const open = (isAllowed: boolean) => createClusterView({ ...options, connection, deployments: isAllowed })
  return { asked, open, [Symbol.asyncDispose]: async () => void (await new Promise((resolve) => server.close(resolve))) }
}

test('a Deployment whose pods the Rollout selects is beside it; one that has no pods, or other ones, is not', async () => {
  const deployments = [deployment('old-web', 3, 'web'), deployment('down', 0, 'web'), deployment('api', 5), null, 7, {}]
  await using api = await serve({ deployments })
  await using view = api.open(true)
  expect(await view.deploymentsBeside?.(WEB)).toEqual([{ name: 'old-web', available: 3, how: 'selector' }])
})

test('one of the same name alone is there, and is not said to serve', async () => {
  await using api = await serve({ deployments: [deployment('web', 1, 'other')] })
  await using view = api.open(true)
  const items = (await view.deploymentsBeside?.(WEB)) ?? []
  expect(besideWords({ items, fault: null })).toEqual(['Deployment web of the same name is beside it, with 1 available pod'])
})

test('the one whose template the Rollout takes is beside it while it has pods, and no longer once it is scaled down', async () => {
  const web = rollout({ workloadRef: { kind: 'Deployment', name: 'web', scaleDown: 'progressively' } })
  await using both = await serve({ web, deployments: [deployment('web', 2), deployment('web-b', 1, 'web')] })
  await using first = both.open(true)
  expect(await first.deploymentsBeside?.(WEB)).toEqual([
    { name: 'web', available: 2, how: 'refers' },
    { name: 'web-b', available: 1, how: 'selector' },
  ])
  await using down = await serve({ web, deployments: [deployment('web', 0)] })
  await using second = down.open(true)
  expect(await second.deploymentsBeside?.(WEB)).toEqual([])
})

test('what is hostile is no number of pods and no line of its own', async () => {
  await using api = await serve({ deployments: [deployment('web', 'x'), deployment('web', -1), deployment('a\u202e\nb', 1, 'web')] })
  await using view = api.open(true)
  const items = (await view.deploymentsBeside?.(WEB)) ?? []
  expect(besideWords({ items, fault: null }).join()).not.toMatch(/\u202e|\n/)
  expect(items).toHaveLength(1)
})

test('the Deployments of a namespace are listed once for all who look within ten seconds, and nothing is watched', async () => {
  await using api = await serve({ deployments: [] })
  await using view = api.open(true)
  for (const name of ['web', 'api', 'web']) await view.deploymentsBeside?.({ ...WEB, name })
  expect(api.asked.filter((url) => url.includes('deployments'))).toEqual(['/apis/apps/v1/namespaces/shop/deployments?limit=500'])
  expect(api.asked.filter((url) => url.includes('watch'))).toEqual([])
})

test('a refusal is told as what is not known, is asked again the next time, and keeps nobody from the page', async () => {
  await using api = await serve({ deployments: [], status: 403 })
  await using view = api.open(true)
  await expect(view.deploymentsBeside?.(WEB)).rejects.toMatchObject({ code: 'E_CLUSTER_FORBIDDEN' })
  const seen = { ...view, freshness: () => ({ fresh: true, asOf: 1, blind: [] }) }
  const beside = await besideOf(seen, WEB)
  expect(beside && besideWords(beside)).toEqual([
    expect.stringMatching(/^Whether a Deployment serves beside it is not known: E_CLUSTER_FORBIDDEN/),
  ])
  expect(api.asked.filter((url) => url.includes('deployments'))).toHaveLength(2)
})

test('nobody is asked unless the configuration says so, nor of a cluster that cannot be seen', async () => {
  await using api = await serve({ deployments: [] })
  await using closed = api.open(false)
  expect(['deploymentsBeside' in closed, await besideOf(closed, WEB)]).toEqual([false, undefined])
  await using blind = api.open(true)
  expect(await besideOf(blind, WEB)).toEqual({ items: [], fault: 'the cluster cannot be seen' })
  expect(api.asked).toEqual([])
})
