import { describe, expect, it } from 'vitest'
import { verifyExport } from '../../../../src/adapters/ledgers/chain/export.ts'
import { createMemoryLedger } from '../../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { linesOf } from '../../../../src/cli/commands/ledger/place.ts'
import { describeInbox } from '../../../contract/inbox.ts'
import { describeArchive } from '../../../contract/ledger-archive.ts'
import { describeCheckpoint } from '../../../contract/ledger-checkpoint.ts'
import { aRelease, anEffect, effectEntry, releaseEntry } from '../../../contract/ledger-documents.ts'
import { describeNaming } from '../../../contract/ledger-naming.ts'
import { describePages } from '../../../contract/ledger-pages.ts'
import { describeSubjects } from '../../../contract/ledger-subject.ts'
import { describeLedger } from '../../../contract/ledger.ts'
import { hasPostgres, openFresh } from '../../../postgres/database.ts'
import { countingClock } from '../sqlite/temp.ts'

describe.runIf(hasPostgres)('PostgreSQL', () => {
  describeLedger({
    name: 'the ledger in PostgreSQL',
    open: openFresh,
    verifyBackup: (file) => verifyExport(linesOf(file)),
  })
  describeInbox({ name: 'the inbox in PostgreSQL', open: openFresh })
  describeNaming('the ledger in PostgreSQL', openFresh)
  describeArchive('the ledger in PostgreSQL', openFresh)
  describeSubjects('the ledger in PostgreSQL', openFresh)
  describeCheckpoint('the ledger in PostgreSQL', openFresh, 3)
  describePages('the ledger in PostgreSQL', openFresh)

  it('the same records give the same head in every store', async () => {
    const text = 'NUL \0 half \ud800 pair \u2028 "quoted" \\ {a,b} NULL 日本語'
    const groups = [
      [releaseEntry(aRelease({ key: 'r|日本|1', images: [text, ''] })), effectEntry(anEffect({ key: 'e{"1"}' }))],
      [releaseEntry(aRelease({ key: 'r|日本|1', recurrence: 2 }), 'NULL'), releaseEntry(aRelease({ key: 'null' }), '')],
    ]
    await using memory = createMemoryLedger({ clock: countingClock() })
    await using sqlite = createSqliteLedger({ path: ':memory:', clock: countingClock() })
    await using postgres = await openFresh()
    for (const ledger of [memory, sqlite, postgres]) for (const entries of groups) await ledger.append(entries)
    const head = await memory.head()
    expect(head?.sequence).toBe(4)
    expect(await sqlite.head()).toEqual(head)
    expect(await postgres.head()).toEqual(head)
    expect(await Array.fromAsync(postgres.records())).toEqual(await Array.fromAsync(sqlite.records()))
    expect(await postgres.verify()).toEqual(await sqlite.verify())
  })

  it('takes over a chain of thousands of records, keys that come again in it too', { timeout: 60_000 }, async () => {
    await using memory = createMemoryLedger({ clock: countingClock() })
    await memory.append(Array.from({ length: 1_201 }, (_, index) => releaseEntry(aRelease({ key: `r${index % 700}`, recurrence: index }))))
    await using postgres = await openFresh()
    await postgres.importChain({ after: undefined, records: memory.records() })
    expect(await postgres.verify()).toEqual(await memory.verify())
    const query = { limit: 1_000 }
    expect(await postgres.load('release', query)).toEqual(await memory.load('release', query))
  })
})
