import { describe, expect, it, vi } from 'vitest'
import { createMemoryLedger, type MemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import type { Ledger, LedgerEntry } from '../../../src/ports/ledger.ts'
import { openLedger } from '../../../src/reconcile/ledger/open-ledger.ts'
import { aRelease, anEffect, aRevert, effectEntry, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { cardEntry } from '../tell/a-card.ts'

const { cluster, namespace, rollout: name } = aRelease({ key: 'any' })
const ROLLOUT = { cluster, namespace, name }
const ENDED = { state: 'ended', outcome: 'restored', endedAt: 9 } as const

const aStore = (): MemoryLedger => createMemoryLedger({ clock: { now: () => 10_000 } })
const keysOf = (documents: readonly { key: string }[]): readonly string[] => documents.map(({ key }) => key)

/** The reads of a ledger that took each append in, and of one that was rebuilt from the store afterwards. */
const LIVES: readonly (readonly [string, (appends: readonly (readonly LedgerEntry[])[]) => Promise<Ledger>])[] = [
  [
    'kept by append',
    async (appends) => {
      const ledger = await openLedger(aStore())
      for (const entries of appends) await ledger.append(entries)
      return ledger
    },
  ],
  [
    'rebuilt at the start',
    async (appends) => {
      const store = aStore()
      for (const entries of appends) await store.append(entries)
      return openLedger(store)
    },
  ],
]

describe.each(LIVES)('the ledger of the loop, %s', (_, after) => {
  it('reads the newest document of a key, and nothing for one it never saw', async () => {
    const ledger = await after([[releaseEntry(aRelease({ key: 'r1' }))], [releaseEntry(aRelease({ key: 'r1', recurrence: 2 }))]])
    expect(ledger.read('release', 'r1')).toEqual(aRelease({ key: 'r1', recurrence: 2 }))
    expect(ledger.read('release', 'r2')).toBeUndefined()
    expect(ledger.read('version', 'r1')).toBeUndefined()
  })

  it('reads documents of every kind', async () => {
    const version = { templateKey: 't', podTemplateHash: 'h', healthyAt: 1, applied: null, images: [] }
    const card = { releaseKey: 'r', ref: null, contentHash: 'c' }
    const baseline = { cluster: 'east', at: 1 }
    const ledger = await after([
      [
        { kind: 'version', key: 't', event: 'seen-healthy', document: version },
        releaseEntry(aRelease({ key: 'r' })),
        { kind: 'card', key: 'r', event: 'card-changed', document: card },
        { kind: 'baseline', key: 'east', event: 'baseline-taken', document: baseline },
        revertEntry(aRevert({ key: 'v' })),
        effectEntry(anEffect({ key: 'e' })),
      ],
    ])
    expect(ledger.read('version', 't')).toEqual(version)
    expect(ledger.read('card', 'r')).toEqual(card)
    expect(ledger.read('baseline', 'east')).toEqual(baseline)
    expect(ledger.read('revert', 'v')).toEqual(aRevert({ key: 'v' }))
    expect(ledger.read('effect', 'e')).toEqual(anEffect({ key: 'e' }))
  })

  it('lists the releases of one Rollout newest first, those of one moment by their first record', async () => {
    const ledger = await after([
      [
        releaseEntry(aRelease({ key: 'first', startedAt: 1 })),
        releaseEntry(aRelease({ key: 'third', startedAt: 3 })),
        releaseEntry(aRelease({ key: 'fourth', startedAt: 3 })),
        releaseEntry(aRelease({ key: 'second', startedAt: 2 })),
        releaseEntry(aRelease({ key: 'elsewhere', rollout: 'other' })),
      ],
      [releaseEntry(aRelease({ key: 'third', startedAt: 3, recurrence: 2 }))],
    ])
    expect(keysOf(ledger.releasesOf(ROLLOUT))).toEqual(['fourth', 'third', 'second', 'first'])
    expect(keysOf(ledger.releasesOf(ROLLOUT, 1))).toEqual(['fourth'])
    expect(ledger.releasesOf({ ...ROLLOUT, name: 'absent' })).toEqual([])
  })

  it('lists open releases newest first; one that ends leaves them', async () => {
    const ledger = await after([
      [1, 2, 3].map((startedAt) => releaseEntry(aRelease({ key: `r${startedAt}`, startedAt }))),
      [releaseEntry(aRelease({ key: 'r2', startedAt: 2, ...ENDED }))],
    ])
    expect(keysOf(ledger.releases({ open: true, limit: 10 }))).toEqual(['r3', 'r1'])
    expect(keysOf(ledger.releases({ open: true, limit: 1 }))).toEqual(['r3'])
    expect(keysOf(ledger.releases({ open: false, limit: 10 }))).toEqual(['r2'])
    expect(keysOf(ledger.releases({ limit: 10 }))).toEqual(['r3', 'r2', 'r1'])
  })

  it('lists reverts of one repository or of all, open or planned since, newest first', async () => {
    const ledger = await after([
      [
        revertEntry(aRevert({ key: 'a', plannedAt: 1 })),
        revertEntry(aRevert({ key: 'b', plannedAt: 2, state: 'ended', outcome: 'merged', endedAt: 3 })),
        revertEntry(aRevert({ key: 'c', plannedAt: 3, repository: 'github.com/acme/other' })),
      ],
    ])
    const keys = (filter: Parameters<Ledger['reverts']>[0]) => keysOf(ledger.reverts(filter))
    expect(keys({})).toEqual(['c', 'b', 'a'])
    expect(keys({ repository: 'github.com/acme/shop' })).toEqual(['b', 'a'])
    expect(keys({ open: true })).toEqual(['c', 'a'])
    expect(keys({ since: 2, repository: 'github.com/acme/shop' })).toEqual(['b'])
  })

  it('lists pending effects oldest first, in the order of their intents where they were made together', async () => {
    const ledger = await after([
      [
        effectEntry(anEffect({ key: 'z', createdAt: 5 })),
        effectEntry(anEffect({ key: 'a', createdAt: 5 })),
        effectEntry(anEffect({ key: 'early', createdAt: 4 })),
        effectEntry(anEffect({ key: 'gone', createdAt: 1 })),
      ],
      [
        effectEntry(anEffect({ key: 'gone', createdAt: 1, state: 'done' }), 'done'),
        effectEntry(anEffect({ key: 'z', createdAt: 5, attempts: 1 }), 'started'),
      ],
    ])
    expect(ledger.pendingEffects().map(({ key, attempts }) => [key, attempts])).toEqual([
      ['early', 0],
      ['z', 1],
      ['a', 0],
    ])
  })

  it('keeps the newest 200 releases of a Rollout, and any that is open or that something going on names', async () => {
    const many = Array.from({ length: 210 }, (__, index) => releaseEntry(aRelease({ key: `r${index}`, startedAt: index, ...ENDED })))
    const ledger = await after([
      [releaseEntry(aRelease({ key: 'open', startedAt: -4 }))],
      [
        revertEntry(aRevert({ key: 'live', releases: ['reverted'] })),
        revertEntry(aRevert({ key: 'over', state: 'ended', outcome: 'merged', endedAt: 1, releases: ['r3', 'swept'] })),
        effectEntry(anEffect({ key: 'trace', action: { type: 'trace-release', releaseKey: 'traced' } })),
        effectEntry(anEffect({ key: 'sweep', action: { type: 'delete-branch', revertKey: 'over' } })),
        ...['reverted', 'traced', 'swept', 'forgotten'].map((key) => releaseEntry(aRelease({ key, startedAt: -3, ...ENDED }))),
      ],
      many,
    ])
    const kept = (key: string) => ledger.read('release', key) !== undefined
    expect(['open', 'reverted', 'traced', 'swept', 'r3', 'r209'].map(kept)).toEqual([true, true, true, true, true, true])
    expect(['forgotten', 'r0', 'r4'].map(kept)).toEqual([false, false, false])
    expect(keysOf(ledger.releasesOf(ROLLOUT))).toHaveLength(200)
    expect(ledger.releasesOf(ROLLOUT)[0]?.key).toBe('r209')
  })

  it('keeps the card of a release for as long as the release, whichever of them was written first', async () => {
    const many = Array.from({ length: 210 }, (__, index) => releaseEntry(aRelease({ key: `r${index}`, startedAt: index, ...ENDED })))
    const card = (key: string): LedgerEntry => cardEntry({ releaseKey: key, ref: null, contentHash: key })
    const past = ['traced', 'before', 'after']
    const ledger = await after([
      [card('before'), ...past.map((key) => releaseEntry(aRelease({ key, startedAt: -3, ...ENDED }))), card('after'), card('traced')],
      [effectEntry(anEffect({ key: 'trace', action: { type: 'trace-release', releaseKey: 'traced' } }))],
      [...many, card('r209'), card('traced')],
      [releaseEntry(aRelease({ key: 'r209', startedAt: 209, recurrence: 2, ...ENDED }))],
    ])
    const known = ['traced', 'before', 'after', 'r209'].map((key) => ledger.read('card', key)?.contentHash)
    expect(known).toEqual(['traced', undefined, undefined, 'r209'])
  })
})

it('a look at a Rollout with 200 past releases parses no JSON and asks the store nothing', async () => {
  const store = aStore()
  await store.append(Array.from({ length: 200 }, (__, index) => releaseEntry(aRelease({ key: `r${index}`, startedAt: index, ...ENDED }))))
  const ledger = await openLedger(store)
  const parse = vi.spyOn(JSON, 'parse')
  const load = vi.spyOn(store, 'load')
  expect(ledger.releasesOf(ROLLOUT)).toHaveLength(200)
  expect(ledger.read('release', 'r7')).toBeDefined()
  expect([parse.mock.calls.length, load.mock.calls.length]).toEqual([0, 0])
  parse.mockRestore()
})

it('what the store has refused is not read', async () => {
  const store = aStore()
  const ledger = await openLedger({ ...store, append: () => Promise.reject(new Error('disk full')) })
  await expect(ledger.append([releaseEntry(aRelease({ key: 'r1' }))])).rejects.toThrow('disk full')
  expect(ledger.read('release', 'r1')).toBeUndefined()
})

it('nothing is read before it is durable, and appends are taken in in the order in which they were made', async () => {
  const store = aStore()
  const first = Promise.withResolvers<void>()
  const waits = [first.promise, Promise.resolve()]
  const ledger = await openLedger({ ...store, append: () => waits.shift() ?? Promise.resolve() })
  const older = ledger.append([releaseEntry(aRelease({ key: 'r1', recurrence: 1 }))])
  const newer = ledger.append([releaseEntry(aRelease({ key: 'r1', recurrence: 2 }))])
  await Promise.resolve()
  expect(ledger.read('release', 'r1')).toBeUndefined()
  first.resolve()
  await Promise.all([older, newer])
  expect(ledger.read('release', 'r1')?.recurrence).toBe(2)
})

it('what the store refuses before its turn has come is told to who has asked for it, and to nobody else', async () => {
  const store = aStore()
  const first = Promise.withResolvers<void>()
  const answers = [() => first.promise, () => Promise.reject(new Error('odd document'))]
  const ledger = await openLedger({ ...store, append: () => answers.shift()?.() ?? Promise.resolve() })
  const older = ledger.append([releaseEntry(aRelease({ key: 'r1' }))])
  const newer = ledger.append([releaseEntry(aRelease({ key: 'r2' }))]).catch(String)
  // Node ends the process for a rejection that nobody listens to by the end of a turn.
  await new Promise(setImmediate)
  first.resolve()
  await older
  expect(await newer).toBe('Error: odd document')
  expect([ledger.read('release', 'r1')?.key, ledger.read('release', 'r2')]).toEqual(['r1', undefined])
})

it('an end that is asked for while the store is verified ends that at the next document', async () => {
  const store = aStore()
  await store.append(['r1', 'r2'].map((key) => releaseEntry(aRelease({ key }))))
  await expect(openLedger(store, 'the ledger', AbortSignal.abort(new Error('SIGTERM')))).rejects.toThrow('SIGTERM')
})
