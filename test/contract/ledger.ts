import { describe, expect, it } from 'vitest'
import type { LedgerPlace, NewestDocument } from '../../src/ports/ledger.ts'
import { createJournal } from '../../src/reconcile/environment.ts'
import { openLedger } from '../../src/reconcile/ledger/open-ledger.ts'
import { aRelease, anEffect, effectEntry, releaseEntry } from './ledger-documents.ts'
import { keys, read, records, type LedgerUnderTest } from './ledger-reading.ts'
import { takeOverContract } from './ledger-take-over.ts'

/** What every LedgerStore keeps to. */
export function describeLedger({ name, open, verifyBackup }: LedgerUnderTest): void {
  describe(`${name} as a LedgerStore`, () => {
    it('loads what append returned for, and nothing for a key it never saw', async () => {
      await using ledger = await open()
      const release = aRelease({ key: 'r1' })
      await ledger.append([releaseEntry(release)])
      expect(await read(ledger, 'r1')).toEqual(release)
      expect(await read(ledger, 'r2')).toBeUndefined()
      expect(await ledger.load('version', { key: 'r1', limit: 1 })).toEqual([])
    })

    it('tells its newest records, newest first, and those before one that was told', async () => {
      await using ledger = await open()
      expect(await ledger.newest({ limit: 10 })).toEqual([])
      for (const key of ['a', 'b', 'c']) await ledger.append([releaseEntry(aRelease({ key }))])
      const all = (await records(ledger)).toReversed()
      expect(await ledger.newest({ limit: 10 })).toEqual(all)
      expect(await ledger.newest({ limit: 2 })).toEqual(all.slice(0, 2))
      expect(await ledger.newest({ before: 2, limit: 2 })).toEqual(all.slice(2))
      expect(await ledger.newest({ before: 1, limit: 2 })).toEqual([])
    })

    it('keeps the newest document of a key and its whole history', async () => {
      await using ledger = await open()
      await ledger.append([releaseEntry(aRelease({ key: 'r1', recurrence: 1 }), 'rolling')])
      await ledger.append([releaseEntry(aRelease({ key: 'other' }))])
      await ledger.append([releaseEntry(aRelease({ key: 'r1', recurrence: 2 }), 'failed')])
      expect((await read(ledger, 'r1'))?.recurrence).toBe(2)
      const history = await ledger.history('release', 'r1')
      expect(history.map(({ sequence, event }) => [sequence, event])).toEqual([
        [1, 'rolling'],
        [3, 'failed'],
      ])
      expect(history.map(({ document }) => (document as { recurrence: number }).recurrence)).toEqual([1, 2])
    })

    it('stores each document with the version of its schema', async () => {
      await using ledger = await open()
      await ledger.append([releaseEntry(aRelease({ key: 'r1' })), effectEntry(anEffect({ key: 'e1' }))])
      expect((await records(ledger)).map(({ document }) => document)).toMatchObject([{ $version: 1 }, { $version: 4 }])
    })

    it.each([
      ['images', { images: 'web:1' as never }],
      ['startedAt', { startedAt: Number.NaN }],
      ['attempts.0.evidence', { attempts: [{ key: 'a' } as never] }],
      ['outcome', { outcome: 'lost' as never }],
    ])('does not write what it could not read again, and names the kind, the key and the field: %s', async (field, wrong) => {
      await using ledger = await open()
      const entries = [effectEntry(anEffect({ key: 'e1' })), releaseEntry(aRelease({ key: 'r1', ...wrong }))]
      await expect(ledger.append(entries)).rejects.toMatchObject({
        code: 'E_LEDGER_DOCUMENT',
        message: expect.stringContaining('release r1 does not fit its schema') as string,
      })
      await expect(ledger.append(entries)).rejects.toThrow(field.split('.')[0])
      expect(await records(ledger)).toEqual([])
    })

    it('writes all entries of an append or none', async () => {
      await using ledger = await open()
      const hostile = { ...effectEntry(anEffect({ key: 'e' })), key: 'not\ud800plain' }
      await expect(ledger.append([releaseEntry(aRelease({ key: 'r1' })), hostile])).rejects.toMatchObject({
        code: 'E_INTERNAL',
      })
      expect(await records(ledger)).toEqual([])
    })

    it('keeps the order of appends that were started together', async () => {
      await using ledger = await open()
      await Promise.all(['a', 'b', 'c'].map((key) => ledger.append([releaseEntry(aRelease({ key })), effectEntry(anEffect({ key }))])))
      expect((await records(ledger)).map(({ kind, key }) => `${kind} ${key}`)).toEqual([
        'release a',
        'effect a',
        'release b',
        'effect b',
        'release c',
        'effect c',
      ])
    })

    it('of two appends of one document that were begun together the later call has the last word, and both are kept', async () => {
      await using ledger = await open()
      await Promise.all([1, 2].map((recurrence) => ledger.append([releaseEntry(aRelease({ key: 'r1', recurrence }))])))
      expect((await records(ledger)).map(({ document }) => (document as { recurrence: number }).recurrence)).toEqual([1, 2])
      expect((await read(ledger, 'r1'))?.recurrence).toBe(2)
      expect(await ledger.verify()).toMatchObject({ intact: true, records: 2 })
    })

    it('those who decide at one moment about one document each decide on it as it is then: nothing that one says is lost', async () => {
      await using store = await open()
      const ledger = await openLedger(store)
      const journal = createJournal(ledger)
      const seen: number[] = []
      const countUp = (): Promise<void> =>
        journal.commit(() => {
          const recurrence = ledger.read('release', 'r1')?.recurrence ?? 0
          seen.push(recurrence)
          return [releaseEntry(aRelease({ key: 'r1', recurrence: recurrence + 1 }))]
        })
      await Promise.all([countUp(), countUp(), countUp()])
      expect(seen).toEqual([0, 1, 2])
      expect(ledger.read('release', 'r1')?.recurrence).toBe(3)
      expect((await read(store, 'r1'))?.recurrence).toBe(3)
      expect(await store.verify()).toMatchObject({ intact: true, records: 3 })
    })

    it('an append of nothing writes nothing', async () => {
      await using ledger = await open()
      await ledger.append([])
      expect(await ledger.verify()).toMatchObject({ intact: true, records: 0 })
      expect(await ledger.head()).toBeUndefined()
    })

    it('lists documents newest first, by openness', async () => {
      await using ledger = await open()
      const ended = { state: 'ended', outcome: 'restored', endedAt: 9 } as const
      await ledger.append(
        [2, 4, 1, 3].map((startedAt) => releaseEntry(aRelease({ key: `r${startedAt}`, startedAt, ...(startedAt % 2 ? {} : ended) }))),
      )
      expect(await keys(ledger, { limit: 10 })).toEqual(['r4', 'r3', 'r2', 'r1'])
      expect(await keys(ledger, { limit: 10, open: true })).toEqual(['r3', 'r1'])
      expect(await keys(ledger, { limit: 10, open: false })).toEqual(['r4', 'r2'])
      await ledger.append([releaseEntry(aRelease({ key: 'r3', startedAt: 3, ...ended }))])
      expect(await keys(ledger, { limit: 10, open: true })).toEqual(['r1'])
    })

    it('pages meet every document once, also those of one moment, and those that change on the way', async () => {
      await using ledger = await open()
      const names = Array.from({ length: 25 }, (_, index) => `r${index}`)
      await ledger.append(names.map((key) => releaseEntry(aRelease({ key, startedAt: 7 }))))
      const seen: string[] = []
      let before: LedgerPlace | undefined
      do {
        const page = await ledger.load('release', { limit: 10, before })
        seen.push(...page.map(({ key }) => key))
        before = page.at(-1)?.place
        await ledger.append([releaseEntry(aRelease({ key: 'r5', startedAt: 7, recurrence: seen.length }))])
      } while (before)
      expect(seen).toEqual(names.toReversed())
    })

    it('the head is the newest record', async () => {
      await using ledger = await open()
      await ledger.append([releaseEntry(aRelease({ key: 'r1' })), releaseEntry(aRelease({ key: 'r2' }))])
      const verdict = await ledger.verify()
      expect(await ledger.head()).toEqual({ sequence: 2, hash: verdict.intact ? verdict.head : '' })
    })

    it('chains its records from the first to the last', async () => {
      await using ledger = await open()
      await ledger.append([releaseEntry(aRelease({ key: 'r1' })), effectEntry(anEffect({ key: 'e1' }))])
      const chain = await records(ledger)
      expect(chain.map(({ sequence, at }) => [sequence, at])).toEqual([
        [1, 10_000],
        [2, 10_000],
      ])
      expect(new Set(chain.map(({ hash }) => hash)).size).toBe(2)
      expect(await ledger.verify()).toEqual({ intact: true, records: 2, head: chain[1]?.hash })
    })

    it('verify hands on the newest documents in the order of their records, and of the effects those that are pending', async () => {
      await using ledger = await open()
      const done = anEffect({ key: 'done', state: 'done' })
      await ledger.append([releaseEntry(aRelease({ key: 'r1', startedAt: 7 })), releaseEntry(aRelease({ key: 'r2', startedAt: 8.4 }))])
      await ledger.append([effectEntry(anEffect({ key: 'done' })), effectEntry(anEffect({ key: 'e1' })), effectEntry(done)])
      await ledger.append([releaseEntry(aRelease({ key: 'r1', startedAt: 7, recurrence: 2 }))])
      const taken: NewestDocument[] = []
      const verdict = await ledger.verify((newest) => taken.push(newest))
      expect(verdict).toEqual(await ledger.verify())
      expect(taken).toEqual([
        { kind: 'release', key: 'r2', document: aRelease({ key: 'r2', startedAt: 8.4 }), place: { since: 8, sequence: 2 } },
        { kind: 'effect', key: 'e1', document: anEffect({ key: 'e1' }), place: { since: 1_000, sequence: 4 } },
        { kind: 'release', key: 'r1', document: aRelease({ key: 'r1', startedAt: 7, recurrence: 2 }), place: { since: 7, sequence: 1 } },
      ])
    })

    it('verify hands on equal parts of documents as one object', async () => {
      await using ledger = await open()
      const applied = () => ({ application: 'argocd/web', revisions: ['1'.repeat(40)] })
      await ledger.append([
        releaseEntry(aRelease({ key: 'r1', applied: applied() })),
        releaseEntry(aRelease({ key: 'r2', applied: { ...applied(), application: 'argocd/web-2' }, before: applied() })),
      ])
      const taken: NewestDocument[] = []
      await ledger.verify((newest) => taken.push(newest))
      const [first, second] = taken.flatMap((one) => (one.kind === 'release' ? [one.document] : []))
      expect(first?.applied).toEqual(applied())
      expect(second?.before).toBe(first?.applied)
      expect(second?.applied).toEqual({ ...applied(), application: 'argocd/web-2' })
    })

    it('keeps text of any kind as it was', async () => {
      await using ledger = await open()
      const message = 'NUL \0 half \ud800 pair \u2028 "quoted" <b> 日本語 \u202e'
      const attempt = {
        key: 'k',
        cause: 'unknown',
        message,
        seenAt: 0.1,
        abortedAt: null,
        abortedAtMs: null,
        evidence: [],
      } as const
      await ledger.append([releaseEntry(aRelease({ key: 'r|日本|1', attempts: [attempt] }))])
      expect((await read(ledger, 'r|日本|1'))?.attempts).toEqual([attempt])
      expect((await ledger.verify()).intact).toBe(true)
    })

    takeOverContract({ name, open, verifyBackup })
  })
}
