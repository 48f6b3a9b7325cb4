import { describe, expect, it } from 'vitest'
import { openPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { entry } from '../../../contract/ledger-documents.ts'
import { createDatabase, hasPostgres } from '../../../postgres/database.ts'

/** What a standby has not got that was behind when it took over. */
const withoutTheTail = (last: number): string =>
  `SET session_replication_role = replica;
  DELETE FROM kedge.record WHERE sequence > ${last}; DELETE FROM kedge.document WHERE sequence > ${last}`

describe.runIf(hasPostgres)('a server that has lost what it had acknowledged', () => {
  it.each([3, 0])('is written to no more by a memory that knows more; who reads it anew goes on after record %i', async (last) => {
    const database = await createDatabase()
    await using ledger = await openPostgresLedger({ ...database.options, leaseMs: 60_000 })
    for (let turn = 1; turn <= 5; turn += 1) await ledger.append(entry(`r${turn}`))
    await database.ask(withoutTheTail(last))
    const refused = { code: 'E_LEDGER_LOST', retryable: false }
    await expect(ledger.append(entry('after'))).rejects.toMatchObject(refused)
    await expect(ledger.lost).resolves.toMatchObject(refused)
    await expect(ledger.append(entry('after'))).rejects.toMatchObject(refused)
    expect(() => ledger.assertMayAct()).toThrow(expect.objectContaining({ code: 'E_LEDGER_LOST' }) as Error)
    await database.ask('UPDATE kedge.leader SET until = now()')
    await using anew = await openPostgresLedger(database.options)
    await anew.append(entry('anew'))
    expect(await anew.verify()).toMatchObject({ intact: true, records: last + 1 })
  })

  it('is not one that was told to forget: each append asks that it is forced to the disk, whatever the default', async () => {
    const database = await createDatabase()
    await database.ask(`ALTER DATABASE ${database.address.database} SET synchronous_commit = off`)
    await using ledger = await openPostgresLedger(database.options)
    await database.ask(`CREATE TABLE asked (commits text);
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO asked VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$;
      CREATE TRIGGER notes BEFORE INSERT ON kedge.document FOR EACH ROW EXECUTE FUNCTION note()`)
    await ledger.append(entry('r1'))
    expect(await database.ask('SELECT commits FROM asked')).toEqual([{ commits: 'on' }])
  })
})
