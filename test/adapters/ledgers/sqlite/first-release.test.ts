import { copyFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { parseDocument } from '../../../../src/adapters/ledgers/chain/documents.ts'
import { exportLedger, verifyExport } from '../../../../src/adapters/ledgers/chain/export.ts'
import { createSqliteLedger, type SqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import type { LedgerKind } from '../../../../src/ports/ledger.ts'
import { openLedger } from '../../../../src/reconcile/ledger/open-ledger.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { countingClock, tempFolder } from './temp.ts'

/**
 * What the program of 0.1.0 wrote while it played its demo (`kedge demo --once --scenario image-bot`): a release fails, its revert is
 * merged and N restored, and a bot pushes the bad tag again.
 */
const WRITTEN = new URL('../../../fixtures/ledger-0.1.0.db', import.meta.url).pathname
const RECORDS = 51
const HEAD = 'e5ca3a6aa99bb1b69d6027c0b4a1e2127060173168144ffe63ec24b2491b48f7'
const CHECKOUT = { cluster: 'demo', namespace: 'shop', name: 'checkout' }

/** A copy of the file with all in it, opened. */
function open(folder: ReturnType<typeof tempFolder>, readOnly = false): SqliteLedger {
  const path = folder.file('ledger.db')
  copyFileSync(WRITTEN, path)
  return createSqliteLedger({ path, clock: countingClock(), readOnly })
}

/** How many documents of each kind the file has. Asked of a copy: even who only reads leaves files beside it. */
function countDocuments(folder: ReturnType<typeof tempFolder>): readonly { kind: LedgerKind; count: number }[] {
  copyFileSync(WRITTEN, folder.file('counted.db'))
  using file = new DatabaseSync(folder.file('counted.db'), { readOnly: true })
  const rows = file.prepare('SELECT kind, count(DISTINCT key) AS count FROM record GROUP BY kind ORDER BY kind').all()
  return rows as unknown as readonly { kind: LedgerKind; count: number }[]
}

it.each([true, false])('a ledger that 0.1.0 wrote verifies, and its export too (read only: %s)', async (readOnly) => {
  using folder = tempFolder()
  await using ledger = open(folder, readOnly)
  const whole = { intact: true, records: RECORDS, head: HEAD }
  expect(await ledger.verify()).toEqual(whole)
  expect(await verifyExport(exportLedger(ledger))).toEqual(whole)
})

it('every document that 0.1.0 wrote is read, the newest of each key and all before it', async () => {
  using folder = tempFolder()
  await using ledger = open(folder)
  const counts = countDocuments(folder)
  expect(counts.map(({ kind }) => kind)).toEqual(['baseline', 'card', 'effect', 'release', 'revert', 'version'])
  for (const { kind, count } of counts) expect(await ledger.load(kind, { limit: RECORDS })).toHaveLength(count)
  let read = 0
  for await (const { kind, key, document } of ledger.records()) {
    expect(document).not.toHaveProperty('$version')
    expect(parseDocument(kind, key, JSON.stringify(document))).toMatchObject(document as object)
    read += 1
  }
  expect(read).toBe(RECORDS)
})

it('what 0.1.0 left undecided and open goes on from its ledger, which takes more records', async () => {
  using folder = tempFolder()
  await using ledger = open(folder)
  await ledger.nameOlder()
  const memory = await openLedger(ledger)
  const releases = memory.releasesOf(CHECKOUT)
  const inTurn = releases.toSorted((one, other) => one.startedAt - other.startedAt)
  const told = inTurn.map(({ state, outcome, recurrence, decision }) => [state, outcome, recurrence, decision?.action])
  expect(told).toEqual([
    ['ended', 'promoted', 0, undefined],
    ['ended', 'restored', 1, 'open-revert'],
    ['failed', 'open', 2, 'notify'],
  ])
  expect(memory.reverts({ open: true })).toEqual([])
  expect(memory.pendingEffects()).toEqual([])
  const failed = releases.filter(({ recurrence }) => recurrence > 0).map(({ key }) => key)
  for (const key of failed) expect(memory.read('card', key)?.ref).not.toBeNull()
  const { releases: named } = await ledger.naming('checkout:v1.8.0', 9)
  expect(named.map(({ key }) => key).toSorted()).toEqual(failed.toSorted())
  await memory.append([releaseEntry(aRelease({ key: 'r1' }))])
  expect(await ledger.verify()).toMatchObject({ intact: true, records: RECORDS + 1 })
})

it('a ledger that 0.1.0 wrote is taken into another one, hashes unchanged', async () => {
  using folder = tempFolder()
  await using ledger = open(folder, true)
  await using other = createSqliteLedger({ path: folder.file('other.db'), clock: countingClock() })
  await other.importChain({ after: undefined, records: ledger.records() })
  expect(await other.verify()).toEqual({ intact: true, records: RECORDS, head: HEAD })
})

it('once it was opened to write, the file says that it is of a schema that 0.1.0 refuses as newer', async () => {
  using folder = tempFolder()
  await open(folder).close()
  using file = new DatabaseSync(folder.file('ledger.db'), { readOnly: true })
  // All that 0.1.0 asks: it knows one, and tells a higher one as E_LEDGER_NEWER before it reads any document.
  expect(file.prepare(`SELECT value FROM meta WHERE name = 'schema'`).get()?.['value']).toBeGreaterThan(1)
})
