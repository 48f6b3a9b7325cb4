import { expect, it } from 'vitest'
import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import type { LeaderElection, OthersEntry } from '../../../src/ports/leader-election.ts'
import type { LedgerEntry, LedgerStore } from '../../../src/ports/ledger.ts'
import { openLedger, openProjected, type OpenProjected } from '../../../src/reconcile/ledger/open-ledger.ts'
import { aRelease, aRevert, effectEntry, anEffect, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { cardEntry } from '../tell/a-card.ts'

const ENDED = { state: 'ended', outcome: 'restored', endedAt: 9 } as const
const OPTIONS: OpenProjected = { name: 'the ledger', interrupted: undefined }
const past = (key: string, startedAt: number): LedgerEntry => releaseEntry(aRelease({ key, startedAt, ...ENDED }))
const many = (count: number): readonly LedgerEntry[] => Array.from({ length: count }, (_, at) => past(`r${at}`, 1_000 + at))
const card = (key: string): LedgerEntry => cardEntry({ releaseKey: key, ref: null, contentHash: key })

/** A store with these entries, and the keys of what was asked of it beside the walk. */
async function aStore(...entries: readonly LedgerEntry[]) {
  const real = createMemoryLedger({ clock: { now: () => 7 } })
  if (entries.length > 0) await real.append(entries)
  const loaded: string[] = []
  const store: LedgerStore = {
    ...real,
    async load(kind, query) {
      loaded.push(`${kind} ${query.key}`)
      return real.load(kind, query)
    },
  }
  return { store, loaded, real }
}

it('a ledger is opened at its head, and an empty one at none', async () => {
  const { store, real } = await aStore(...many(3))
  expect(await openProjected(store, OPTIONS)).toMatchObject({ head: await real.head(), from: undefined })
  expect(await openProjected((await aStore()).store, OPTIONS)).toMatchObject({ head: undefined, from: undefined })
})

it('a chain that does not hold is none to decide on', async () => {
  const { store } = await aStore()
  const broken = { ...store, verify: async () => ({ intact: false, sequence: 3, what: 'the record does not match its hash' }) as const }
  await expect(openLedger(broken, 'the file')).rejects.toMatchObject({
    code: 'E_LEDGER_BROKEN',
    what: 'the file: the record does not match its hash (record 3)',
  })
})

it('what was forgotten on the way and is named after all is asked for with its card, and nothing else', async () => {
  const named = revertEntry(aRevert({ key: 'v', releases: ['old', 'r150', 'gone'] }))
  const swept = effectEntry(anEffect({ key: 'e', action: { type: 'trace-release', releaseKey: 'older' } }))
  const { store, loaded } = await aStore(past('old', 2), card('old'), past('older', 1), named, swept, ...many(205))
  const ledger = await openLedger(store)
  expect(loaded.toSorted()).toEqual(['card gone', 'card old', 'card older', 'release gone', 'release old', 'release older'])
  expect(['old', 'older', 'r150', 'r0'].map((key) => ledger.read('release', key)?.key)).toEqual(['old', 'older', 'r150', undefined])
  expect(ledger.read('card', 'old')?.contentHash).toBe('old')
})

it('the card of a release that was forgotten is forgotten, also where it has changed since', async () => {
  const { store } = await aStore(...many(201), card('r0'), card('r200'))
  const ledger = await openLedger(store)
  expect([ledger.read('card', 'r0'), ledger.read('card', 'r200')?.contentHash]).toEqual([undefined, 'r200'])
})

it('what others append is told before it is taken, and stands where the chain has it', async () => {
  const { store, real } = await aStore(past('a', 1))
  const followed: unknown[] = []
  let take: (entry: OthersEntry) => void = () => undefined
  const election = {
    async follow(after: unknown, taking: typeof take) {
      followed.push(after)
      take = taking
    },
  } as unknown as LeaderElection
  const told: string[] = []
  const { ledger } = await openProjected(
    { ...store, election },
    { ...OPTIONS, changing: ({ key }) => void told.push(`${key} ${ledger.read('release', key)?.recurrence}`) },
  )
  expect(followed).toEqual([await real.head()])
  take({ ...releaseEntry(aRelease({ key: 'a', startedAt: 1, recurrence: 2 })), sequence: 2 })
  take({ ...past('c', 1), sequence: 9 })
  take({ ...past('b', 1), sequence: 5 })
  expect(told).toEqual(['a 1', 'c undefined', 'b undefined'])
  expect(ledger.releases({ limit: 9 }).map(({ key, recurrence }) => `${key} ${recurrence}`)).toEqual(['c 1', 'b 1', 'a 2'])
})

it('what this process appends is told before it is taken, and again once it is there', async () => {
  const { store } = await aStore()
  const told: string[] = []
  const there = (key: string): boolean => ledger.read('release', key) !== undefined
  const { ledger } = await openProjected(store, {
    ...OPTIONS,
    changing: ({ key }) => void told.push(`changing ${key} ${there(key)}`),
    appended: (entries) => void told.push(`appended ${entries.map(({ key }) => `${key} ${there(key)}`).join(', ')}`),
  })
  await ledger.append([past('a', 1), past('b', 2)])
  expect(told).toEqual(['changing a false', 'changing b false', 'appended a true, b true'])
})
