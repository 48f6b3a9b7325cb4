import { describe, expect, it } from 'vitest'
import {
  openPostgresLedger,
  type PostgresLedger,
  type PostgresLedgerOptions,
} from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { createVirtualClock } from '../../../../src/adapters/replay/virtual-clock.ts'
import { tellLedger } from '../../../../src/service/tell-ledger.ts'
import { entry } from '../../../contract/ledger-documents.ts'
import { addressOf, createDatabase, hasPostgres, type TestDatabase } from '../../../postgres/database.ts'
import { startProxy } from '../../../postgres/proxy.ts'
import { refusal } from '../../../postgres/refusal.ts'
import { rememberLog } from '../../../remember-log.ts'
import { until } from '../../../until.ts'

const STATES = [
  ['53100', 'the disk of the server is full'],
  ['53200', 'the server is out of memory'],
  ['58000', 'the system of the server reports a fault'],
  ['58030', 'the disk of the server reports an error'],
  ['58P01', 'a file of the server is missing'],
  ['XX000', 'the server reports a fault of its own'],
] as const

/** Every statement goes through, and the server refuses the end of the transaction. */
const failAtCommit = ({ ask }: TestDatabase, state: string, when: string) =>
  ask(`CREATE SEQUENCE attempts;
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM nextval('attempts'); RAISE EXCEPTION 'no' USING ERRCODE = '${state}'; END $$;
    CREATE CONSTRAINT TRIGGER fails AFTER ${when} EXECUTE FUNCTION fail()`)
const ofRecord = (key: string) => `INSERT ON kedge.record DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.key = '${key}')`
const OF_RENEWAL = 'UPDATE ON kedge.leader DEFERRABLE INITIALLY DEFERRED FOR EACH ROW'

/** By what a sequence counts, which no transaction takes back. */
async function attempts({ ask }: TestDatabase): Promise<number> {
  const [row] = await ask('SELECT last_value::int AS count FROM attempts')
  return Number(row?.['count'])
}

const keysOf = async ({ ask }: TestDatabase) => (await ask('SELECT key FROM kedge.record ORDER BY sequence')).map(({ key }) => key)

const saysOf = (ledger: PostgresLedger, words: string) =>
  until(() => (ledger.trouble?.()?.includes(words) ? ledger.trouble() : undefined), { what: `it says ${words}`, timeoutMs: 10_000 })

/** Its lease is long: what is sent is what the test does. */
const opened = ({ options }: TestDatabase, more: Partial<PostgresLedgerOptions> = {}) =>
  openPostgresLedger({ ...options, leaseMs: 60_000, ...more })

/** What became of each, as far as it is known. */
function watched(appends: readonly Promise<void>[]): readonly string[] {
  const ends: string[] = []
  for (const one of appends)
    one.then(
      () => ends.push('kept'),
      (fault: Error) => ends.push(fault.message),
    )
  return ends
}

describe.runIf(hasPostgres)('a server that reports a fault of its own as a transaction is committed', () => {
  it.each(STATES)(
    'with %s leaves the append pending, with its words for people, and nothing else is written; once it is over each is there once',
    async (state, words) => {
      const database = await createDatabase()
      await using ledger = await opened(database)
      await ledger.append(entry('r0'))
      await failAtCommit(database, state, ofRecord('r1'))
      const appends = [ledger.append(entry('r1'))]
      const told = await saysOf(ledger, `1 record(s) were being committed, and it is not known whether they were: ${words} (${state}: no)`)
      expect(told).toMatch(/^E_LEDGER_UNREACHABLE: ledger /)
      // Nothing stands in the way of this one but the other.
      appends.push(ledger.append(entry('r2')))
      const ends = watched(appends)
      const before = await attempts(database)
      await until(async () => ((await attempts(database)) > before ? true : undefined), { what: 'it is sent again', timeoutMs: 10_000 })
      expect([ends, await keysOf(database)]).toEqual([[], ['r0']])
      await database.ask('DROP TRIGGER fails ON kedge.record')
      await Promise.all(appends)
      expect(await keysOf(database)).toEqual(['r0', 'r1', 'r2'])
      expect(await ledger.verify()).toMatchObject({ intact: true, records: 3 })
      expect(ledger.trouble?.()).toBeUndefined()
    },
  )

  it.each(STATES)('with %s, though it was kept, has each record once, and the append is told as kept', async (state) => {
    const database = await createDatabase()
    await using proxy = await startProxy(database.address.port)
    await using ledger = await opened(database, { address: addressOf(proxy.through(database.url)) })
    await ledger.append(entry('r0'))
    let refused = 0
    proxy.cut = (sent) => {
      if (refused > 0 || !sent.includes('COMMIT\0')) return undefined
      refused += 1
      return (answer) => answer(refusal(state))
    }
    await ledger.append(entry('r1'))
    await ledger.append(entry('r2'))
    expect([refused, await keysOf(database)]).toEqual([1, ['r0', 'r1', 'r2']])
    expect(await ledger.verify()).toMatchObject({ intact: true, records: 3 })
  })

  it('is told by the log, with the code, and so is its end', async () => {
    const database = await createDatabase()
    await using ledger = await opened(database)
    const clock = createVirtualClock(0)
    const { logger, lines } = rememberLog()
    using _telling = tellLedger({ store: ledger, clock, logger })
    const pass = () => clock.advanceTo(clock.now() + 10_000, async () => undefined)
    await failAtCommit(database, '53100', ofRecord('r1'))
    const append = ledger.append(entry('r1'))
    const error = await saysOf(ledger, '53100')
    await pass()
    await database.ask('DROP TRIGGER fails ON kedge.record')
    await append
    await pass()
    expect(lines).toMatchObject([
      { level: 'warn', fields: { code: 'E_LEDGER_UNREACHABLE', error } },
      { level: 'info', message: 'the ledger can be written again' },
    ])
  })

  it('is not waited for by a ledger that is closed: what is not known is told as that, and why', async () => {
    const database = await createDatabase()
    const ledger = await opened(database)
    await failAtCommit(database, '58030', ofRecord('r1'))
    const append = ledger.append(entry('r1'))
    const message = expect.stringMatching(
      /it is not known whether they were: the disk of the server reports an error \(58030: no\)$/,
    ) as string
    const told = append.catch((fault: unknown) => fault)
    await saysOf(ledger, '58030')
    await ledger[Symbol.asyncDispose]()
    expect(await told).toMatchObject({ code: 'E_LEDGER_UNREACHABLE', retryable: false, message })
  })

  it('and as a right is renewed is told with its words, and the renewal is tried again', async () => {
    const database = await createDatabase()
    await using ledger = await opened(database, { leaseMs: 600 })
    await failAtCommit(database, '53100', OF_RENEWAL)
    await saysOf(ledger, 'it is not known whether the transaction was committed: the disk of the server is full (53100: no)')
    await database.ask('DROP TRIGGER fails ON kedge.leader')
    await until(() => (ledger.trouble?.() === undefined ? true : undefined), { what: 'its end', timeoutMs: 10_000 })
    expect(() => ledger.assertMayAct()).not.toThrow()
  })
})
