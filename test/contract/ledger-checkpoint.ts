import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSystemClock } from '../../src/adapters/system/clock.ts'
import type { HeldLedger } from '../../src/ports/held-ledger.ts'
import type { Ledger, LedgerEntry, LedgerHead } from '../../src/ports/ledger.ts'
import { SILENT, type LogFields } from '../../src/ports/log.ts'
import { openLedger } from '../../src/reconcile/ledger/open-ledger.ts'
import { resumeLedger, type ResumedLedger } from '../../src/reconcile/ledger/resume-ledger.ts'
import { aHistory, KEYS, ROLLOUTS } from './ledger-history.ts'

/** As the service opens a ledger. `began`: the checkpoint's record, where it began there. */
export async function resume(store: HeldLedger): Promise<ResumedLedger & { began: number | undefined }> {
  const froms: number[] = []
  const logger = {
    ...SILENT,
    info: (_: string, fields?: LogFields) => void froms.push(...(fields?.['from'] ? [Number(fields['from'])] : [])),
  }
  const resumed = await resumeLedger(store, { name: 'the ledger', clock: createSystemClock(), logger, random: Math.random })
  return { ...resumed, began: froms[0] }
}

/** Everything that a ledger's reads give. */
export function readsOf(ledger: Ledger): unknown {
  const kinds = ['baseline', 'version', 'release', 'revert', 'effect', 'card', 'storm', 'quarantine', 'announcement'] as const
  return {
    documents: kinds.map((kind) => KEYS.map((key) => ledger.read(kind, key))),
    releases: [undefined, true, false].map((open) => ledger.releases({ ...(open === undefined ? {} : { open }), limit: 1e6 })),
    releasesOf: ROLLOUTS.map((rollout) => ledger.releasesOf(rollout)),
    reverts: [{}, { open: true }, { open: false }, { since: 50 }, { repository: 'github.com/acme/shop' }].map((by) => ledger.reverts(by)),
    storms: [{}, { open: true }, { open: false }].map((by) => ledger.storms(by)),
    quarantines: [{}, { standing: true }, ...ROLLOUTS.map((rollout) => ({ rollout }))].map((by) => ledger.quarantines(by)),
    releasesOfStorm: KEYS.map((key) => ledger.releasesOfStorm(key)),
    announcementsOf: KEYS.map((key) => ledger.announcementsOf(key)),
    pendingEffects: ledger.pendingEffects(),
  }
}

/** What is appended is known to the memory alone: of one store, two memories are made to go on alike. */
const withoutAppend = <Store extends HeldLedger>(store: Store): Store => ({ ...store, append: async () => undefined })

/** How every store begins at its checkpoint. */
export function describeCheckpoint(name: string, open: () => HeldLedger | Promise<HeldLedger>, runs: number): void {
  const headAt = async (store: HeldLedger, sequence: number): Promise<LedgerHead> => {
    const [record] = await store.newest({ before: sequence + 1, limit: 1 })
    if (record?.sequence !== sequence) throw new Error(`there is no record ${sequence}`)
    return { sequence, hash: record.hash }
  }
  const fill = async (store: HeldLedger, entries: readonly LedgerEntry[]): Promise<void> => {
    for (let at = 0; at < entries.length; at += 400) await store.append(entries.slice(at, at + 400))
  }
  const beganAt = async (store: HeldLedger): Promise<number | undefined> => {
    await using resumed = await resume(store)
    return resumed.began
  }

  describe(`${name} begins at its checkpoint`, () => {
    it('and knows all that a walk of the whole chain would, wherever it stands, and goes on as that', { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), async (seed, where) => {
          await using store = await open()
          const { before, more } = aHistory(seed)
          await fill(store, before)
          const at = Math.max(1, Math.round(where * before.length))
          await store.keepCheckpoint(await headAt(store, at))
          const whole = await openLedger(withoutAppend(store))
          await using resumed = await resume(withoutAppend(store))
          expect(resumed.began).toBe(at)
          expect(readsOf(resumed.ledger)).toEqual(readsOf(whole))
          for (const ledger of [whole, resumed.ledger]) await ledger.append(more)
          expect(readsOf(resumed.ledger)).toEqual(readsOf(whole))
        }),
        // The failing seed says it all; making it smaller takes minutes.
        { numRuns: runs, endOnFailure: true },
      )
    })

    it('knows the same after what was archived went', { timeout: 60_000 }, async () => {
      await using source = await open()
      await fill(source, aHistory(7).before)
      const records = await Array.fromAsync(source.records())
      const after = await headAt(source, 1_000)
      await using store = await open()
      const rest = async function* () {
        yield* records.slice(1_000)
      }
      await store.importChain({ after, records: rest() })
      for (const at of [1_001, 1_002, 1_300]) {
        await store.keepCheckpoint(await headAt(store, at))
        await using resumed = await resume(store)
        expect(resumed.began).toBe(at)
        expect(readsOf(resumed.ledger)).toEqual(readsOf(await openLedger(store)))
      }
    })

    it('keeps one where the whole chain was walked, and begins there the next time', async () => {
      await using store = await open()
      await fill(store, aHistory(1).before)
      expect(await beganAt(store)).toBeUndefined()
      expect(await beganAt(store)).toBe((await store.head())?.sequence)
    })

    it('a ledger without a record is walked as a whole, also once it has records', async () => {
      await using store = await open()
      expect(await beganAt(store)).toBeUndefined()
      await fill(store, aHistory(1).before.slice(0, 10))
      expect(await beganAt(store)).toBeUndefined()
    })

    it.each([
      ['has another hash', async () => ({ sequence: 5, hash: 'f'.repeat(64) })],
      ['is after the end', async () => ({ sequence: 10_000, hash: 'f'.repeat(64) })],
      ['is one of no record', async () => ({ sequence: -1, hash: 'f'.repeat(64) })],
    ])('one whose record %s is none: the whole chain is walked, and the next start has a good one', async (_, given) => {
      await using store = await open()
      await fill(store, aHistory(1).before.slice(0, 20))
      await store.keepCheckpoint(await given())
      expect(await beganAt(store)).toBeUndefined()
      expect(await beganAt(store)).toBe(20)
    })

    it('one that was archived, and any that stood while records went, is none', async () => {
      await using store = await open()
      const { before } = aHistory(1)
      const versions = before.filter(({ kind }) => kind === 'version').slice(0, 6)
      await fill(store, [...versions, ...versions])
      const [old, last] = [await headAt(store, 3), await headAt(store, 6)]
      await store.keepCheckpoint(await headAt(store, 9))
      await store.forget(last)
      expect(await beganAt(store)).toBeUndefined()
      for (const gone of [old, last]) {
        await store.keepCheckpoint(gone)
        expect(await beganAt(store)).toBeUndefined()
      }
    })

    it('a chain that is taken over brings none', async () => {
      await using source = await open()
      await fill(source, aHistory(1).before.slice(0, 20))
      await source.keepCheckpoint(await source.head())
      await using store = await open()
      await store.importChain({ after: undefined, records: source.records() })
      expect(await beganAt(store)).toBeUndefined()
    })

    it('is raised to the newest record, and not where there is none', async () => {
      await using store = await open()
      const { before } = aHistory(1)
      await fill(store, before.slice(0, 20))
      await store.raiseCheckpoint()
      expect(await store.resume({ take: () => undefined, wanted: () => [] })).toBeUndefined()
      await store.keepCheckpoint(await headAt(store, 5))
      await fill(store, before.slice(20, 30))
      await store.raiseCheckpoint()
      expect(await store.resume({ take: () => undefined, wanted: () => [] })).toMatchObject({ intact: true, after: { sequence: 30 } })
      await store.dropCheckpoint()
      await store.raiseCheckpoint()
      expect(await store.resume({ take: () => undefined, wanted: () => [] })).toBeUndefined()
    })

    it('ends before long, with the reason, where it is asked to', async () => {
      await using store = await open()
      await fill(store, aHistory(1).before)
      await store.keepCheckpoint(await headAt(store, 5))
      const interrupted = AbortSignal.abort(new Error('SIGTERM'))
      await expect(store.resume({ take: () => undefined, wanted: () => [], interrupted })).rejects.toThrow(/^SIGTERM$/)
    })
  })
}
