import { expect, test } from 'vitest'
import type { ReleaseDetail, StormList } from '../../../src/api/contract.ts'
import { runCli } from '../../../src/cli/program.ts'
import type { Storm } from '../../../src/domain/storm/storm.ts'
import type { HttpOptions } from '../../../src/http/request/options.ts'
import { encodeId } from '../../../src/http/request/paging.ts'
import { createTerminal } from '../../cli/terminal.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { aLedger, NOW } from '../fleet-fixture.ts'
import { startService } from '../service.ts'

const aStorm = (fields: Partial<Storm> & { key: string }): Storm => ({
  cause: { kind: 'metric', key: fields.key, words: 'success-rate is 0.42', cluster: 'east', metrics: [] },
  state: 'holding',
  begunAt: NOW - 60_000,
  endedAt: null,
  ...fields,
})

/** A service whose ledger has these storms, each with so many releases. */
async function serve(storms: readonly [Storm, number][], overrides: Partial<HttpOptions> = {}) {
  const ledger = await aLedger()
  await ledger.append(storms.map(([document]) => ({ kind: 'storm', key: document.key, event: 'storm-begun', document })))
  const members = storms.flatMap(([{ key }, many]) =>
    Array.from({ length: many }, (_, at) => aRelease({ key: `${key}|${at}`, rollout: `app-${at}`, storm: key })),
  )
  await ledger.append(members.map((document) => ({ kind: 'release', key: document.key, event: 'release-failed', document })))
  const service = await startService(overrides, ledger)
  const url = `${service.servers.api.url}/api/v1`
  return Object.assign(service, {
    url,
    list: async () => ((await (await fetch(`${url}/storms`)).json()) as StormList).items,
    release: (key: string, { body, ...headers }: { body?: string } & Record<string, string> = {}) =>
      fetch(`${url}/storms/${encodeURIComponent(key)}/release`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body }),
      }),
  })
}

const answering = (result: 'released' | 'absent' | 'not-needed') => {
  const asked: string[] = []
  const releaseStorm: HttpOptions['releaseStorm'] = async (key, by) => (asked.push(`${key} by ${by}`), result)
  return { asked, releaseStorm }
}

test('storms are listed, the newest first, each with the Rollouts that failed in it and the ids of their releases', async () => {
  await using service = await serve([
    [aStorm({ key: 'old', state: 'over', begunAt: NOW - 900_000, endedAt: NOW - 800_000, releasedBy: 'ana (admin token)' }), 1],
    [aStorm({ key: 'new' }), 2],
  ])
  expect(await service.list()).toEqual([
    {
      key: 'new',
      kind: 'metric',
      cause: 'success-rate is 0.42',
      state: 'holding',
      begunAt: NOW - 60_000,
      endedAt: null,
      releasedBy: null,
      total: 2,
      rollouts: ['app-0', 'app-1'].map((name, at) => ({
        release: encodeId(`new|${at}`),
        cluster: 'east',
        namespace: 'shop',
        name,
        state: 'failed',
        outcome: 'open',
      })),
    },
    expect.objectContaining({ key: 'old', state: 'over', releasedBy: 'ana (admin token)', total: 1 }),
  ])
})

test('a storm of many is counted whole, and names no more than 500; of many storms, the newest 100 are listed', async () => {
  const many = Array.from({ length: 120 }, (_, at): [Storm, number] => [aStorm({ key: `s${at}`, begunAt: NOW - at }), at === 0 ? 501 : 0])
  await using service = await serve(many)
  const items = await service.list()
  expect([items.length, items[0]?.key, items.at(-1)?.key]).toEqual([100, 's0', 's99'])
  expect([items[0]?.total, items[0]?.rollouts.length]).toEqual([501, 500])
})

test('a release tells the storm that it failed in', async () => {
  await using service = await serve([[aStorm({ key: 'new' }), 2]])
  const detail = (await (await fetch(`${service.url}/releases/${encodeId('new|1')}`)).json()) as ReleaseDetail
  expect(detail.storm).toMatchObject({ key: 'new', total: 2 })
})

test('without any, the list is empty', async () => {
  await using service = await serve([])
  expect(await service.list()).toEqual([])
})

test('who releases a storm is handed on, by the name that is given and how it was allowed', async () => {
  const { asked, releaseStorm } = answering('released')
  await using service = await serve([], { releaseStorm, secrets: { adminToken: 'an-admin-token' } })
  const own = await service.release('s1', { body: '{"by":"ana\\u001b[31m"}' })
  expect([own.status, await own.json()]).toEqual([202, { result: 'released' }])
  await service.release('s1', { authorization: 'Bearer an-admin-token', 'x-forwarded-for': '10.0.0.1' })
  expect(asked).toEqual(['s1 by ana (this machine)', 's1 by admin token'])
})

test.each([
  ['the wrong token', { authorization: 'Bearer wrong' }, 403],
  ['a proxy that speaks for somebody', { 'x-forwarded-for': '10.0.0.1' }, 403],
  ['a page of another site', { 'sec-fetch-site': 'cross-site' }, 403],
  ['a body that is no JSON', { body: '{' }, 400],
  ['a body that is huge', { body: JSON.stringify({ by: 'x'.repeat(5_000) }) }, 413],
])('%s releases nothing', async (_what, given, status) => {
  const { asked, releaseStorm } = answering('released')
  await using service = await serve([], { releaseStorm, secrets: { adminToken: 'an-admin-token' } })
  expect((await service.release('s1', given)).status).toBe(status)
  expect(asked).toEqual([])
})

test.each([
  ['absent', 404, 'no storm with this key'],
  ['not-needed', 409, 'over, or is released already'],
] as const)('what is %s is a %i, and says so', async (result, status, words) => {
  await using service = await serve([], answering(result))
  const answer = await service.release('../x')
  expect([answer.status, ((await answer.json()) as { message: string }).message]).toEqual([status, expect.stringContaining(words)])
})

test('a Kedge that releases nothing says so, and a storm is not released by looking at it', async () => {
  await using service = await serve([])
  expect((await service.release('s1')).status).toBe(404)
  expect((await fetch(`${service.url}/storms/s1/release`)).status).toBe(404)
})

test('kedge storm lists and releases over it', async () => {
  const { asked, releaseStorm } = answering('released')
  await using service = await serve([[aStorm({ key: '3f9a12c8d0e4' }), 3]], { releaseStorm })
  const run = async (...argv: string[]): Promise<unknown[]> => {
    const terminal = { ...createTerminal(), now: () => NOW }
    return [await runCli(['storm', ...argv, '--server', service.servers.api.url], terminal), terminal.out()]
  }
  expect(await run('list')).toEqual([1, expect.stringMatching(/3f9a12c8d0e4 .*3 +1m0?0?s? +success-rate is 0\.42/)])
  expect(await run('release', '3f9a12c8d0e4', '--by', 'ana')).toEqual([0, expect.stringContaining('Released 3f9a12c8d0e4.')])
  expect(asked).toEqual(['3f9a12c8d0e4 by ana (this machine)'])
})
