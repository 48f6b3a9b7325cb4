import { readFileSync, writeFileSync } from 'node:fs'
import type { Express } from 'express'
import { Registry } from 'prom-client'
import { describe, expect, test } from 'vitest'
import { openApi } from '../../../src/api/openapi/openapi.ts'
import type { Storm } from '../../../src/domain/storm/storm.ts'
import type { HttpOptions } from '../../../src/http/request/options.ts'
import { encodeId } from '../../../src/http/request/paging.ts'
import { createApiApp } from '../../../src/http/servers/servers.ts'
import { SILENT } from '../../../src/ports/log.ts'
import { aQuarantine } from '../../domain/quarantine/a-quarantine.ts'
import { schemaFaults } from '../../schema-faults.ts'
import { aLedger, readOptions } from '../fleet-fixture.ts'
import { startService } from '../service.ts'
import { BAD, tellStory, theFleet, theRelease } from '../story.ts'

const FILE = new URL('../../../docs/openapi.json', import.meta.url)
const document = openApi()
const paths = document['paths'] as Readonly<Record<string, Readonly<Record<string, Operation>>>>
interface Operation {
  responses: Readonly<Record<string, { content: { 'application/json': { schema: Readonly<Record<string, unknown>> } } }>>
  parameters: readonly { name: string; in: string; schema: Readonly<Record<string, unknown>> }[]
  operationId: string
}

/** `get /api/v1/releases/{id}` of every route of the application that stays below `/api/v1`. */
function routesOf(app: Express): readonly string[] {
  interface Layer {
    route?: { path: string; methods: Readonly<Record<string, boolean>> }
    handle: { stack?: readonly Layer[] }
    match(path: string): { path: string } | false
  }
  const layers = (app as unknown as { router: { stack: readonly Layer[] } }).router.stack
  return layers.flatMap((layer) => {
    const mounted = layer.match('/api/v1/x')
    const prefix = mounted && mounted.path === '/api/v1' ? '/api/v1' : ''
    return (layer.handle.stack ?? []).flatMap(({ route }) => {
      if (!route) return []
      const path = prefix + route.path.replaceAll(/:(\w+)/g, '{$1}')
      return path.startsWith('/api/v1/') ? Object.keys(route.methods).map((method) => `${method} ${path}`) : []
    })
  })
}

const CAUSE = { key: 'c', kind: 'commit', words: 'one commit', cluster: null, metrics: [] } as const
const STORM: Storm = { key: 's', cause: CAUSE, state: 'holding', begunAt: 1, endedAt: null }

async function serve(overrides: Partial<HttpOptions> = {}) {
  const ledger = await aLedger()
  await tellStory(ledger)
  const key = theRelease().key
  await ledger.append([
    { kind: 'quarantine', key: 'q', event: 'quarantine-began', document: aQuarantine({ key: 'q', release: key }) },
    { kind: 'storm', key: 's', event: 'storm-begun', document: STORM },
  ])
  const head = await ledger.head()
  const service = await startService(
    {
      ...readOptions([theFleet()], ledger),
      chain: () => ({ at: 1, head, from: head, broken: undefined, trouble: undefined }),
      signedCheckpoints: () => [{ place: '/bucket', head: undefined, trouble: 'full' }],
      attest: async (of) => (of === key ? '{"payloadType":"a","payload":"b","signatures":[{"keyid":"k","sig":"s"}]}' : undefined),
      adopt: async (of) => (of === key ? { result: 'adopted' } : { result: 'absent' }),
      retry: ({ name }) => name === 'checkout',
      releaseStorm: async (of) => (of === 's' ? 'released' : 'absent'),
      lift: async ({ key: of }) => (of === 'q' ? 'lifted' : of === 'old' ? 'not-needed' : 'absent'),
      ...overrides,
    },
    ledger,
  )
  return { url: service.servers.api.url, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() }
}

const ONE = '/api/v1/rollouts/{cluster}/{namespace}/{name}'
const ID = encodeId(theRelease().key)
/** Each answer that is asked for: its route, the path, the status, and what is sent. */
const ASKED: readonly (readonly [route: string, path: string, status: number, body: string | undefined])[] = [
  ['get /api/v1/rollouts', '/api/v1/rollouts?state=split&limit=1', 200, undefined],
  ['get /api/v1/rollouts', '/api/v1/rollouts?state=broken', 400, undefined],
  [`get ${ONE}`, '/api/v1/rollouts/east/shop/checkout', 200, undefined],
  [`get ${ONE}`, '/api/v1/rollouts/east/shop/none', 404, undefined],
  [`get ${ONE}/health`, '/api/v1/rollouts/east/shop/checkout/health', 200, undefined],
  [`get ${ONE}/health`, '/api/v1/rollouts/nowhere/shop/checkout/health', 404, undefined],
  [`post ${ONE}/retry`, '/api/v1/rollouts/east/shop/checkout/retry', 202, '{}'],
  [`post ${ONE}/retry`, '/api/v1/rollouts/east/shop/none/retry', 404, '{}'],
  ['get /api/v1/releases', '/api/v1/releases', 200, undefined],
  ['get /api/v1/releases', '/api/v1/releases?from=x', 400, undefined],
  ['get /api/v1/releases/{id}', `/api/v1/releases/${ID}`, 200, undefined],
  ['get /api/v1/releases/{id}', '/api/v1/releases/none', 404, undefined],
  ['get /api/v1/releases/{id}/attestation', `/api/v1/releases/${ID}/attestation`, 200, undefined],
  ['get /api/v1/releases/{id}/attestation', '/api/v1/releases/none/attestation', 404, undefined],
  ['post /api/v1/releases/{id}/adopt', `/api/v1/releases/${ID}/adopt`, 202, '{"by":"ana"}'],
  ['post /api/v1/releases/{id}/adopt', '/api/v1/releases/none/adopt', 404, '{}'],
  ['post /api/v1/releases/{id}/adopt', `/api/v1/releases/${ID}/adopt`, 400, '{'],
  ['get /api/v1/report', '/api/v1/report', 200, undefined],
  ['get /api/v1/report', '/api/v1/report?continue=x', 400, undefined],
  ['get /api/v1/dora', '/api/v1/dora', 200, undefined],
  ['get /api/v1/dora', '/api/v1/dora?cause=stuck', 400, undefined],
  ['get /api/v1/trace', `/api/v1/trace?q=${BAD}`, 200, undefined],
  ['get /api/v1/trace', '/api/v1/trace', 400, undefined],
  ['get /api/v1/storms', '/api/v1/storms', 200, undefined],
  ['post /api/v1/storms/{key}/release', '/api/v1/storms/s/release', 202, '{}'],
  ['post /api/v1/storms/{key}/release', '/api/v1/storms/x/release', 404, '{}'],
  ['get /api/v1/quarantines', '/api/v1/quarantines', 200, undefined],
  ['post /api/v1/quarantines/{key}/lift', '/api/v1/quarantines/q/lift', 202, '{"reason":"x"}'],
  ['post /api/v1/quarantines/{key}/lift', '/api/v1/quarantines/q/lift', 400, '{}'],
  ['post /api/v1/quarantines/{key}/lift', '/api/v1/quarantines/old/lift', 409, '{"reason":"x"}'],
  ['get /api/v1/ledger', '/api/v1/ledger', 200, undefined],
  ['get /api/v1/ledger', '/api/v1/ledger?limit=0', 400, undefined],
  ['get /api/v1/openapi.json', '/api/v1/openapi.json', 200, undefined],
]

const operationOf = (route: string): Operation => {
  const [method = '', path = ''] = route.split(' ')
  return paths[path]![method]!
}

test('every route of the API is described, and no other', async () => {
  await using ledger = await aLedger()
  const given = { ...readOptions([theFleet()], ledger), logger: SILENT, readiness: () => ({ ready: true, conditions: [] }) }
  const routes = routesOf(createApiApp({ ...given, registry: new Registry(), secrets: {} }))
  const described = Object.entries(paths).flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method} ${path}`))
  expect(routes.length).toBeGreaterThan(10)
  expect(described.toSorted()).toEqual([...routes].toSorted())
})

test('every route is asked here, and each fault of its own is described', () => {
  const described = Object.entries(paths).flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method} ${path}`))
  expect([...new Set(ASKED.map(([route]) => route))].toSorted()).toEqual(described.toSorted())
  const ids = described.map((route) => operationOf(route).operationId)
  expect(new Set(ids).size).toBe(ids.length)
})

describe('an answer is what its description says', () => {
  test.each(ASKED)('%s: %s answers %d', async (route, path, status, body) => {
    await using service = await serve()
    const method = route.split(' ')[0]?.toUpperCase() ?? 'GET'
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(service.url + path, { method, ...(body !== undefined && { body, headers }) })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, expect.stringContaining('application/json')])
    const described = operationOf(route).responses[String(status)]
    expect(described, `${route} does not describe ${status}`).toBeDefined()
    expect(schemaFaults(await answer.json(), described!.content['application/json'].schema, document)).toEqual([])
  })

  test('also where nobody may, and where the name is another’s', async () => {
    await using service = await serve({ secrets: { adminToken: 'right' } })
    const url = `${service.url}/api/v1/quarantines/q/lift`
    const wrong = await fetch(url, { method: 'POST', headers: { authorization: 'Bearer wrong' } })
    const { responses } = operationOf('post /api/v1/quarantines/{key}/lift')
    expect([wrong.status, schemaFaults(await wrong.json(), responses['403']!.content['application/json'].schema, document)]).toEqual([
      403,
      [],
    ])
  })
})

test('every parameter that is described is taken, and one that is not is refused', async () => {
  await using service = await serve()
  const asked = Object.entries(paths).flatMap(([path, { get }]) =>
    path.includes('{') ? [] : (get?.parameters ?? []).map(({ name, schema }) => ({ path, name, schema })),
  )
  const statusOf = async (path: string, query: string): Promise<number> => (await fetch(`${service.url}${path}?${query}`)).status
  for (const { path, name, schema } of asked.filter((one) => one.name !== 'continue')) {
    const [word] = (schema['enum'] as string[] | undefined) ?? []
    const value = word ?? { limit: '5', from: '2026-01-01', to: '2026-12-31' }[name] ?? 'abcdef'
    expect([path, name, await statusOf(path, `${name}=${value}`)]).toEqual([path, name, 200])
  }
  // Where a trace has no `q`, that is what it says, whatever else there is.
  for (const path of new Set(asked.map((one) => one.path))) expect([path, await statusOf(path, 'nothing=1')]).toEqual([path, 400])
})

test('the check of answers finds what is missing, too much, and of another kind', () => {
  const root = { a: { type: 'object', properties: { n: { type: ['integer', 'null'] } }, required: ['n'], additionalProperties: false } }
  const faults = (value: unknown) => schemaFaults(value, { $ref: '#/a' }, root)
  expect([faults({ n: null }), faults({ n: 1 })]).toEqual([[], []])
  expect([faults({}), faults({ n: 1, m: 1 }), faults({ n: 1.5 }), faults([])].map(({ length }) => length)).toEqual([1, 1, 1, 1])
})

test('docs/openapi.json is what the service answers with (UPDATE_DOCS=1 writes it)', async () => {
  const text = `${JSON.stringify(document, undefined, 2)}\n`
  if (process.env['UPDATE_DOCS']) writeFileSync(FILE, text)
  expect(readFileSync(FILE, 'utf8')).toBe(text)
  await using service = await serve()
  expect(await (await fetch(`${service.url}/api/v1/openapi.json`)).json()).toEqual(JSON.parse(text))
})
