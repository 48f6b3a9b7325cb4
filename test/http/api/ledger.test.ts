import { expect, test } from 'vitest'
import type { LedgerAnswer } from '../../../src/api/ledger-contract.ts'
import { encodeId } from '../../../src/http/request/paging.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import { aRelease, anEffect, effectEntry, releaseEntry } from '../../contract/ledger-documents.ts'
import { aQuarantine } from '../../domain/quarantine/a-quarantine.ts'
import { aLedger } from '../fleet-fixture.ts'
import { startService } from '../service.ts'

const SECRET = `ghp_${'a1B2'.repeat(9)}`

function people(): readonly LedgerEntry[] {
  const release = aRelease({ key: 'r1', namespace: 'shop', rollout: 'checkout', cluster: 'east' })
  const lifted = aQuarantine({ key: 'q', state: 'over', outcome: 'lifted', liftedBy: 'ben', liftedFor: 'x', endedAt: 1, release: 'r1' })
  return [
    releaseEntry(release),
    { kind: 'release', key: 'r1', event: 'release-adopted', document: { ...release, adoptedBy: 'ana (this machine)' } },
    { kind: 'release', key: 'r1', event: 'release-updated', document: { ...release, adoptedBy: 'ana (this machine)' } },
    { kind: 'quarantine', key: 'q', event: 'quarantine-lifted', document: lifted },
    effectEntry(anEffect({ key: 'e', lastError: `Authorization: Bearer ${SECRET}` })),
  ]
}

async function serve(overrides = {}) {
  const ledger = await aLedger()
  await ledger.append(people())
  const service = await startService(overrides, ledger)
  const get = async (path: string): Promise<Response> => fetch(`${service.servers.api.url}${path}`)
  const read = async (query = ''): Promise<LedgerAnswer> => (await (await get(`/api/v1/ledger${query}`)).json()) as LedgerAnswer
  return { ledger, get, read, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() }
}

test('the newest records come first, each with what it is of and the person by whose word it happened', async () => {
  await using service = await serve()
  const { items, head, archived } = await service.read()
  expect([items.map(({ sequence }) => sequence), archived]).toEqual([[5, 4, 3, 2, 1], null])
  expect(head).toEqual(await service.ledger.head())
  expect(items.toReversed().map(({ event, subject, who, release }) => [event, subject, who, release])).toEqual([
    [items.at(-1)?.event, 'shop/checkout in east', null, encodeId('r1')],
    ['release-adopted', 'shop/checkout in east', 'ana (this machine)', encodeId('r1')],
    ['release-updated', 'shop/checkout in east', null, encodeId('r1')],
    ['quarantine-lifted', 'shop/web in east', 'ben', encodeId('r1')],
    [items[0]?.event, expect.any(String), null, items[0]?.release],
  ])
})

test('pages go on where the one before ended, and miss and repeat nothing while records are added', async () => {
  await using service = await serve()
  const first = await service.read('?limit=2')
  await service.ledger.append([releaseEntry(aRelease({ key: 'later' }))])
  const second = await service.read(`?limit=2&continue=${first.continue}`)
  const third = await service.read(`?limit=2&continue=${second.continue}`)
  expect([first, second, third].map(({ items }) => items.map(({ sequence }) => sequence))).toEqual([[5, 4], [3, 2], [1]])
  expect(third.continue).toBeNull()
})

test.each([
  '?continue=x',
  `?continue=${encodeId('0')}`,
  `?continue=${encodeId('-1')}`,
  '?limit=0',
  '?limit=501',
  '?before=3',
  '?limit=2&limit=3',
])('what means nothing (%s) is answered 400, on the page too', async (query) => {
  await using service = await serve()
  expect((await service.get(`/api/v1/ledger${query}`)).status).toBe(400)
  expect((await service.get(`/ledger${query}`)).status).toBe(400)
})

test('no document and no secret in one is told', async () => {
  await using service = await serve({
    signedCheckpoints: () => [{ place: '/bucket', head: undefined, trouble: `403 Authorization: Bearer ${SECRET}` }],
  })
  const told = `${JSON.stringify(await service.read())} ${await (await service.get('/ledger')).text()}`
  expect(told).not.toContain(SECRET)
  expect(told).not.toContain('lastError')
})

test('the page says the head, when the chain was verified, where it is signed, and links to the release', async () => {
  const head = { sequence: 3, hash: 'ab'.repeat(32) }
  await using service = await serve({
    chain: () => ({ at: 1_700_000_000_000, head, from: undefined, broken: undefined, trouble: undefined }),
    signedCheckpoints: () => [{ place: '/bucket', head, trouble: 'the disk is full' }],
  })
  const page = await (await service.get('/ledger?limit=2')).text()
  const now = await service.ledger.head()
  for (const words of ['The ledger has 5 records', now?.hash ?? '', '2023-11-14 22:13:20 UTC', head.hash, '/bucket', 'the disk is full'])
    expect(page).toContain(words)
  expect(page).toContain(`<a href="/releases/${encodeId('r1')}">`)
  expect(page).toMatch(/href="\/ledger\?continue=[\w-]+" rel="next"/)
  expect(await (await service.get('/ledger')).text()).not.toContain('rel="next"')
})

test('the page of a service that neither verifies nor signs says so, and nothing instead', async () => {
  await using service = await serve()
  const page = await (await service.get('/ledger')).text()
  expect(page).toContain('not by this process')
  expect(page).not.toContain('Signed checkpoints')
})
