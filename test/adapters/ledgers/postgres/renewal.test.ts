import { describe, expect, it } from 'vitest'
import { createMemoryLedger } from '../../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { openPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import type { KedgeError } from '../../../../src/domain/errors.ts'
import { aRelease, entry, releaseEntry } from '../../../contract/ledger-documents.ts'
import { addressOf, createDatabase, hasPostgres, type TestDatabase } from '../../../postgres/database.ts'
import { startProxy } from '../../../postgres/proxy.ts'
import { until } from '../../../until.ts'
import { takeOver } from './leader.ts'

/** When the right ends unless it is renewed: milliseconds of the database's clock. */
const heldUntil = async ({ ask }: TestDatabase) =>
  Number((await ask('SELECT extract(epoch FROM until) * 1000 AS until FROM kedge.leader'))[0]?.['until'])

describe.runIf(hasPostgres)('the right to write to a ledger in PostgreSQL', () => {
  it('is renewed as long as the ledger is open, and given up when it is closed', async () => {
    const database = await createDatabase()
    const ledger = await openPostgresLedger({ ...database.options, leaseMs: 300 })
    const first = await heldUntil(database)
    await until(async () => ((await heldUntil(database)) > first + 300 ? true : undefined), { what: 'a renewal', timeoutMs: 10_000 })
    await ledger[Symbol.asyncDispose]()
    expect(await database.ask('SELECT until <= clock_timestamp() AS over FROM kedge.leader')).toEqual([{ over: true }])
  })

  it('nothing may be done outside once it was not renewed in time, before another can have it, and again once it was', async () => {
    const database = await createDatabase()
    await using proxy = await startProxy(database.address.port)
    const address = addressOf(proxy.through(database.url))
    await using ledger = await openPostgresLedger({ ...database.options, address, leaseMs: 4_000 })
    const refused = () => {
      try {
        ledger.assertMayAct()
        return undefined
      } catch (fault) {
        return fault as KedgeError
      }
    }
    const heldInDatabase = async () => (await database.ask('SELECT until > clock_timestamp() AS held FROM kedge.leader'))[0]?.['held']
    expect(refused()).toBeUndefined()
    proxy.cut = () => 'before'
    const fault = await until(async () => refused(), { what: 'a refusal', timeoutMs: 10_000 })
    expect(fault).toMatchObject({ code: 'E_LEDGER_UNREACHABLE', retryable: true })
    expect(await heldInDatabase()).toBe(true)
    proxy.cut = () => undefined
    await until(async () => (refused() ? undefined : true), { what: 'a renewal', timeoutMs: 10_000 })
    await takeOver(database)
    await ledger.lost
    expect(refused()).toMatchObject({ code: 'E_LEDGER_FENCED' })
  })

  it('is renewed while a long chain is imported, so that nobody takes over as soon as it ends', { timeout: 30_000 }, async () => {
    const from = createMemoryLedger({ clock: { now: () => 7 } })
    await from.append(Array.from({ length: 1_100 }, (_, index) => releaseEntry(aRelease({ key: `r${index}` }))))
    const database = await createDatabase()
    await using ledger = await openPostgresLedger({ ...database.options, leaseMs: 600 })
    async function* slowly() {
      for await (const record of from.records()) {
        yield record
        if (record.sequence !== 1_000) continue
        // Two groups are with the server, in a transaction that goes on.
        const before = await heldUntil(database)
        await until(async () => (await heldUntil(database)) > before || undefined, { what: 'a renewal', timeoutMs: 10_000, everyMs: 20 })
      }
    }
    await ledger.importChain({ after: undefined, records: slowly() })
    expect(await ledger.verify()).toMatchObject({ intact: true, records: 1_100 })
  })

  it('is told as slow while its renewals take seconds, and still renewed', { timeout: 30_000 }, async () => {
    const database = await createDatabase()
    await using proxy = await startProxy(database.address.port)
    const address = addressOf(proxy.through(database.url))
    await using ledger = await openPostgresLedger({ ...database.options, address, leaseMs: 4_000 })
    const said = (what: RegExp | undefined) =>
      until(async () => (what ? what.test(ledger.trouble?.() ?? '') : ledger.trouble?.() === undefined) || undefined, {
        what: 'what is told of the ledger',
        timeoutMs: 12_000,
      })
    await said(undefined)
    proxy.delayMs = 300
    await said(/is slow: it took \d\.\d s/)
    await ledger.append(entry('r1'))
    proxy.delayMs = 0
    await said(undefined)
    expect(await ledger.verify()).toMatchObject({ intact: true, records: 1 })
  })

  it('is renewed while long reads have every other connection', async () => {
    const database = await createDatabase()
    await using ledger = await openPostgresLedger({ ...database.options, poolSize: 2, leaseMs: 600, connectTimeoutMs: 300 })
    await ledger.append(entry('r1'))
    const holding = database.ask('BEGIN; LOCK TABLE kedge.document; SELECT pg_sleep(2); COMMIT')
    await until(
      async () => ((await database.ask(`SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted`))[0] ? true : undefined),
      {
        what: 'the lock',
        timeoutMs: 5_000,
      },
    )
    const reads = Promise.allSettled(Array.from({ length: 3 }, () => ledger.verify()))
    const troubles = new Set<string | undefined>()
    const looking = setInterval(() => troubles.add(ledger.trouble?.()), 20)
    await holding
    clearInterval(looking)
    expect([...troubles]).toEqual([undefined])
    expect((await reads).map(({ status }) => status)).toContain('fulfilled')
  })
})
