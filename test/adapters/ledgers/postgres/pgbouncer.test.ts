import { expect, it } from 'vitest'
import { verifyExport } from '../../../../src/adapters/ledgers/chain/export.ts'
import { openPostgresLedger, type PostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { linesOf } from '../../../../src/cli/commands/ledger/place.ts'
import { describeInbox } from '../../../contract/inbox.ts'
import { describeArchive } from '../../../contract/ledger-archive.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { describeNaming } from '../../../contract/ledger-naming.ts'
import { describeLedger } from '../../../contract/ledger.ts'
import { describeBehindPgBouncer, hasPgBouncer } from './behind-pgbouncer.ts'

it.runIf(process.env['KEDGE_TEST_PGBOUNCER'] === 'required')('PgBouncer is here, so that its tests are not left out', () => {
  expect(hasPgBouncer).toBe(true)
})

describeBehindPgBouncer((createBehind) => {
  const openBehind = async (): Promise<PostgresLedger> => openPostgresLedger((await createBehind()).options)

  const name = 'the ledger in PostgreSQL, behind PgBouncer'
  describeLedger({ name, open: openBehind, verifyBackup: (file) => verifyExport(linesOf(file)) })
  describeNaming(name, openBehind)
  describeArchive(name, openBehind)
  describeInbox({ name, open: openBehind })

  it('appends, reads and renewals at the same time share connections, and each append is there once', { timeout: 60_000 }, async () => {
    await using ledger = await openBehind()
    const keys = Array.from({ length: 200 }, (_, index) => `r${index}`)
    await Promise.all(
      keys.flatMap((key) => [ledger.append([releaseEntry(aRelease({ key }))]), ledger.load('release', { limit: 5 }), ledger.head()]),
    )
    expect((await Array.fromAsync(ledger.records())).map(({ key }) => key)).toEqual(keys)
    expect(await ledger.verify()).toMatchObject({ intact: true, records: keys.length })
  })
})
