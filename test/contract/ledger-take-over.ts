import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { exportLedger, readExport, verifyExport } from '../../src/adapters/ledgers/chain/export.ts'
import { linesOf } from '../../src/cli/commands/ledger/place.ts'
import type { LedgerRecord } from '../../src/ports/ledger.ts'
import { aRelease, anEffect, effectEntry, releaseEntry } from './ledger-documents.ts'
import { keys, read, records, type LedgerUnderTest } from './ledger-reading.ts'

async function* asyncOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

/** What leaves a ledger whole comes into another one whole: imports, exports, backups. */
export function takeOverContract({ open, verifyBackup }: LedgerUnderTest): void {
  it('takes over the chain of another ledger with its times and hashes, and goes on from there', async () => {
    await using from = await open()
    await from.append([releaseEntry(aRelease({ key: 'r1' })), effectEntry(anEffect({ key: 'e1' }))])
    await from.append([releaseEntry(aRelease({ key: 'r1', recurrence: 2, state: 'ended', outcome: 'restored', endedAt: 9 }))])
    await using to = await open()
    await to.importChain({ after: await from.archived(), records: from.records() })
    expect(await records(to)).toEqual(await records(from))
    expect(await to.verify()).toEqual(await from.verify())
    expect([await keys(to, { limit: 9, open: false }), (await read(to, 'r1'))?.recurrence]).toEqual([['r1'], 2])
    const next = [releaseEntry(aRelease({ key: 'r2' }))]
    await to.append(next)
    expect(await to.verify()).toMatchObject({ intact: true, records: 4 })
    await expect(to.importChain({ after: undefined, records: from.records() })).rejects.toMatchObject({ code: 'E_LEDGER_NOT_EMPTY' })
    expect(await to.head()).toMatchObject({ sequence: 4 })
  })

  it('takes over what is left of a chain whose beginning was archived, and says after which record it goes on', async () => {
    await using from = await open()
    await from.append(['r1', 'r2', 'r3'].map((key) => releaseEntry(aRelease({ key }))))
    const [first, ...rest] = await records(from)
    const after = { sequence: 1, hash: first?.hash ?? '' }
    await using to = await open()
    await to.importChain({ after, records: asyncOf(rest) })
    expect(await to.archived()).toEqual(after)
    expect(await to.verify()).toMatchObject({ intact: true, records: 2, after })
    await to.append([releaseEntry(aRelease({ key: 'r4' }))])
    expect((await to.head())?.sequence).toBe(4)
    expect(await from.archived()).toBeUndefined()
  })

  it.each<[string, string, (chain: LedgerRecord[]) => LedgerRecord[]]>([
    ['a changed record', 'E_LEDGER_BROKEN', ([a, b, c]) => [a, { ...b, at: 1 }, c] as LedgerRecord[]],
    ['a missing record', 'E_LEDGER_BROKEN', ([a, , c]) => [a, c] as LedgerRecord[]],
    ['a kind that it does not know', 'E_LEDGER_NEWER', ([a, b]) => [a, { ...b, kind: 'wish' }] as LedgerRecord[]],
    ['a document that it could not read', 'E_LEDGER_DOCUMENT', ([a, b]) => [a, { ...b, document: {} }] as LedgerRecord[]],
  ])('takes over nothing of a chain with %s', async (_what, code, spoil) => {
    await using from = await open()
    await from.append(['r1', 'r2', 'r3'].map((key) => releaseEntry(aRelease({ key }))))
    await using to = await open()
    const spoilt = asyncOf(spoil(await records(from)))
    await expect(to.importChain({ after: undefined, records: spoilt })).rejects.toMatchObject({ code })
    expect([await records(to), await to.head()]).toEqual([[], undefined])
    await to.append([releaseEntry(aRelease({ key: 'r1' }))])
    expect(await to.verify()).toMatchObject({ intact: true, records: 1 })
  })

  it('what clusters have sent ends no line of an export or a backup', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kedge-export-'))
    try {
      await using ledger = await open()
      const hostile = `LS \u2028 PS \u2029 CR \r LF \n NEL \u0085 ${'long '.repeat(300_000)}`
      await ledger.append([
        releaseEntry(aRelease({ key: 'a\u2028\r\nb', images: [hostile] }), 'c\u2029d'),
        releaseEntry(aRelease({ key: 'r2' })),
      ])
      const verdict = await ledger.verify()
      const [file, copy] = [join(folder, 'export'), join(folder, 'backup')] as const
      await writeFile(file, exportLedger(ledger))
      expect(await verifyExport(linesOf(file))).toEqual(verdict)
      await using to = await open()
      await to.importChain(await readExport(linesOf(file)))
      expect(await to.verify()).toEqual(verdict)
      await ledger.backup(copy)
      expect(await verifyBackup(copy)).toEqual(verdict)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('a backup holds what was appended, verifies alone, and overwrites nothing', async () => {
    await using ledger = await open()
    const folder = mkdtempSync(join(tmpdir(), 'kedge-backup-'))
    try {
      const file = join(folder, 'backup')
      await ledger.append([releaseEntry(aRelease({ key: 'r1' }))])
      await ledger.backup(file)
      const verdict = await ledger.verify()
      await ledger.append([releaseEntry(aRelease({ key: 'r2' }))])
      expect(await verifyBackup(file)).toEqual(verdict)
      await expect(ledger.backup(file)).rejects.toMatchObject({ code: 'E_LEDGER_WRITE' })
      expect(await verifyBackup(file)).toEqual(verdict)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
}
