import { expect, test } from 'vitest'
import type { DoraAnswer } from '../../../src/api/report/dora.ts'
import { runCli } from '../../../src/cli/program.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { createDoraReader } from '../../../src/http/views/dora.ts'
import { createTerminal } from '../../cli/terminal.ts'
import { releaseEntry } from '../../contract/ledger-documents.ts'
import { aLedger, NOW, readOptions } from '../fleet-fixture.ts'
import { startService, type Service } from '../service.ts'
import { theFleet, theRelease } from '../story.ts'

const DAY = 86_400_000
const promoted = (key: string, fields: Partial<Release> = {}): Release =>
  theRelease({
    key,
    startedAt: NOW - 10 * DAY,
    state: 'ended',
    outcome: 'promoted',
    endedAt: NOW - 9 * DAY,
    committedAt: NOW - 11 * DAY,
    cause: null,
    attempts: [],
    revertKey: null,
    ...fields,
  })

async function withReleases(releases: readonly Release[]): Promise<Service> {
  const ledger = await aLedger()
  await ledger.append(releases.map((release) => releaseEntry(release)))
  return startService(readOptions([theFleet()], ledger), ledger)
}

const STORY = [
  ...[1, 2, 3].map((index) => promoted(`p${index}`)),
  promoted('other', { namespace: 'back' }),
  theRelease({ startedAt: NOW - 10 * DAY, revertKey: null }),
  promoted('long-ago', { startedAt: NOW - 400 * DAY }),
]

test('the API adds up what is asked for, and refuses what means nothing', async () => {
  await using service = await withReleases(STORY)
  const ask = (query: string) => fetch(`${service.servers.api.url}/api/v1/dora?${query}`)
  const from = '2026-11-01'
  expect(await (await ask(`namespace=shop&from=${from}`)).json()).toMatchObject({
    read: 4,
    complete: true,
    deployments: 4,
    promoted: 3,
    failed: 1,
    changeFailureRate: 0.25,
    leadTime: { median: 2 * DAY, p90: 2 * DAY, measured: 3, unknown: 0, open: 0 },
    gitHonest: { median: null, open: 1 },
  } satisfies Partial<{ [K in keyof DoraAnswer]: unknown }>)
  expect(((await (await ask('')).json()) as DoraAnswer).deployments).toBe(6)
  for (const query of ['from=never', 'outcome=promoted', 'cause=stuck', 'open=true']) expect((await ask(query)).status).toBe(400)
})

test('the page says how the newest thirty days went, and has the filters of the index, which links to it', async () => {
  await using service = await withReleases(STORY)
  const read = async (path: string): Promise<string> => (await fetch(`${service.servers.api.url}${path}`)).text()
  const page = await read('/dora')
  expect(page).toContain('5 releases were read')
  expect(page).toMatch(/Change failure rate[\s\S]*20 %/)
  expect(page).toMatch(/Failure until Git was honest[\s\S]*not known[\s\S]*0 measured, 1 open still/)
  expect(page).toContain('action="/dora"')
  expect((await fetch(`${service.servers.api.url}/dora?to=x`)).status).toBe(400)
  expect(await read('/releases?namespace=shop&outcome=promoted')).toContain('href="/dora?namespace=shop"')
  expect(page).not.toContain('name="outcome"')
})

test('the command prints the measures, as a table or JSON, and no other way', async () => {
  await using service = await withReleases(STORY)
  const run = async (...flags: string[]) => {
    const terminal = createTerminal()
    const code = await runCli(['report', ...flags, '--server', service.servers.api.url], terminal)
    return { code, out: terminal.out(), err: terminal.err() }
  }
  expect((await run('--dora', '-n', 'shop')).out).toMatch(/Lead time, commit to promotion +median 2d00h, 90 % within 2d00h +4 measured/)
  expect(JSON.parse((await run('--dora', '-o', 'json')).out)).toMatchObject({ deployments: 6 })
  expect(await run('--dora', '-o', 'html')).toMatchObject({ code: 2 })
  const csv = await run('-n', 'back')
  expect(csv).toMatchObject({ code: 0, err: '' })
  expect(csv.out.split('\r\n').filter(Boolean)).toHaveLength(2)
})

test('the same question within half a minute is read for once, and a fault is not kept', async () => {
  const ledger = await aLedger()
  await ledger.append(STORY.map((release) => releaseEntry(release)))
  const options = readOptions([theFleet()], ledger)
  let elapsed = 0
  let reads = 0
  let isBroken = true
  const store = {
    ...options.store,
    async load(...asked: Parameters<typeof ledger.load>) {
      reads += 1
      if (isBroken) throw new Error('disk')
      return ledger.load(...asked)
    },
  } as typeof options.store
  const read = createDoraReader({ ...options, store, clock: { ...options.clock, elapsed: () => elapsed } })
  await expect(read({})).rejects.toThrow('disk')
  isBroken = false
  await Promise.all([read({}), read({}), read({ namespace: undefined })])
  const once = reads
  await read({ namespace: 'shop' })
  expect(reads).toBe(once + 1)
  elapsed = 30_000
  await read({})
  expect(reads).toBe(once + 2)
})

test('a period that has more releases than are read begins with the oldest that was, and says so', async () => {
  const ledger = await aLedger()
  const releases = [1, 2, 3, 4].map((day) => promoted(`p${day}`, { startedAt: NOW - day * DAY }))
  await ledger.append(releases.map((release) => releaseEntry(release)))
  const read = createDoraReader(readOptions([theFleet()], ledger), 2)
  expect(await read({ from: NOW - 100 * DAY })).toMatchObject({
    complete: false,
    read: 2,
    from: NOW - 2 * DAY,
    days: 2,
    deploymentsPerDay: 1,
  })
  expect(await read({ from: NOW - 2 * DAY })).toMatchObject({ complete: true, read: 2, days: 2 })
})

test('who asks for what few of many releases are lets everything else have its turn, and is answered of the newest', async () => {
  let [looked, turns, isOver] = [0, 0, false]
  const options = readOptions([theFleet()], await aLedger())
  // A ledger in a file: it answers at once, and has no end here.
  const store = {
    ...options.store,
    load: async (_kind: string, { limit }: { limit: number }) =>
      Array.from({ length: limit }, () => {
        looked += 1
        return { key: `p${looked}`, document: promoted(`p${looked}`), place: { since: NOW - looked, sequence: 1 } }
      }),
  } as unknown as typeof options.store
  const tick = (): void => {
    turns += 1
    if (!isOver) setImmediate(tick)
  }
  tick()
  const answer = await createDoraReader({ ...options, store }, 10_000)({ namespace: 'nowhere' })
  isOver = true
  expect(answer).toMatchObject({ complete: false, read: 0 })
  expect([looked, turns > 15]).toEqual([10_000, true])
})
