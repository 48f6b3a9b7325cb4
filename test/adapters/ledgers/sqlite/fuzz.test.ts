import fc from 'fast-check'
import { expect, it } from 'vitest'
import { exportLedger, verifyExport } from '../../../../src/adapters/ledgers/chain/export.ts'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { canonicalJson } from '../../../../src/domain/canonical-json.ts'
import type { LedgerEntry, LedgerKind } from '../../../../src/ports/ledger.ts'
import { aRelease, anEffect, aRevert, effectEntry, releaseEntry, revertEntry } from '../../../contract/ledger-documents.ts'
import { countingClock } from './temp.ts'

/** Of what has changed since the first. */
const VERSIONS: Partial<Record<LedgerKind, number>> = { revert: 2, effect: 4 }

const word = fc.string({ unit: 'binary', maxLength: 12 })
const key = fc.constantFrom('a', 'b', 'c', 'd|1|é')
const entry: fc.Arbitrary<LedgerEntry> = fc.oneof(
  fc
    .tuple(key, word, fc.constantFrom('open', 'ended'), fc.nat(9))
    .map(([k, text, state, startedAt]) =>
      releaseEntry(aRelease({ key: k, author: text, images: [text], startedAt, state: state === 'ended' ? 'ended' : 'failed' })),
    ),
  fc.tuple(key, word, fc.nat(9)).map(([k, text, plannedAt]) => revertEntry(aRevert({ key: k, paths: [text], plannedAt }))),
  fc
    .tuple(key, fc.boolean(), fc.dictionary(word, fc.oneof(word, fc.double({ noNaN: true, noDefaultInfinity: true })), { maxKeys: 4 }))
    .map(([k, done, receipt]) => effectEntry(anEffect({ key: k, state: done ? 'done' : 'pending', receipt }))),
)

it('whatever is appended reads back equal, newest of its key, in an intact chain, also as an export', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(entry, { maxLength: 4 }), { maxLength: 8 }), async (appends) => {
      await using ledger = createSqliteLedger({ path: ':memory:', clock: countingClock() })
      await Promise.all(appends.map((entries) => ledger.append(entries)))
      const written = appends.flat()
      const newest = new Map(written.map((each) => [`${each.kind} ${each.key}`, each]))
      for (const { kind, key: name, document } of newest.values())
        expect(await ledger.load(kind, { key: name, limit: 1 })).toMatchObject([{ document: plain(document) }])
      expect(await Array.fromAsync(ledger.records(), ({ document }) => document)).toEqual(
        written.map(({ kind, document }) => ({ ...(plain(document) as object), $version: VERSIONS[kind] ?? 1 })),
      )
      const verdict = await ledger.verify()
      expect(verdict).toMatchObject({ intact: true, records: written.length })
      expect(await verifyExport(exportLedger(ledger))).toEqual(verdict)
    }),
    { numRuns: 150 },
  )
})

/** What JSON keeps of a value: -0 becomes 0, undefined members go. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

it('canonical JSON has one spelling, which parsing and writing again does not change', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value)
      expect(JSON.parse(text)).toEqual(plain(value))
      expect(canonicalJson(JSON.parse(text))).toBe(text)
    }),
  )
  expect(canonicalJson({ b: 1, a: [undefined, { d: undefined, c: 2 }] })).toBe('{"a":[null,{"c":2}],"b":1}')
})

it('a changed, missing, repeated or cut line of an export is found', async () => {
  await using ledger = createSqliteLedger({ path: ':memory:', clock: countingClock() })
  await ledger.append(['a', 'b', 'c'].map((name) => releaseEntry(aRelease({ key: name }))))
  const lines = (await Array.fromAsync(exportLedger(ledger))) as [string, string, string]
  const [first, second, third] = lines
  const cases: readonly (readonly [readonly string[], number, string])[] = [
    [[first, second.replace('"shop"', '"shup"'), third], 2, 'the record does not match its hash'],
    [[first, third], 2, 'record 2 is missing'],
    [[first, first, second], 2, 'record 2 is missing'],
    [[second, third], 1, 'record 1 is missing'],
    [[first, second, third.slice(0, 40)], 3, 'the line is not a ledger record'],
    [[first, 'null\n'], 2, 'the line is not a ledger record'],
    [[first, '{"sequence":2}\n'], 2, 'the record does not match its hash'],
  ]
  for (const [changed, sequence, what] of cases) expect(await verifyExport(changed)).toEqual({ intact: false, sequence, what })
  expect(await verifyExport(lines)).toMatchObject({ intact: true, records: 3 })
})
