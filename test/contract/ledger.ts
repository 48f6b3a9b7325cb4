import { describe, expect, it } from 'vitest'
import type { Inbox } from '../../src/ports/inbox.ts'
import type { Ledger } from '../../src/ports/ledger.ts'
import { aRelease, anEffect, aRevert, effectEntry, releaseEntry, revertEntry } from './ledger-documents.ts'

/** One implementation under test. The clock counts from 10,000 by one a call. */
export interface LedgerUnderTest {
  name: string
  /** An empty ledger; disposed when the test ends. */
  open: () => Ledger & Inbox & AsyncDisposable
}

/** What every Ledger and Inbox keeps to. */
export function describeLedger({ name, open }: LedgerUnderTest): void {
  describe(`${name} as a Ledger`, () => {
    it('reads back what append returned for, and nothing for a key it never saw', async () => {
      await using ledger = open()
      const release = aRelease({ key: 'r1' })
      await ledger.append([releaseEntry(release)])
      expect(ledger.read('release', 'r1')).toEqual(release)
      expect(ledger.read('release', 'r2')).toBeUndefined()
      expect(ledger.read('version', 'r1')).toBeUndefined()
    })

    it('keeps the newest document of a key and its whole history', async () => {
      await using ledger = open()
      await ledger.append([releaseEntry(aRelease({ key: 'r1', recurrence: 1 }), 'rolling')])
      await ledger.append([releaseEntry(aRelease({ key: 'other' }))])
      await ledger.append([releaseEntry(aRelease({ key: 'r1', recurrence: 2 }), 'failed')])
      expect(ledger.read('release', 'r1')?.recurrence).toBe(2)
      const history = ledger.history('release', 'r1')
      expect(history.map(({ sequence, event }) => [sequence, event])).toEqual([
        [1, 'rolling'],
        [3, 'failed'],
      ])
      expect(history.map(({ document }) => (document as { recurrence: number }).recurrence)).toEqual([1, 2])
    })

    it('writes all entries of an append or none', async () => {
      await using ledger = open()
      const hostile = { ...effectEntry(anEffect({ key: 'e' })), key: 'not\ud800plain' }
      await expect(ledger.append([releaseEntry(aRelease({ key: 'r1' })), hostile])).rejects.toMatchObject({
        code: 'E_INTERNAL',
      })
      expect([...ledger.records()]).toEqual([])
    })

    it('keeps the order of appends that were started together', async () => {
      await using ledger = open()
      await Promise.all(['a', 'b', 'c'].map((key) => ledger.append([releaseEntry(aRelease({ key })), effectEntry(anEffect({ key }))])))
      expect([...ledger.records()].map(({ kind, key }) => `${kind} ${key}`)).toEqual([
        'release a',
        'effect a',
        'release b',
        'effect b',
        'release c',
        'effect c',
      ])
    })

    it('an append of nothing writes nothing', async () => {
      await using ledger = open()
      await ledger.append([])
      expect(ledger.verify()).toMatchObject({ intact: true, records: 0 })
    })

    it('lists the releases of one Rollout, newest first', async () => {
      await using ledger = open()
      await ledger.append([
        releaseEntry(aRelease({ key: 'first', startedAt: 1 })),
        releaseEntry(aRelease({ key: 'third', startedAt: 3 })),
        releaseEntry(aRelease({ key: 'second', startedAt: 2 })),
        releaseEntry(aRelease({ key: 'elsewhere', rollout: 'other' })),
      ])
      const { cluster, namespace, rollout } = aRelease({ key: 'any' })
      const ref = { cluster, namespace, name: rollout }
      expect(ledger.releasesOf(ref).map(({ key }) => key)).toEqual(['third', 'second', 'first'])
      expect(ledger.releasesOf(ref, 1).map(({ key }) => key)).toEqual(['third'])
      expect(ledger.releasesOf({ ...ref, name: 'absent' })).toEqual([])
    })

    it('lists releases newest first, by openness, in pages', async () => {
      await using ledger = open()
      const ended = { state: 'ended', outcome: 'restored', endedAt: 9 } as const
      await ledger.append(
        [1, 2, 3, 4].map((startedAt) => releaseEntry(aRelease({ key: `r${startedAt}`, startedAt, ...(startedAt % 2 ? {} : ended) }))),
      )
      const keys = (filter: Parameters<Ledger['releases']>[0]) => ledger.releases(filter).map(({ key }) => key)
      expect(keys({ limit: 10 })).toEqual(['r4', 'r3', 'r2', 'r1'])
      expect(keys({ limit: 10, open: true })).toEqual(['r3', 'r1'])
      expect(keys({ limit: 10, open: false })).toEqual(['r4', 'r2'])
      expect(keys({ limit: 2, before: 4 })).toEqual(['r3', 'r2'])
    })

    it('a release that ends leaves the open ones', async () => {
      await using ledger = open()
      await ledger.append([releaseEntry(aRelease({ key: 'r1' }))])
      await ledger.append([releaseEntry(aRelease({ key: 'r1', state: 'ended', outcome: 'superseded', endedAt: 5 }), 'superseded')])
      expect(ledger.releases({ limit: 10, open: true })).toEqual([])
    })

    it('lists reverts of one repository or of all, open or planned since, newest first', async () => {
      await using ledger = open()
      await ledger.append([
        revertEntry(aRevert({ key: 'a', plannedAt: 1 })),
        revertEntry(aRevert({ key: 'b', plannedAt: 2, state: 'ended', outcome: 'merged', endedAt: 3 })),
        revertEntry(aRevert({ key: 'c', plannedAt: 3, repository: 'github.com/acme/other' })),
      ])
      const keys = (filter: Parameters<Ledger['reverts']>[0]) => ledger.reverts(filter).map(({ key }) => key)
      expect(keys({})).toEqual(['c', 'b', 'a'])
      expect(keys({ repository: 'github.com/acme/shop' })).toEqual(['b', 'a'])
      expect(keys({ open: true })).toEqual(['c', 'a'])
      expect(keys({ since: 2, repository: 'github.com/acme/shop' })).toEqual(['b'])
    })

    it('lists pending effects oldest first, in the order of their intents where they were made together', async () => {
      await using ledger = open()
      await ledger.append([
        effectEntry(anEffect({ key: 'z', createdAt: 5 })),
        effectEntry(anEffect({ key: 'a', createdAt: 5 })),
        effectEntry(anEffect({ key: 'early', createdAt: 4 })),
        effectEntry(anEffect({ key: 'gone', createdAt: 1 })),
      ])
      await ledger.append([
        effectEntry(anEffect({ key: 'gone', createdAt: 1, state: 'done' }), 'done'),
        effectEntry(anEffect({ key: 'z', createdAt: 5, attempts: 1 }), 'started'),
      ])
      expect(ledger.pendingEffects().map(({ key, attempts }) => [key, attempts])).toEqual([
        ['early', 0],
        ['z', 1],
        ['a', 0],
      ])
    })

    it('chains its records from the first to the last', async () => {
      await using ledger = open()
      await ledger.append([releaseEntry(aRelease({ key: 'r1' })), effectEntry(anEffect({ key: 'e1' }))])
      const records = [...ledger.records()]
      expect(records.map(({ sequence, at }) => [sequence, at])).toEqual([
        [1, 10_000],
        [2, 10_000],
      ])
      expect(new Set(records.map(({ hash }) => hash)).size).toBe(2)
      expect(ledger.verify()).toEqual({ intact: true, records: 2, head: records[1]?.hash })
    })

    it('keeps text of any kind as it was', async () => {
      await using ledger = open()
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
      expect(ledger.read('release', 'r|日本|1')?.attempts).toEqual([attempt])
      expect(ledger.verify().intact).toBe(true)
    })
  })

  describe(`${name} as an Inbox`, () => {
    const delivery = { source: 'github', id: 'guid-1', receivedAt: 1, body: '{"ref":"refs/heads/main"}' } as const

    it('accepts a delivery once', async () => {
      await using inbox = open()
      expect(await inbox.accept(delivery)).toBe(true)
      expect(await inbox.accept({ ...delivery, body: 'another' })).toBe(false)
      expect(await inbox.accept({ ...delivery, source: 'argocd' })).toBe(true)
      expect(inbox.pending().map(({ source, body }) => [source, body])).toEqual([
        ['argocd', delivery.body],
        ['github', delivery.body],
      ])
    })

    it('of two accepted at the same moment, one is the first', async () => {
      await using inbox = open()
      expect(await Promise.all([inbox.accept(delivery), inbox.accept(delivery)])).toEqual([true, false])
    })

    it('a delivery that is done is not pending, and is still known', async () => {
      await using inbox = open()
      await inbox.accept(delivery)
      await inbox.done('github', 'guid-1')
      expect(inbox.pending()).toEqual([])
      expect(await inbox.accept(delivery)).toBe(false)
    })

    it('hands out pending deliveries in the order they came', async () => {
      await using inbox = open()
      await inbox.accept({ ...delivery, id: 'late', receivedAt: 9 })
      await inbox.accept({ ...delivery, id: 'early', receivedAt: 2 })
      expect(inbox.pending().map(({ id }) => id)).toEqual(['early', 'late'])
    })
  })
}
