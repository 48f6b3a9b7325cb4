import { describe, expect, it } from 'vitest'
import type { HeldLedger } from '../../src/ports/held-ledger.ts'
import type { LedgerEntry } from '../../src/ports/ledger.ts'
import { resume } from './ledger-checkpoint.ts'
import { aRelease, anEffect, aRevert, effectEntry, releaseEntry, revertEntry } from './ledger-documents.ts'

/** Where one ledger is kept, and somebody who may do anything there. */
export interface TamperedPlace extends AsyncDisposable {
  open(): Promise<HeldLedger>
  /** @param sql of the tables `record`, `document` and `checkpoint` */
  tamper(sql: string): Promise<void>
}

const ENDED = { state: 'ended', outcome: 'restored', endedAt: 9 } as const
const VERSION = { templateKey: 'v', podTemplateHash: 'h', healthyAt: 1, applied: null, images: [] }

/** Decided on are 2, 3, 4, 7 and 8; 1, 5 and 6 are history. */
const BEFORE: readonly LedgerEntry[] = [
  releaseEntry(aRelease({ key: 'old' })),
  { kind: 'version', key: 'v', event: 'seen-healthy', document: VERSION },
  releaseEntry(aRelease({ key: 'open' })),
  releaseEntry(aRelease({ key: 'old', ...ENDED })),
  effectEntry(anEffect({ key: 'done' })),
  effectEntry(anEffect({ key: 'done', state: 'done' })),
  effectEntry(anEffect({ key: 'due' })),
  revertEntry(aRevert({ key: 'revert-1', releases: ['old'] })),
]
const AFTER: readonly LedgerEntry[] = [
  releaseEntry(aRelease({ key: 'after' })),
  { kind: 'card', key: 'after', event: 'card-published', document: { releaseKey: 'after', ref: null, contentHash: 'c' } },
  releaseEntry(aRelease({ key: 'open', recurrence: 2 })),
  effectEntry(anEffect({ key: 'last' })),
]

/** What somebody has changed behind the back of a ledger that begins at its checkpoint is found. */
export function describeTampered(name: string, make: () => Promise<TamperedPlace>): void {
  async function tampered(sql: string): Promise<TamperedPlace> {
    const place = await make()
    await using ledger = await place.open()
    await ledger.append(BEFORE)
    await ledger.keepCheckpoint(await ledger.head())
    await ledger.append(AFTER)
    await ledger[Symbol.asyncDispose]()
    await place.tamper(sql)
    return place
  }

  describe(`${name} that begins at its checkpoint`, () => {
    it('nobody has touched begins there, and holds', async () => {
      await using place = await tampered('SELECT 1')
      await using store = await place.open()
      await using resumed = await resume(store)
      expect(resumed.began).toBe(8)
      await expect.poll(() => resumed.chain()).toMatchObject({ from: undefined, head: { sequence: 12 }, broken: undefined })
      expect(resumed.ledger.pendingEffects().map(({ key }) => key)).toEqual(['due', 'last'])
    })

    it.each([
      [
        'a document that is decided on',
        `UPDATE record SET document = replace(document, '"images":[]', '"images":["x"]') WHERE sequence = 2`,
        2,
      ],
      ['the time of one', 'UPDATE record SET at = at + 1 WHERE sequence = 7', 7],
      ['the hash of one', `UPDATE record SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE sequence = 4`, 4],
      ['the hash before one', `UPDATE record SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE sequence = 1`, 2],
      ['a record that is decided on, which is gone', 'DELETE FROM record WHERE sequence = 7', 7],
      ['the record before one, which is gone', 'DELETE FROM record WHERE sequence = 6', 7],
      ['an older document that is passed off as the newest', `UPDATE document SET sequence = 1 WHERE key = 'old'`, 1],
      ['a document that points at a record of another key', `UPDATE document SET sequence = 3 WHERE key = 'v'`, 3],
      ['one that points at a record of another key after it', `UPDATE document SET sequence = 10 WHERE key = 'v'`, 10],
      ['one that points at no record', `UPDATE document SET sequence = -5 WHERE key = 'v'`, -5],
      ['one that began earlier than it did', `UPDATE document SET first_sequence = 3 WHERE key = 'old'`, 4],
      ['a delivered effect that is passed off as pending', `UPDATE document SET open = 1 WHERE key = 'done'`, 6],
      ['a release that is moved to another Rollout', `UPDATE document SET subject = 'uid-2' WHERE key = 'old'`, 4],
      ['a record after it', `UPDATE record SET event = 'restored' WHERE sequence = 10`, 10],
      ['a record after it, which is gone', 'DELETE FROM record WHERE sequence = 10', 10],
      ['a document after it that is hidden', `DELETE FROM document WHERE kind = 'release' AND key = 'after'`, 9],
      ['a document after it that is passed off as older', `UPDATE document SET sequence = 3 WHERE key = 'open'`, 3],
    ])('refuses before it acts: %s', async (_, sql, sequence) => {
      await using place = await tampered(sql)
      // The first, and the next.
      for (let start = 0; start < 2; start += 1) {
        await using store = await place.open()
        await expect(resume(store)).rejects.toMatchObject({
          code: 'E_LEDGER_BROKEN',
          message: expect.stringContaining(`(record ${sequence})`) as string,
        })
      }
    })

    it.each([
      ['a document that is not decided on', `UPDATE record SET document = replace(document, '"shop"', '"shup"') WHERE sequence = 1`, 1],
      ['the event of one', `UPDATE record SET event = 'restored' WHERE sequence = 5`, 5],
      ['a pending effect that is passed off as delivered', `UPDATE document SET open = 0 WHERE key = 'due'`, 7],
      ['a document that is hidden', `DELETE FROM document WHERE key = 'revert-1'`, 8],
      ['a checkpoint after a record that was changed', `UPDATE record SET event = 'x' WHERE sequence = 6`, 6],
    ])('finds by the walk beside, ends, and refuses the next start before it acts: %s', async (_, sql, sequence) => {
      const refusal = { code: 'E_LEDGER_BROKEN', message: expect.stringContaining(`(record ${sequence})`) as string }
      await using place = await tampered(sql)
      {
        await using store = await place.open()
        await using resumed = await resume(store)
        expect(resumed.began).toBe(8)
        expect(await resumed.broken).toMatchObject(refusal)
        expect(() => resumed.assertIntact()).toThrow(expect.objectContaining(refusal))
        await expect(resumed.ledger.append([releaseEntry(aRelease({ key: 'next' }))])).rejects.toMatchObject(refusal)
        expect(await store.head()).toMatchObject({ sequence: 12 })
      }
      await using store = await place.open()
      await expect(resume(store)).rejects.toMatchObject(refusal)
    })

    it('whose checkpoint was moved to a record that it does not fit walks the whole chain first', async () => {
      await using place = await tampered(`UPDATE checkpoint SET sequence = 7; UPDATE record SET event = 'x' WHERE sequence = 1`)
      await using store = await place.open()
      await expect(resume(store)).rejects.toMatchObject({ code: 'E_LEDGER_BROKEN' })
    })
  })
}
