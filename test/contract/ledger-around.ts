import { describe, expect, it } from 'vitest'
import { createMemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import type { Ledger } from '../../src/ports/ledger.ts'
import { openLedger } from '../../src/reconcile/ledger/open-ledger.ts'
import { readsOf } from './ledger-checkpoint.ts'
import { aRelease, releaseEntry } from './ledger-documents.ts'
import { aHistory } from './ledger-history.ts'

/** What everything promises that stands around the loop's ledger and is one itself. */
export function describeLedgerAround(name: string, around: (ledger: Ledger) => Ledger): void {
  const open = async (refuses?: Error) => {
    const store = createMemoryLedger({ clock: { now: () => 10_000 } })
    const inner = await openLedger(refuses ? { ...store, append: () => Promise.reject(refuses) } : store)
    return { store, inner, outer: around(inner) }
  }

  describe(`${name} is a Ledger that`, () => {
    it('reads, after any history, what the one within it reads', async () => {
      const { inner, outer } = await open()
      for (const entries of [aHistory(3).before.slice(0, 400), aHistory(3).more]) {
        await outer.append(entries)
        expect(readsOf(outer)).toEqual(readsOf(inner))
      }
    })

    it('reads what it has appended as soon as that has returned, and no sooner than it is durable', async () => {
      const { store, outer } = await open()
      const appending = outer.append([releaseEntry(aRelease({ key: 'r1' }))])
      expect(outer.read('release', 'r1')).toBeUndefined()
      await appending
      expect(outer.read('release', 'r1')).toEqual(aRelease({ key: 'r1' }))
      expect(await store.load('release', { key: 'r1', limit: 1 })).toHaveLength(1)
    })

    it('refuses what is refused, with the same fault, and knows none of it', async () => {
      const fault = new Error('disk full')
      const { outer } = await open(fault)
      await expect(outer.append([releaseEntry(aRelease({ key: 'r1' }))])).rejects.toBe(fault)
      expect(outer.read('release', 'r1')).toBeUndefined()
    })

    it('appends all entries of a call at once, in their order', async () => {
      const { store, outer } = await open()
      await outer.append(['r1', 'r2', 'r1'].map((key, at) => releaseEntry(aRelease({ key, recurrence: at + 1 }))))
      expect((await Array.fromAsync(store.records())).map(({ key }) => key)).toEqual(['r1', 'r2', 'r1'])
      expect(outer.read('release', 'r1')?.recurrence).toBe(3)
    })
  })
}
