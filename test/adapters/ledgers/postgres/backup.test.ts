import { access, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { verifyExport } from '../../../../src/adapters/ledgers/chain/export.ts'
import { openPostgresLedger, readPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { addressOf, createDatabase, hasPostgres } from '../../../postgres/database.ts'
import { startProxy } from '../../../postgres/proxy.ts'

describe.runIf(hasPostgres)('a backup of a ledger in PostgreSQL', () => {
  it('that breaks half-way leaves no file; what is there already is told as that, and the next try goes through', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kedge-postgres-backup-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const file = join(folder, 'backup.jsonl')
    const database = await createDatabase()
    {
      await using ledger = await openPostgresLedger(database.options)
      await ledger.append(Array.from({ length: 1_200 }, (_, index) => releaseEntry(aRelease({ key: `r${index}` }))))
    }
    await using proxy = await startProxy(database.address.port)
    await using reader = await readPostgresLedger({ ...database.options, address: addressOf(proxy.through(database.url)) })
    let pages = 0
    proxy.cut = (sent) => (sent.includes('sequence > $1') && ++pages === 2 ? 'before' : undefined)
    await expect(reader.backup(file)).rejects.toMatchObject({ code: 'E_LEDGER_UNREACHABLE' })
    expect(await readdir(folder)).toEqual([])
    await reader.backup(file)
    expect(await verifyExport((await readFile(file, 'utf8')).split('\n'))).toMatchObject({ intact: true, records: 1_200 })
    expect([await readdir(folder), (await stat(file)).mode & 0o777]).toEqual([['backup.jsonl'], 0o600])
    await expect(reader.backup(file)).rejects.toThrow('there is a file of that name already')
    await access(file)
  })
})
