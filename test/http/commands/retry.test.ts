import { expect, test } from 'vitest'
import type { HttpOptions } from '../../../src/http/request/options.ts'
import { aLedger, readOptions } from '../fleet-fixture.ts'
import { startService, type Service } from '../service.ts'
import { theFleet } from '../story.ts'

async function serve(overrides: Partial<HttpOptions>): Promise<Service> {
  const ledger = await aLedger()
  return startService({ ...readOptions([theFleet()], ledger), ...overrides }, ledger)
}

const asked: string[] = []
const retry: HttpOptions['retry'] = ({ cluster, namespace, name }) => {
  asked.push(`${cluster}/${namespace}/${name}`)
  return name === 'checkout'
}
const post = (service: { servers: { api: { url: string } } }, name: string, headers = {}) =>
  fetch(`${service.servers.api.url}/api/v1/rollouts/prod/shop/${name}/retry`, { method: 'POST', headers })

test('another try reaches the Rollout that is named, and nothing else', async () => {
  await using service = await serve({ retry })
  expect((await post(service, 'checkout')).status).toBe(202)
  expect((await post(service, 'nobody')).status).toBe(404)
  expect(asked).toEqual(['prod/shop/checkout', 'prod/shop/nobody'])
})

test('another try is for this machine, or the holder of the admin token', async () => {
  asked.length = 0
  await using service = await serve({ retry, secrets: { adminToken: 'an-admin-token' } })
  expect((await post(service, 'checkout', { authorization: 'Bearer wrong' })).status).toBe(403)
  expect((await post(service, 'checkout', { 'x-forwarded-for': '10.0.0.1' })).status).toBe(403)
  expect(asked).toEqual([])
  expect((await post(service, 'checkout', { authorization: 'Bearer an-admin-token', 'x-forwarded-for': '10.0.0.1' })).status).toBe(202)
})
