import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import type { LedgerVerdict } from '../../../../src/ports/ledger.ts'
import { aRelease, anEffect, effectEntry, releaseEntry } from '../../../contract/ledger-documents.ts'
import { countingClock, tempFolder } from './temp.ts'

const DISARM = ['record_is_not_changed', 'record_is_not_deleted', 'record_grows_by_one', 'document_is_not_deleted']
  .map((trigger) => `DROP TRIGGER ${trigger};`)
  .join('')

/** A ledger of five records, changed behind its back with SQL. */
async function tamper(sql: string, look: (path: string) => unknown): Promise<void> {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  const ledger = createSqliteLedger({ path, clock: countingClock() })
  await ledger.append(['a', 'b', 'c'].map((key) => releaseEntry(aRelease({ key }))))
  await ledger.append([releaseEntry(aRelease({ key: 'a', recurrence: 2 })), effectEntry(anEffect({ key: 'e' }))])
  await ledger.close()
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false })
  database.exec(sql)
  database.close()
  await look(path)
}

async function verify(path: string): Promise<LedgerVerdict> {
  await using ledger = createSqliteLedger({ path, clock: countingClock(), readOnly: true })
  return await ledger.verify()
}

it.each([
  ['a document was edited', `UPDATE record SET document = replace(document, '"shop"', '"shup"') WHERE sequence = 2`, 2],
  ['an event was edited', `UPDATE record SET event = 'restored' WHERE sequence = 3`, 3],
  ['a time was edited', `UPDATE record SET at = at + 1 WHERE sequence = 1`, 1],
  ['a time became a number that JavaScript has none for', `UPDATE record SET at = 9007199254740993 WHERE sequence = 1`, 1],
  ['a hash was flipped', `UPDATE record SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE sequence = 3`, 3],
  ['a row in the middle was deleted', `DELETE FROM record WHERE sequence = 2`, 2],
  ['the first row was deleted', `DELETE FROM record WHERE sequence = 1`, 1],
  [
    'two rows were swapped',
    `UPDATE record SET sequence = -sequence WHERE sequence IN (2, 3);
     UPDATE record SET sequence = 5 + sequence WHERE sequence < 0`,
    2,
  ],
  ['an older document was passed off as the newest', `UPDATE document SET sequence = 1 WHERE kind = 'release' AND key = 'a'`, 4],
  ['a document was hidden', `DELETE FROM document WHERE key = 'b'`, 2],
  ['a release is not found by an image', `DELETE FROM name WHERE sequence = 3 AND term = (SELECT max(term) FROM name)`, 3],
  ['an effect was marked as delivered', `UPDATE document SET open = 0 WHERE kind = 'effect'`, 5],
  ['a release was moved to another Rollout', `UPDATE document SET subject = 'uid-2' WHERE key = 'c'`, 3],
])('verify names the first record that does not hold: %s', async (_, sql, sequence) => {
  await tamper(DISARM + sql, async (path) => expect(await verify(path)).toMatchObject({ intact: false, sequence }))
})

it.each([
  ['the last record was edited', `UPDATE record SET event = 'x' WHERE sequence = 5`],
  ['the last record was deleted', `DELETE FROM record WHERE sequence = 5`],
])('a ledger whose end does not hold is not opened: %s', async (_, sql) => {
  await tamper(DISARM + sql, async (path) => {
    await expect(verify(path)).rejects.toMatchObject({ code: 'E_LEDGER_BROKEN' })
  })
})

it.each([
  `UPDATE record SET event = 'x' WHERE sequence = 1`,
  `DELETE FROM record WHERE sequence = 1`,
  `INSERT OR REPLACE INTO record SELECT 1, at, kind, key, 'x', document, hash FROM record WHERE sequence = 1`,
  `INSERT INTO record SELECT 9, at, kind, key, 'x', document, hash FROM record WHERE sequence = 1`,
  `DELETE FROM document WHERE key = 'a'`,
])('the file itself refuses to be rewritten: %s', async (sql) => {
  await expect(tamper(sql, () => undefined)).rejects.toThrow(/append-only|only grows/)
})
