import { describe, expect, it } from 'vitest'
import { createMemoryLedger } from '../../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { openPostgresLedger, readPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { aRelease, entry, releaseEntry } from '../../../contract/ledger-documents.ts'
import { addressOf, createDatabase, hasPostgres, type TestDatabase } from '../../../postgres/database.ts'
import { startProxy } from '../../../postgres/proxy.ts'
import { takeOver } from './leader.ts'

/** What a process does that died: the right to write stays taken, and nobody renews it. */
async function takenByTheDead({ ask, options }: TestDatabase, remainingMs: number): Promise<void> {
  await (await openPostgresLedger(options))[Symbol.asyncDispose]()
  await ask(`UPDATE kedge.leader SET holder = 'dead', until = clock_timestamp() + ${remainingMs} * interval '1 millisecond'`)
}

describe.runIf(hasPostgres)('the right to write to a ledger in PostgreSQL', () => {
  it('a second writer is refused by the name of the first while that one renews, and let in when it has closed', async () => {
    const { options } = await createDatabase()
    const first = await openPostgresLedger({ ...options, holder: 'first', leaseMs: 300 })
    await expect(openPostgresLedger({ ...options, leaseMs: 300 })).rejects.toMatchObject({
      code: 'E_LEDGER_LOCKED',
      message: expect.stringContaining('in use by first') as string,
    })
    await first.append(entry('r1'))
    await first[Symbol.asyncDispose]()
    await using second = await openPostgresLedger(options)
    expect((await second.head())?.sequence).toBe(1)
  })

  it('a schema is not brought up to date under a writer that lives', async () => {
    const database = await createDatabase()
    await using first = await openPostgresLedger({ ...database.options, holder: 'first', leaseMs: 600 })
    // As an older program has left it.
    await database.ask('DELETE FROM kedge.migration')
    await expect(openPostgresLedger(database.options)).rejects.toMatchObject({
      code: 'E_LEDGER_LOCKED',
      message: expect.stringContaining('in use by first') as string,
    })
    await first.append(entry('r1'))
  })

  it('what a dead process has left is waited for, and the number rises', async () => {
    const database = await createDatabase()
    await takenByTheDead(database, 400)
    await using ledger = await openPostgresLedger(database.options)
    await ledger.append(entry('r1'))
    expect(await database.ask('SELECT cluster, number, holder FROM kedge.leader')).toEqual([{ cluster: '*', number: '2', holder: 'test' }])
  })

  it('an append with a number that is not the newest is refused, by the database and for ever, and leaves nothing', async () => {
    const database = await createDatabase()
    await using ledger = await openPostgresLedger({ ...database.options, leaseMs: 60_000 })
    await ledger.append(entry('r1'))
    await takeOver(database)
    const refused = { code: 'E_LEDGER_FENCED', retryable: false }
    await expect(ledger.append(entry('r2'))).rejects.toMatchObject(refused)
    await database.ask('DELETE FROM kedge.leader')
    await expect(ledger.append(entry('r3'))).rejects.toMatchObject(refused)
    expect(await ledger.verify()).toMatchObject({ intact: true, records: 1 })
    expect(await database.ask('SELECT key FROM kedge.document')).toEqual([{ key: 'r1' }])
  })

  it('a takeover waits for an append that is under way, and has it in the chain', async () => {
    const database = await createDatabase()
    await using old = await openPostgresLedger({ ...database.options, leaseMs: 60_000 })
    await old.append(entry('r0'))
    const appends = Promise.allSettled(Array.from({ length: 50 }, (_, index) => old.append(entry(`a${index}`))))
    await database.ask('UPDATE kedge.leader SET until = now()')
    await using next = await openPostgresLedger(database.options)
    const kept = (await appends).filter(({ status }) => status === 'fulfilled').length
    await next.append(entry('n1'))
    expect(await next.verify()).toMatchObject({ intact: true, records: kept + 2 })
    await expect(old.append(entry('late'))).rejects.toMatchObject({ code: 'E_LEDGER_FENCED' })
  })

  it('a renewal that is refused ends the right to write, and giving up does not touch what is another’s', async () => {
    const database = await createDatabase()
    const ledger = await openPostgresLedger({ ...database.options, leaseMs: 150 })
    await takeOver(database)
    await expect(ledger.append(entry('r1'))).rejects.toMatchObject({ code: 'E_LEDGER_FENCED' })
    await ledger[Symbol.asyncDispose]()
    expect(await database.ask('SELECT number, holder, until > now() AS held FROM kedge.leader')).toEqual([
      { number: '2', holder: 'other', held: true },
    ])
  })

  it('one whose machine is gone amid an append is taken over from, however short a statement may wait', { timeout: 30_000 }, async () => {
    const database = await createDatabase()
    await using proxy = await startProxy(database.address.port)
    const gone = await openPostgresLedger({ ...database.options, address: addressOf(proxy.through(database.url)), leaseMs: 1_500 })
    const held = Promise.withResolvers<unknown>()
    proxy.cut = (sent) => {
      if (/COMMIT\0/.test(sent)) held.resolve(undefined)
      return /COMMIT\0/.test(sent) ? 'hold' : undefined
    }
    const lost = gone.append(entry('r1')).catch((fault: unknown) => fault)
    await held.promise
    await using next = await openPostgresLedger({ ...database.options, statementTimeoutMs: 200 })
    await next.append(entry('r2'))
    expect(await next.verify()).toMatchObject({ intact: true, records: 1 })
    proxy.cut = () => undefined
    expect(await lost).toMatchObject({ code: 'E_LEDGER_FENCED' })
    await gone[Symbol.asyncDispose]()
  })

  it('an import that somebody has taken over from leaves nothing', async () => {
    const from = createMemoryLedger({ clock: { now: () => 7 } })
    await from.append(Array.from({ length: 600 }, (_, index) => releaseEntry(aRelease({ key: `r${index}` }))))
    const database = await createDatabase()
    await using ledger = await openPostgresLedger({ ...database.options, leaseMs: 60_000 })
    async function* overtaken() {
      for await (const record of from.records()) {
        if (record.sequence === 600) await takeOver(database)
        yield record
      }
    }
    await expect(ledger.importChain({ after: undefined, records: overtaken() })).rejects.toMatchObject({ code: 'E_LEDGER_FENCED' })
    expect(await database.ask('SELECT count(*)::int AS count FROM kedge.record')).toEqual([{ count: 0 }])
  })

  it('records that somebody wrote without a number are not written over: the writer has lost its place', async () => {
    const database = await createDatabase()
    await using ledger = await openPostgresLedger(database.options)
    await ledger.append(entry('r1'))
    await database.ask(`INSERT INTO kedge.record SELECT 2, at, kind, 'stray', event, document, hash FROM kedge.record`)
    await expect(ledger.append(entry('r2'))).rejects.toMatchObject({ code: 'E_LEDGER_LOST' })
    expect(await ledger.verify()).toMatchObject({ intact: false, sequence: 2 })
  })

  it('a reader beside a writer sees what was appended, and cannot write', async () => {
    const { options } = await createDatabase()
    await using writer = await openPostgresLedger(options)
    await writer.append(entry('r1'))
    await using reader = await readPostgresLedger(options)
    await writer.append(entry('r2'))
    expect((await reader.load('release', { limit: 9 })).map(({ key }) => key)).toEqual(['r2', 'r1'])
    expect(await reader.verify()).toEqual(await writer.verify())
    await expect(reader.append(entry('r3'))).rejects.toMatchObject({ code: 'E_LEDGER_WRITE', retryable: false })
  })

  it('what is waiting is written by close; afterwards nothing is taken', async () => {
    const { options } = await createDatabase()
    const ledger = await openPostgresLedger(options)
    const appended = ledger.append(entry('r1'))
    await Promise.all([ledger[Symbol.asyncDispose](), ledger[Symbol.asyncDispose]()])
    await appended
    await expect(ledger.append(entry('r2'))).rejects.toMatchObject({ code: 'E_LEDGER_WRITE' })
    await using again = await openPostgresLedger(options)
    expect(await again.head()).toMatchObject({ sequence: 1 })
  })
})
