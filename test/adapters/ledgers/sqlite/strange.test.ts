import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { linkAfter } from '../../../../src/adapters/ledgers/chain/row.ts'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { canonicalJson } from '../../../../src/domain/canonical-json.ts'
import type { Ledger } from '../../../../src/ports/ledger.ts'
import { openLedger } from '../../../../src/reconcile/ledger/open-ledger.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { countingClock, tempFolder } from './temp.ts'

/** Opens a ledger whose one release another program wrote: the chain and the index hold, whatever the document says. */
async function openStrange(document: object, written = 'release'): Promise<Ledger> {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await createSqliteLedger({ path, clock: countingClock() }).close()
  const database = new DatabaseSync(path)
  const index = { subject: 'east/shop/web', open: 1, since: 1_000 } as const
  const row = { kind: written as 'release', key: 'r1', event: 'failed', document: canonicalJson(document), index } as const
  const { sequence, at, kind, key, event, hash } = linkAfter(undefined, row, 1)
  database.prepare('INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?)').run(sequence, at, kind, key, event, row.document, hash)
  database.prepare('INSERT INTO document VALUES (?, ?, 1, 1, ?, ?, ?)').run(kind, key, index.subject, index.open, index.since)
  database.close()
  await using store = createSqliteLedger({ path, clock: countingClock() })
  // As a start does, which is not found by names.
  expect(await store.verify(() => undefined)).toMatchObject({ intact: true, records: 1 })
  return await openLedger(store)
}

it.each([
  ['of the schema of today', { $version: 1 }],
  ['of the time before versions', {}],
])('a document that does not fit its schema is refused at the start, by its name and the field: %s', async (_, version) => {
  await expect(openStrange({ ...aRelease({ key: 'r1' }), images: 'web:1', ...version })).rejects.toMatchObject({
    code: 'E_LEDGER_DOCUMENT',
    message: expect.stringMatching(/release r1 does not fit its schema: images/) as string,
  })
})

it('a kind of document that only a newer program knows is refused by name, at the start and where all is verified', async () => {
  const refused = { code: 'E_LEDGER_NEWER', message: expect.stringContaining('forecast') as string }
  await expect(openStrange(aRelease({ key: 'r1' }), 'forecast')).rejects.toMatchObject(refused)
})

it('a document of a newer program is refused at the start', async () => {
  await expect(openStrange({ ...aRelease({ key: 'r1' }), $version: 2 })).rejects.toMatchObject({ code: 'E_LEDGER_NEWER' })
})

it('a release of the first weeks is completed, and what a later program has added to a document stays in it', async () => {
  const { before: _before, stepHash: _stepHash, byTemplate: _byTemplate, waiting: _waiting, ...early } = aRelease({ key: 'r1' })
  const ledger = await openStrange({ ...early, later: 'x' })
  expect(ledger.read('release', 'r1')).toEqual({ ...aRelease({ key: 'r1' }), later: 'x' })
})
