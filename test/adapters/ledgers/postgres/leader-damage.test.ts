import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { createDatabase, hasPostgres, type TestDatabase } from '../../../postgres/database.ts'
import { startPostgres } from '../../../postgres/server.ts'
import { until } from '../../../until.ts'
import { openReplica } from './open-replica.ts'

const entry = (key: string) => [releaseEntry(aRelease({ key }))]
const soon = (what: string) => ({ what, timeoutMs: 20_000 })

/** Lets the server say this wherever somebody renews the right to lead. */
async function failing({ ask }: TestDatabase, state: string): Promise<() => Promise<unknown>> {
  await ask(`CREATE FUNCTION kedge.fails() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${state}'; END $$;
    CREATE TRIGGER fails BEFORE UPDATE ON kedge.leader FOR EACH STATEMENT EXECUTE FUNCTION kedge.fails()`)
  return () => ask('DROP TRIGGER fails ON kedge.leader')
}

/** What was asked for is what each test does, and each renews its right some times a second. */
const OPENED = [
  ['of one that has the whole ledger', async (database: TestDatabase) => openPostgresLedger({ ...database.options, leaseMs: 300 })],
  [
    'of a replica',
    async (database: TestDatabase) => {
      const replica = await openReplica({ ...database.options, leaseMs: 600 }, 'one')
      return { ...replica.store, [Symbol.asyncDispose]: () => replica[Symbol.asyncDispose]() }
    },
  ],
] as const

describe.runIf(hasPostgres).each(OPENED)('where the right to lead is kept, %s', (_, open) => {
  it.each(['XX001', 'XX002'])('damage (%s) is told as that, and ends it as damage of the journal does', async (state) => {
    const database = await createDatabase()
    await using ledger = await open(database)
    await failing(database, state)
    const broken = { code: 'E_LEDGER_BROKEN', retryable: false, message: expect.stringContaining(`${state}: no`) as string }
    expect(await ledger.lost).toMatchObject(broken)
    expect(ledger.trouble?.()).toContain('E_LEDGER_BROKEN')
    expect(() => ledger.assertMayAct()).toThrow(expect.objectContaining(broken))
  })

  it.each([
    ['58030', 'the disk of the server reports an error'],
    ['58P01', 'a file of the server is missing'],
  ])('a server that cannot read its files (%s) is told, tried again, and used once it is well', async (state, words) => {
    const database = await createDatabase()
    await using ledger = await open(database)
    const mend = await failing(database, state)
    await until(() => (ledger.trouble?.()?.includes(`${words} (${state}: no)`) ? true : undefined), soon('the trouble'))
    expect(ledger.trouble?.()).toMatch(/^E_LEDGER_DISK: /)
    expect(await Promise.race([ledger.lost, Promise.resolve('goes on')])).toBe('goes on')
    await mend()
    await until(() => (ledger.trouble?.() === undefined ? true : undefined), soon('its end'))
  })
})

describe.runIf(hasPostgres)('a page of kedge.leader that is damaged on the disk', () => {
  it('ends who reads it; emptied while nobody leads, it is as good as new', { timeout: 240_000 }, async () => {
    await using server = await startPostgres(['fsync = on'])
    const database = await createDatabase(server.url())
    await using replica = await openReplica(database.options, 'one')
    await replica.led.get('east')?.(() => replica.store.append(entry('r1')))
    const [place] = await database.ask(`SELECT current_setting('data_directory') AS folder, pg_relation_filepath('kedge.leader') AS file`)
    await server.stop()
    const file = join(String(place?.['folder']), String(place?.['file']))
    writeFileSync(file, readFileSync(file).fill(0xa5, 0, 4_096))
    await server.start()
    const broken = { code: 'E_LEDGER_BROKEN', message: expect.stringMatching(/XX001: invalid page in block 0/) as string }
    expect(await replica.store.lost).toMatchObject(broken)
    await expect(openPostgresLedger(database.options)).rejects.toMatchObject(broken)
    await database.ask('TRUNCATE kedge.leader, kedge.replica')
    await using next = await openReplica(database.options, 'two')
    await next.led.get('east')?.(() => next.store.append(entry('r2')))
    expect(await next.store.verify()).toMatchObject({ intact: true, records: 2 })
  })
})
