import { isDeepStrictEqual } from 'node:util'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { LedgerEntry, LedgerKind, LedgerPlace, LedgerStore } from '../../../src/ports/ledger.ts'
import { aRelease, anEffect, aRevert, effectEntry, releaseEntry, revertEntry } from '../ledger-documents.ts'
import type { Places } from './places.ts'

export const HOURS_A_YEAR = 8_760
const HOUR_MS = 3_600_000
/** Its year is the last one but a few in which a moment is a date. */
export const LAST_SEED = 270_000

interface YearRequest {
  seed: number
  hours: number
  /** Empty stores. */
  openAll: () => Promise<Places>
}

interface Lived {
  hours: number
  appends: number
  /** Questions that every store was asked. */
  answers: number
  /** Their names. */
  stores: readonly string[]
}

/**
 * Appends, asks, closes and opens again, hour by hour, as chance has it.
 * @throws Error that names the seed, the hour and the question, where a store answers otherwise than the model
 */
export async function liveYear({ seed, hours, openAll }: YearRequest): Promise<Lived> {
  await using places = await openAll()
  const chance = createChance(seed)
  const lived: Lived = { hours: 0, appends: 0, answers: 0, stores: places.all.map(({ name }) => name) }
  const same: Same = async (what, question) => {
    const [model, ...others] = await Promise.all(places.all.map(async ({ name, store }) => ({ name, said: await question(store) })))
    if (!model) throw new Error('there is no store')
    lived.answers += 1
    for (const { name, said } of others)
      if (!isDeepStrictEqual(said, model.said)) throw new Error(`seed ${seed}, hour ${lived.hours}: ${name} answers otherwise: ${what}`)
    return model.said
  }
  for (; lived.hours < hours; lived.hours += 1) {
    places.time.now = (seed + 1) * HOURS_A_YEAR * HOUR_MS + lived.hours * HOUR_MS
    if (chance() < 0.5) lived.appends += await append(places, chance)
    if (chance() < 0.02) await pick(places.all, chance).reopen()
    if (chance() < 0.2) await ask(same, chance)
    if (lived.hours % 24 === 0) await same('the head', (store) => store.head())
    if (lived.hours % 720 === 719) await same('the walk of the whole chain', (store) => store.verify())
  }
  await same('the walk of the whole chain', (store) => store.verify())
  return lived
}

type Chance = () => number

/** Calls that are made at once, the same of every store. @returns how many */
async function append({ all, time }: Places, chance: Chance): Promise<number> {
  const calls = Array.from({ length: 1 + Math.floor(chance() * 3) }, () =>
    Array.from({ length: 1 + Math.floor(chance() * 3) }, () => entryOf(chance, time.now)),
  )
  await Promise.all(all.flatMap(({ store }) => calls.map((entries) => store.append(entries))))
  return calls.length
}

const KEYS = 400
const keyOf = (chance: Chance): string => `k${Math.floor(chance() * KEYS)}`
const shaOf = (chance: Chance): CommitSha =>
  Math.floor(chance() * 50)
    .toString(16)
    .padStart(4, '0')
    .padEnd(40, 'a') as CommitSha
const imageOf = (chance: Chance): string => `registry.example/web-${Math.floor(chance() * 5)}:v1.${Math.floor(chance() * 30)}`

function entryOf(chance: Chance, at: number): LedgerEntry {
  const key = keyOf(chance)
  const kind = chance()
  const isOver = chance() < 0.6
  if (kind < 0.5) {
    const state = isOver ? 'ended' : 'failed'
    return releaseEntry(
      aRelease({ key, state, startedAt: at - (at % 7), revision: shaOf(chance), images: [imageOf(chance)], uid: `u${key.at(-1)}` }),
    )
  }
  if (kind < 0.7)
    return revertEntry(aRevert({ key, state: isOver ? 'ended' : 'open', plannedAt: at, commit: shaOf(chance), releases: [keyOf(chance)] }))
  return effectEntry(anEffect({ key, state: isOver ? 'done' : 'pending', createdAt: at }))
}

/** Asks all stores. @returns what they answer @throws Error where they differ */
type Same = <T>(what: string, question: (store: LedgerStore) => Promise<T>) => Promise<T>

async function ask(same: Same, chance: Chance): Promise<void> {
  const kind: LedgerKind = pick(['release', 'revert', 'effect'] as const, chance)
  const key = keyOf(chance)
  const open = pick([undefined, true, false], chance)
  const limit = 1 + Math.floor(chance() * 60)
  const named = pick([shaOf(chance).slice(0, 4 + Math.floor(chance() * 8)), imageOf(chance), imageOf(chance).split(':')[1] ?? ''], chance)
  await same(`${kind} ${key}`, (store) => store.load(kind, { key, limit: 1 }))
  await same(`the history of ${kind} ${key}`, (store) => store.history(kind, key))
  await same(`what names ${named}`, (store) => store.naming(named, limit))
  let before: LedgerPlace | undefined
  for (let page = 0; page < 3; page += 1) {
    const what = `page ${page} of ${limit} of ${kind}, open: ${String(open)}`
    const found = await same(what, (store) => store.load(kind, { open, limit, before }))
    before = found.at(-1)?.place
    if (!before) return
  }
}

function pick<T>(all: readonly T[], chance: Chance): T {
  const one = all[Math.floor(chance() * all.length)]
  if (one === undefined && all.length === 0) throw new Error('nothing to pick from')
  return one as T
}

/** In [0, 1), the same for a seed: mulberry32. */
function createChance(seed: number): Chance {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
