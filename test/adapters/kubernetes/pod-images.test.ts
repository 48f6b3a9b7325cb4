import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createClusterView } from '../../../src/adapters/kubernetes/cluster-view.ts'
import { SILENT } from '../../../src/ports/log.ts'
import { machineClock } from './harness.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const SET = { namespace: 'shop', uid: 'set-1', podTemplateHash: 'abc' }

function pod(fields: { owner?: string; image?: string; imageID?: unknown; name?: string; deletionTimestamp?: string } = {}): object {
  const { owner = 'set-1', image = 'registry.example/web:v2', imageID = `registry.example/web@${DIGEST}`, name = 'web', ...more } = fields
  return {
    metadata: { ...more, ownerReferences: [{ controller: true, kind: 'ReplicaSet', uid: owner }] },
    spec: { containers: [{ name, image }] },
    status: { containerStatuses: [{ name, imageID }] },
  }
}

/** An API server that knows pods and nothing else. */
async function serve(answer: { status?: number; body: unknown }) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(answer.status ?? 200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer.body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const options = { cluster: 'east', clock: machineClock, random: () => 0, logger: SILENT }
  const connection = { server: `http://127.0.0.1:${port}`, credentials: async () => ({ headers: {}, tls: {} }) }
  const open = (pods: boolean) => createClusterView({ ...options, connection, pods })
  return { asked, open, [Symbol.asyncDispose]: async () => void (await new Promise((resolve) => server.close(resolve))) }
}

test('the images of a ReplicaSet are asked for by its hash, in its namespace, and are those that its own pods run', async () => {
  const evil = pod({ owner: 'somebody-else', image: 'registry.example/evil:1' })
  const terminating = pod({ deletionTimestamp: '2026-11-29T20:00:00Z', image: 'registry.example/web:v2' })
  await using api = await serve({ body: { items: [pod(), evil, terminating, pod({ imageID: DIGEST, image: 'loaded:1' }), null, 7, {}] } })
  await using view = api.open(true)
  const image = { image: 'registry.example/web:v2', digest: DIGEST }
  expect(await view.podImages?.(SET)).toEqual([image, image])
  expect(api.asked).toEqual(['/api/v1/namespaces/shop/pods?limit=500&labelSelector=rollouts-pod-template-hash%3Dabc'])
})

test('what a status says of a container that the spec does not have is not believed', async () => {
  const strange = { ...pod(), status: { containerStatuses: [{ name: 'other', imageID: `x@${DIGEST}` }, 'x', { name: {} }] } }
  await using api = await serve({ body: { items: [strange] } })
  await using view = api.open(true)
  expect(await view.podImages?.(SET)).toEqual([])
})

test.each([
  [403, 'E_CLUSTER_FORBIDDEN'],
  [500, 'E_CLUSTER_ANSWER'],
])('an answer of %d is the fault %s', async (status, code) => {
  await using api = await serve({ status, body: { message: 'pods is forbidden' } })
  await using view = api.open(true)
  await expect(view.podImages?.(SET)).rejects.toMatchObject({ code })
})

test('nobody is asked for pods unless the configuration says so', async () => {
  await using api = await serve({ body: {} })
  await using view = api.open(false)
  expect('podImages' in view).toBe(false)
})
