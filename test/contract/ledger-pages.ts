import { expect, it } from 'vitest'
import { createSystemClock } from '../../src/adapters/system/clock.ts'
import type { HeldLedger } from '../../src/ports/held-ledger.ts'
import type { Ledger, LedgerEntry } from '../../src/ports/ledger.ts'
import { SILENT } from '../../src/ports/log.ts'
import { openLedger } from '../../src/reconcile/ledger/open-ledger.ts'
import { resumeLedger } from '../../src/reconcile/ledger/resume-ledger.ts'
import { aRelease, anEffect, aRevert, effectEntry, releaseEntry, revertEntry } from './ledger-documents.ts'

/** What a database may sort, compare or spell otherwise than JavaScript. */
const ODD = ['é', 'E', 'e', '_', '-', '~', '日', '\u{1F600}', '\u{ffff}', ' ', "'", '"', '%', '\\', 'Z', 'z', 'ß', 'ss', '|', '']

const keyOf = (index: number): string => `${ODD[index % ODD.length]}k${index}${ODD[(index * 7) % ODD.length]}`

/** More than any store has read at once: 2,000 documents, 20 Rollouts. */
const MANY = 2_100
const ROLLOUTS = Array.from({ length: 47 }, (_, index) => `${ODD[index % ODD.length]}r${index}`)
/** More than are kept of one Rollout: 200. */
const OF_ONE = 260

const ENDED = { state: 'ended', outcome: 'restored', endedAt: 9 } as const
/** Far more at one moment than are read at once, and moments before the first. */
const momentOf = (index: number): number => (index % 2) - 1

const times = (count: number, entry: (index: number) => LedgerEntry): LedgerEntry[] => Array.from({ length: count }, (_, at) => entry(at))

function versionOf(templateKey: string, healthyAt: number): LedgerEntry {
  const document = { templateKey, podTemplateHash: 'h', healthyAt, applied: null, images: [] }
  return { kind: 'version', key: templateKey, event: 'seen-healthy', document }
}

function cardOf(releaseKey: string): LedgerEntry {
  return { kind: 'card', key: releaseKey, event: 'card-published', document: { releaseKey, ref: null, contentHash: 'c' } }
}

/** A few of each that stay history are among those that are decided on. */
const ALL: readonly LedgerEntry[] = [
  ...times(MANY, (index) => versionOf(keyOf(index), momentOf(index))),
  ...times(MANY + 200, (index) =>
    effectEntry(anEffect({ key: keyOf(index), state: index % 20 ? 'pending' : 'done', createdAt: momentOf(index) })),
  ),
  ...times(MANY, (index) =>
    releaseEntry(aRelease({ key: keyOf(index), rollout: ROLLOUTS[index % 5] as string, startedAt: momentOf(index) })),
  ),
  ...ROLLOUTS.map((rollout) => releaseEntry(aRelease({ key: `of ${rollout}`, rollout, ...ENDED }))),
  ...times(OF_ONE, (index) => releaseEntry(aRelease({ key: `one ${keyOf(index)}`, rollout: 'one', startedAt: index % 3, ...ENDED }))),
  ...times(OF_ONE, (index) => cardOf(`one ${keyOf(index)}`)),
  ...times(3, (index) => revertEntry(aRevert({ key: keyOf(index), releases: [`one ${keyOf(index * 3)}`, 'none'] }))),
]

function readsOf(ledger: Ledger): unknown {
  const rollouts = [...ROLLOUTS, 'one'].map((name) => ({ cluster: 'east', namespace: 'shop', name }))
  const keys = Array.from({ length: MANY }, (_, index) => keyOf(index))
  return {
    versions: keys.map((key) => ledger.read('version', key)),
    pending: ledger.pendingEffects(),
    releases: ledger.releases({ limit: 1e6 }),
    open: ledger.releases({ open: true, limit: 1e6 }),
    ofRollouts: rollouts.map((rollout) => ledger.releasesOf(rollout)),
    cards: keys.slice(0, OF_ONE).map((key) => ledger.read('card', `one ${key}`)),
    reverts: ledger.reverts({}),
  }
}

/** The walk beside is not what is looked at. */
const withoutWalk = (store: HeldLedger): HeldLedger => ({
  ...store,
  verify: (_, interrupted) =>
    new Promise((_resolve, reject) => interrupted?.addEventListener('abort', () => reject(interrupted.reason as Error))),
})

/** What a store reads page by page where it begins at its checkpoint, it reads to the end. */
export function describePages(name: string, open: () => HeldLedger | Promise<HeldLedger>): void {
  it(
    `${name} that begins at its checkpoint knows all that a walk of the whole would, past the pages of every read`,
    { timeout: 60_000 },
    async () => {
      await using store = await open()
      for (let at = 0; at < ALL.length; at += 3_000) await store.append(ALL.slice(at, at + 3_000))
      const whole = readsOf(await openLedger(store))
      expect(whole).toMatchObject({ pending: { length: 2_185 }, open: { length: MANY } })
      for (const at of [ALL.length, ALL.length - 600]) {
        const [record] = await store.newest({ before: at + 1, limit: 1 })
        if (record?.sequence !== at) throw new Error(`there is no record ${at}`)
        await store.keepCheckpoint({ sequence: at, hash: record.hash })
        await using resumed = await resumeLedger(withoutWalk(store), {
          name,
          clock: createSystemClock(),
          logger: SILENT,
          random: Math.random,
        })
        expect(resumed.chain().from).toMatchObject({ sequence: at })
        expect(readsOf(resumed.ledger)).toEqual(whole)
      }
    },
  )
}
