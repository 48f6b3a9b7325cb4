import { describe, expect, it } from 'vitest'
import { openPostgresLedger, type PostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { entry } from '../../../contract/ledger-documents.ts'
import { addressOf, createDatabase, hasPostgres, type TestDatabase } from '../../../postgres/database.ts'
import { startProxy, type Cut, type CuttingProxy } from '../../../postgres/proxy.ts'
import { startPostgres } from '../../../postgres/server.ts'
import { holds } from '../../../until.ts'
import { takeOver } from './leader.ts'

/** A ledger by way of a proxy. Its lease is long: what is sent is what the test does. */
async function behindProxy(database: TestDatabase): Promise<{ ledger: PostgresLedger; proxy: CuttingProxy } & AsyncDisposable> {
  const proxy = await startProxy(database.address.port)
  const address = addressOf(proxy.through(database.url))
  const ledger = await openPostgresLedger({ ...database.options, address, leaseMs: 60_000 })
  return {
    ledger,
    proxy,
    async [Symbol.asyncDispose]() {
      proxy.cut = () => undefined
      await ledger[Symbol.asyncDispose]()
      await proxy[Symbol.asyncDispose]()
    },
  }
}

/** Cuts once, at the first that matches. */
function once(pattern: RegExp, how: Cut, then: () => void = () => undefined): (sent: string) => Cut {
  let isDone = false
  return (sent) => {
    if (isDone || !pattern.test(sent)) return undefined
    isDone = true
    then()
    return how
  }
}

describe.runIf(hasPostgres)('a connection that breaks', () => {
  it.each<[string, Cut, RegExp]>([
    ['when the transaction was committed, and no answer came', 'after', /COMMIT\0/],
    ['before the commit has reached the server', 'before', /COMMIT\0/],
  ])('%s leaves one record, and the append is told as kept', async (_when, how, at) => {
    const database = await createDatabase()
    await using behind = await behindProxy(database)
    await behind.ledger.append(entry('r0'))
    behind.proxy.cut = once(at, how)
    await Promise.all([behind.ledger.append(entry('r1')), behind.ledger.append(entry('r2'))])
    await behind.ledger.append(entry('r3'))
    expect(await behind.ledger.verify()).toMatchObject({ intact: true, records: 4 })
    expect((await database.ask('SELECT key FROM kedge.record ORDER BY sequence')).map(({ key }) => key)).toEqual(['r0', 'r1', 'r2', 'r3'])
  })

  it('is not waited for by a question: it follows what begins its transaction before that is answered', async () => {
    await using behind = await behindProxy(await createDatabase())
    await behind.ledger.append(entry('r1'))
    expect(await behind.ledger.load('release', { limit: 1 })).toHaveLength(1)
    behind.proxy.cut = once(/READ ONLY/, 'hold')
    const asked = behind.ledger.history('release', 'r1').catch((fault: unknown) => fault)
    const isQuestion = (sent: string): boolean => sent.includes('kind = $1 AND key = $2 ORDER BY sequence')
    await holds('the question is sent', () => behind.proxy.sent.some(isQuestion))
    await behind.proxy[Symbol.asyncDispose]()
    expect(await asked).toMatchObject({ code: 'E_LEDGER_UNREACHABLE' })
  })

  it('before anything is to be committed is told at once; nothing was kept, and the next append goes through', async () => {
    await using behind = await behindProxy(await createDatabase())
    behind.proxy.cut = once(/kedge\.record/, 'after')
    await expect(behind.ledger.append(entry('r1'))).rejects.toMatchObject({ code: 'E_LEDGER_UNREACHABLE', retryable: true })
    await behind.ledger.append(entry('r1'))
    expect(await behind.ledger.verify()).toMatchObject({ intact: true, records: 1 })
  })

  it.each(['before', 'after'] as const)(
    '%s any message of an append loses nothing that was acknowledged and doubles nothing',
    async (how) => {
      const database = await createDatabase()
      await using behind = await behindProxy(database)
      const kept: string[] = []
      for (let message = 1; message <= 8; message += 1) {
        let seen = 0
        behind.proxy.cut = () => ((seen += 1) === message ? how : undefined)
        const key = `r${message}`
        await behind.ledger.append(entry(key)).then(
          () => kept.push(key),
          (fault: unknown) => expect(fault).toMatchObject({ code: 'E_LEDGER_UNREACHABLE' }),
        )
      }
      behind.proxy.cut = () => undefined
      expect(kept.length).toBeGreaterThan(3)
      expect((await database.ask('SELECT key FROM kedge.record ORDER BY sequence')).map(({ key }) => key)).toEqual(kept)
      expect(await behind.ledger.verify()).toMatchObject({ intact: true, records: kept.length })
    },
  )

  it('at the commit, while another takes over: what was kept is told as kept, what was not as fenced', async () => {
    for (const [how, expected] of [
      ['after', 'kept'],
      ['before', 'E_LEDGER_FENCED'],
    ] as const) {
      const database = await createDatabase()
      await using behind = await behindProxy(database)
      await behind.ledger.append(entry('r0'))
      const taken = Promise.withResolvers<unknown>()
      behind.proxy.cut = once(/COMMIT\0/, how, () => taken.resolve(undefined))
      // Nobody gets through until the other has it.
      const appended = behind.ledger.append(entry('r1'))
      await taken.promise
      const cut = behind.proxy.cut
      behind.proxy.cut = (sent, connection) => cut(sent, connection) ?? 'before'
      await takeOver(database)
      behind.proxy.cut = () => undefined
      expect(
        await appended.then(
          () => 'kept',
          (fault: { code: string }) => fault.code,
        ),
      ).toBe(expected)
      expect(await database.ask('SELECT count(*)::int AS count FROM kedge.record')).toEqual([{ count: how === 'after' ? 2 : 1 }])
      await expect(behind.ledger.append(entry('r2'))).rejects.toMatchObject({ code: 'E_LEDGER_FENCED' })
    }
  })

  it('and stays away is not waited for by a ledger that is closed: what is not known is told as that', async () => {
    await using behind = await behindProxy(await createDatabase())
    behind.proxy.cut = once(/COMMIT\0/, 'before', () => {
      behind.proxy.cut = () => 'before'
    })
    const appended = behind.ledger.append(entry('r1'))
    const told = { code: 'E_LEDGER_UNREACHABLE', retryable: false, message: expect.stringContaining('not known') as string }
    await Promise.all([expect(appended).rejects.toMatchObject(told), behind.ledger[Symbol.asyncDispose]()])
  })

  it('for a webhook delivery is told, so that it is sent again, and it is accepted once', async () => {
    await using behind = await behindProxy(await createDatabase())
    const delivery = { source: 'github', id: '1', receivedAt: 1, body: '{}' }
    behind.proxy.cut = once(/COMMIT\0/, 'after')
    await expect(behind.ledger.accept(delivery)).rejects.toMatchObject({ code: 'E_LEDGER_UNREACHABLE' })
    expect(await behind.ledger.accept(delivery)).toBe(false)
    expect(await behind.ledger.pending()).toHaveLength(1)
  })

  it(
    'a server that is ended at once and started again, between and amid appends, has each acknowledged record once',
    { timeout: 60_000 },
    async () => {
      await using server = await startPostgres(['fsync = on'])
      const database = await createDatabase(server.url())
      await using ledger = await openPostgresLedger({ ...database.options, leaseMs: 60_000 })
      const kept: string[] = []
      for (let round = 0; round < 4; round += 1) {
        const appends = Array.from({ length: 40 }, async (_, index) => {
          const key = `r${round}-${index}`
          if (index > 5) for (let turn = 0; turn < index; turn += 1) await new Promise(setImmediate)
          await ledger.append(entry(key)).then(
            () => kept.push(key),
            () => undefined,
          )
        })
        await (round % 2 === 0 ? server.kill() : server.stop())
        await server.start()
        await Promise.all(appends)
      }
      await ledger.append(entry('last'))
      const keys = (await database.ask('SELECT key FROM kedge.record ORDER BY sequence')).map(({ key }) => String(key))
      expect(keys.toSorted()).toEqual([...kept, 'last'].toSorted())
      expect(await ledger.verify()).toMatchObject({ intact: true })
    },
  )
})

describe.runIf(hasPostgres)('a server that refuses', () => {
  it.each([
    ['53100', 'disk of the server is full'],
    ['53200', 'out of memory'],
    ['25006', 'takes no writes'],
    ['42501', 'lacks a right'],
  ])('with %s is told in plain words, nothing is kept, and Kedge goes on once it is over', async (state, words) => {
    const database = await createDatabase()
    await using ledger = await openPostgresLedger(database.options)
    await database.ask(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${state}'; END $$;
      CREATE TRIGGER fails BEFORE INSERT ON kedge.document FOR EACH ROW EXECUTE FUNCTION fail()`)
    await expect(ledger.append(entry('r1'))).rejects.toMatchObject({
      code: 'E_LEDGER_WRITE',
      retryable: true,
      message: expect.stringContaining(words) as string,
    })
    await database.ask('DROP TRIGGER fails ON kedge.document')
    await ledger.append(entry('r2'))
    expect(await ledger.verify()).toMatchObject({ intact: true, records: 1 })
  })

  it('a statement that takes longer than it may is ended by the server, and told; nothing is kept', async () => {
    const database = await createDatabase()
    await using ledger = await openPostgresLedger({ ...database.options, statementTimeoutMs: 200 })
    const holding = database.ask(`BEGIN; LOCK TABLE kedge.record; SELECT pg_sleep(1.5); COMMIT`)
    await expect
      .poll(
        () =>
          ledger.append(entry('r1')).then(
            () => 'kept',
            (fault: Error) => fault.message,
          ),
        { timeout: 5_000, interval: 5 },
      )
      .toContain('longer than ledger.statementTimeoutSeconds')
    await holding
    await ledger.append(entry('last'))
    const keys = (await database.ask('SELECT key FROM kedge.record ORDER BY sequence DESC LIMIT 1')).map(({ key }) => key)
    expect(keys).toEqual(['last'])
    expect(await ledger.verify()).toMatchObject({ intact: true })
  })

  it('is asked nothing that outlives a transaction: another connection may be handed out for each', async () => {
    await using behind = await behindProxy(await createDatabase())
    await behind.ledger.append(entry('r1'))
    await behind.ledger.accept({ source: 'github', id: '1', receivedAt: 1, body: '{}' })
    await behind.ledger.verify()
    await behind.ledger.load('release', { limit: 1 })
    const sent = behind.proxy.sent.join('\n')
    expect(sent).toContain('SET LOCAL statement_timeout')
    expect(sent).not.toMatch(/LISTEN|SET (?!LOCAL|sequence|done_at|until|number)|PREPARE|pg_advisory_lock|DECLARE|TEMP/)
    // A statement that is parsed has no name: after the length of its message, four bytes, an empty text ends.
    const parsed = behind.proxy.sent.filter((message) => message.startsWith('P'))
    expect(parsed.length).toBeGreaterThan(3)
    expect(parsed.filter((message) => message[5] !== '\0')).toEqual([])
  })
})
