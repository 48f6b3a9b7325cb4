import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { exportLedger, verifyExport } from '../../src/adapters/ledgers/chain/export.ts'
import type { LedgerHead, LedgerStore } from '../../src/ports/ledger.ts'
import { aRelease, anEffect, aRevert, effectEntry, releaseEntry, revertEntry } from './ledger-documents.ts'

const ended = { state: 'ended', outcome: 'restored', endedAt: 9 } as const

/** How every LedgerStore forgets what was archived. */
export function describeArchive(name: string, open: () => LedgerStore | Promise<LedgerStore>): void {
  const headAt = async (ledger: LedgerStore, sequence: number): Promise<LedgerHead> => {
    const record = (await Array.fromAsync(ledger.records())).find((one) => one.sequence === sequence)
    if (!record) throw new Error(`there is no record ${sequence}`)
    return { sequence, hash: record.hash }
  }
  const keys = async (ledger: LedgerStore) => (await ledger.load('release', { limit: 9 })).map(({ key }) => key)

  /** Records 1 to 4 are old. */
  async function aged(): Promise<LedgerStore> {
    const ledger = await open()
    await ledger.append([releaseEntry(aRelease({ key: 'gone', images: ['gone:1'], startedAt: 1 })), effectEntry(anEffect({ key: 'e1' }))])
    await ledger.append([
      releaseEntry(aRelease({ key: 'gone', startedAt: 1, ...ended })),
      releaseEntry(aRelease({ key: 'kept', startedAt: 2 })),
    ])
    await ledger.append([effectEntry(anEffect({ key: 'e1', state: 'done' })), releaseEntry(aRelease({ key: 'kept', startedAt: 2 }))])
    return ledger
  }

  describe(`${name} forgets what was archived`, () => {
    it('the chain goes on after the last record that went, and what is left is as it was', async () => {
      await using ledger = await aged()
      const last = await headAt(ledger, 4)
      await ledger.forget(last)
      expect(await ledger.archived()).toEqual(last)
      expect(await ledger.verify()).toMatchObject({ intact: true, records: 2, after: last })
      expect(await keys(ledger)).toEqual(['kept'])
      expect((await ledger.history('release', 'kept')).map(({ sequence }) => sequence)).toEqual([6])
      expect(await ledger.history('release', 'gone')).toEqual([])
      await ledger.append([releaseEntry(aRelease({ key: 'next', startedAt: 3 }))])
      expect(await ledger.verify()).toMatchObject({ intact: true, records: 3, after: last })
      expect(await ledger.head()).toMatchObject({ sequence: 7 })
    })

    it('what is left is found by what it names, and what went is not', async () => {
      await using ledger = await aged()
      await ledger.forget(await headAt(ledger, 4))
      expect((await ledger.naming('web:1.8.0', 9)).releases.map(({ key }) => key)).toEqual(['kept'])
      expect((await ledger.naming('gone:1', 9)).releases).toEqual([])
      await ledger.append([releaseEntry(aRelease({ key: 'kept', startedAt: 2, recurrence: 2 }))])
      expect((await ledger.naming('web:1.8.0', 9)).releases.map(({ recurrence }) => recurrence)).toEqual([2])
    })

    it('the export of before and the one of after verify as one', async () => {
      await using ledger = await aged()
      const whole = await ledger.verify()
      const before = await Array.fromAsync(exportLedger(ledger, ({ sequence }) => sequence <= 4))
      await ledger.forget(await headAt(ledger, 4))
      const after = await Array.fromAsync(exportLedger(ledger))
      expect(await verifyExport(Readable.from([...before, ...after]))).toEqual(whole)
    })

    it('comes again', async () => {
      await using ledger = await aged()
      await ledger.forget(await headAt(ledger, 4))
      await ledger.append([releaseEntry(aRelease({ key: 'kept', startedAt: 2, ...ended }))])
      const last = await headAt(ledger, 6)
      await ledger.forget(last)
      expect(await ledger.verify()).toMatchObject({ intact: true, records: 1, after: last })
    })

    it.each([
      ['an open release', releaseEntry(aRelease({ key: 'open' }))],
      ['a revert', revertEntry(aRevert({ key: 'revert-1', state: 'ended', outcome: 'declined' }))],
      ['a pending effect', effectEntry(anEffect({ key: 'e2' }))],
    ])('not %s: that is decided on', async (_what, entry) => {
      await using ledger = await aged()
      await ledger.append([entry, releaseEntry(aRelease({ key: 'newer' }))])
      const whole = await ledger.verify()
      await expect(ledger.forget(await headAt(ledger, 7))).rejects.toMatchObject({ code: 'E_INTERNAL' })
      expect([await ledger.verify(), await ledger.archived()]).toEqual([whole, undefined])
    })
  })
}
