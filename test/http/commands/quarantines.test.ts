import { expect, test } from 'vitest'
import type { ReleaseDetail } from '../../../src/api/contract.ts'
import type { QuarantineList } from '../../../src/api/quarantine-contract.ts'
import { runCli } from '../../../src/cli/program.ts'
import type { Quarantine } from '../../../src/domain/quarantine/quarantine.ts'
import type { HttpOptions } from '../../../src/http/request/options.ts'
import { encodeId } from '../../../src/http/request/paging.ts'
import { createTerminal } from '../../cli/terminal.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { aQuarantine, COMMIT } from '../../domain/quarantine/a-quarantine.ts'
import { aLedger, NOW } from '../fleet-fixture.ts'
import { startService } from '../service.ts'

/** A service whose ledger has these quarantines, and the release of each. */
async function serve(quarantines: readonly Quarantine[], overrides: Partial<HttpOptions> = {}) {
  const ledger = await aLedger()
  await ledger.append(quarantines.map((document) => ({ kind: 'quarantine', key: document.key, event: 'quarantine-begun', document })))
  await ledger.append(
    quarantines.map(({ release: key }) => ({ kind: 'release', key, event: 'release-failed', document: aRelease({ key }) })),
  )
  const service = await startService(overrides, ledger)
  const url = `${service.servers.api.url}/api/v1`
  return Object.assign(service, {
    url,
    list: async () => ((await (await fetch(`${url}/quarantines`)).json()) as QuarantineList).items,
    lift: (key: string, { body = '{"reason":"fixed"}', ...headers }: { body?: string } & Record<string, string> = {}) =>
      fetch(`${url}/quarantines/${encodeURIComponent(key)}/lift`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      }),
    run: async (...argv: string[]): Promise<unknown[]> => {
      const terminal = { ...createTerminal(), now: () => NOW }
      return [await runCli(['quarantine', ...argv, '--server', service.servers.api.url], terminal), terminal.out()]
    },
  })
}

const answering = (result: 'lifted' | 'asked' | 'absent' | 'not-needed') => {
  const asked: unknown[] = []
  const lift: HttpOptions['lift'] = async (one) => (asked.push(one), result)
  return { asked, lift }
}

const over = aQuarantine({ key: 'old', release: 'r0', state: 'over', outcome: 'lifted', liftedBy: 'ana', liftedFor: 'fixed', since: NOW })
const red = aQuarantine({ marks: [{ commit: COMMIT, pullRequest: 7, brings: true }], unsaid: 'no right to' })

test('quarantines are listed, those that stand first, each with what brings it back', async () => {
  await using service = await serve([over, red])
  const items = await service.list()
  expect(items.map(({ key }) => key)).toEqual([red.key, 'old'])
  expect(items[0]).toMatchObject({
    cluster: 'east',
    name: 'web',
    version: 'web:v2',
    release: encodeId('r1'),
    broughtBackBy: [{ commit: COMMIT, pullRequest: 7 }],
    unsaid: 'no right to',
  })
  expect(items[1]).toMatchObject({ state: 'over', liftedBy: 'ana', liftedFor: 'fixed' })
})

test('a release tells the quarantine of its version, and a Rollout the newest that stands', async () => {
  await using service = await serve([over, red])
  const detail = (await (await fetch(`${service.url}/releases/${encodeId('r1')}`)).json()) as ReleaseDetail
  expect(detail.quarantine).toMatchObject({ key: red.key, version: 'web:v2' })
  const page = await (await fetch(`${service.servers.api.url}/releases/${encodeId('r1')}`)).text()
  expect(page).toContain(`kedge quarantine lift ${red.key}`)
})

test('who lifts one is handed on, by the name that is given and how it was allowed, with the reason', async () => {
  const { asked, lift } = answering('lifted')
  await using service = await serve([red], { lift, secrets: { adminToken: 'an-admin-token' } })
  const own = await service.lift('q1', { body: '{"by":"ana\\u001b[31m","reason":"fixed\\n"}' })
  expect([own.status, await own.json()]).toEqual([202, { result: 'lifted' }])
  await service.lift('q1', { authorization: 'Bearer an-admin-token', 'x-forwarded-for': '10.0.0.1' })
  expect(asked).toEqual([
    { key: 'q1', by: 'ana (this machine)', reason: 'fixed' },
    { key: 'q1', by: 'admin token', reason: 'fixed' },
  ])
})

test.each([
  ['the wrong token', { authorization: 'Bearer wrong' }, 403],
  ['a proxy that speaks for somebody', { 'x-forwarded-for': '10.0.0.1' }, 403],
  ['a page of another site', { 'sec-fetch-site': 'cross-site' }, 403],
  ['a body that is no JSON', { body: '{' }, 400],
  ['no reason', { body: '{"by":"ana"}' }, 400],
  ['a reason that is no text', { body: '{"reason":["x"]}' }, 400],
  ['a body that is huge', { body: JSON.stringify({ reason: 'x'.repeat(5_000) }) }, 413],
])('%s lifts nothing', async (_what, given, status) => {
  const { asked, lift } = answering('lifted')
  await using service = await serve([red], { lift, secrets: { adminToken: 'an-admin-token' } })
  expect((await service.lift('q1', given)).status).toBe(status)
  expect(asked).toEqual([])
})

test.each([
  ['absent', 404, 'no quarantine with this key'],
  ['not-needed', 409, 'is over'],
] as const)('what is %s is a %i, and says so', async (result, status, words) => {
  await using service = await serve([], answering(result))
  const answer = await service.lift('../x')
  expect([answer.status, ((await answer.json()) as { message: string }).message]).toEqual([status, expect.stringContaining(words)])
})

test('a Kedge that lifts nothing says so, and none is lifted by looking at it', async () => {
  await using service = await serve([red])
  expect((await service.lift('q1')).status).toBe(404)
  expect((await fetch(`${service.url}/quarantines/q1/lift`)).status).toBe(404)
})

test('kedge quarantine lists and lifts over it', async () => {
  const { asked, lift } = answering('asked')
  await using service = await serve([over, red], { lift })
  expect(await service.run('list')).toEqual([
    0,
    expect.stringMatching(/3f9a12c8d0e4 +east\/shop\/web +web:v2 +1970-01-15 +#7 +the analysis/),
  ])
  expect((await service.run('list'))[1]).toContain('(E_FORGE_NO_STATUS): no right to')
  expect((await service.run('list', '--all'))[1]).toMatch(/old .*lifted by ana/)
  expect(JSON.parse(String((await service.run('list', '-o', 'json'))[1]))).toHaveLength(1)
  expect(await service.run('lift', red.key, '--reason', 'fixed', '--by', 'ana')).toEqual([0, expect.stringContaining(`Lifted ${red.key}.`)])
  expect(asked).toEqual([{ key: red.key, by: 'ana (this machine)', reason: 'fixed' }])
  expect((await service.run('lift', red.key))[0]).toBe(2)
})

test('where nothing is in quarantine, that is said', async () => {
  await using service = await serve([over])
  expect(await service.run('list')).toEqual([0, 'Nothing is in quarantine.\n'])
})

test('the page has those that stand first, with what brings them back and how to lift them; hostile text is harmless', async () => {
  const marks = [{ commit: COMMIT, pullRequest: 41, brings: true }]
  const over = { state: 'over', outcome: 'lifted', endedAt: 2_000, liftedBy: 'ana', liftedFor: '<script>x</script>' } as const
  await using service = await serve([aQuarantine({ key: 'q1', marks }), aQuarantine({ key: 'q2', release: 'r2', ...over })])
  const page = await (await fetch(`${service.servers.api.url}/quarantines`)).text()
  expect(page).toContain('1 version is in quarantine, and 1 of them is being brought back')
  expect(page).toContain('kedge quarantine lift q1 lets it in again')
  expect(page).toContain(COMMIT.slice(0, 12))
  expect(page).toContain('&#60;script&#62;x')
  expect(page).not.toContain('<script>x')
})
