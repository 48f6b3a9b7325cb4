import type { Announcement } from '../../src/domain/announce/announcement.ts'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import type { RolloutRef } from '../../src/domain/rollout/snapshots.ts'
import type { Storm } from '../../src/domain/storm/storm.ts'
import type { LedgerEntry } from '../../src/ports/ledger.ts'
import { aQuarantine } from '../domain/quarantine/a-quarantine.ts'
import { aRelease, anEffect, aRevert, effectEntry, releaseEntry, revertEntry } from './ledger-documents.ts'

/** Keys of one release, its card, a revert, a storm …: all kinds share them. */
export const KEYS: readonly string[] = Array.from({ length: 700 }, (_, index) => `k${index}`)
/** One has far more releases than are kept of it. */
export const ROLLOUTS: readonly RolloutRef[] = ['web', 'web', 'web', 'web', 'api', 'cron'].map((name) => ({
  cluster: 'east',
  namespace: 'shop',
  name,
}))

const LENGTH = 2_000

/** What chance has had happen, of every kind; and what happens next. */
export function aHistory(seed: number): { before: readonly LedgerEntry[]; more: readonly LedgerEntry[] } {
  const chance = createChance(seed)
  const all = Array.from({ length: LENGTH + 300 }, () => entryOf(chance))
  return { before: all.slice(0, LENGTH), more: all.slice(LENGTH) }
}

type Chance = (below: number) => number

function entryOf(chance: Chance): LedgerEntry {
  const key = pick(KEYS, chance)
  const at = chance(120)
  const isOver = chance(20) > 0
  const kind = chance(100)
  if (kind < 50) return releaseOf(key, isOver, chance)
  if (kind < 62) return { kind: 'card', key, event: 'card-published', document: { releaseKey: key, ref: null, contentHash: String(at) } }
  if (kind < 70) {
    const effect = anEffect({ key, state: isOver ? 'done' : 'pending', createdAt: at })
    const action = chance(2) ? ({ type: 'trace-release', releaseKey: pick(KEYS, chance) } as const) : effect.action
    return effectEntry({ ...effect, action: chance(3) ? action : { type: 'open-revert', revertKey: pick(KEYS, chance) } })
  }
  if (kind < 77) {
    const releases = [pick(KEYS, chance), pick(KEYS, chance)]
    return revertEntry(aRevert({ key, state: isOver ? 'ended' : 'open', plannedAt: at, releases }))
  }
  if (kind < 84) return versionOf(key, at)
  if (kind < 88) return { kind: 'storm', key, event: 'storm-begun', document: stormOf(key, at, isOver) }
  if (kind < 93) {
    const { name: rollout } = rolloutOf(key)
    const document = aQuarantine({ key, rollout, since: at, state: isOver ? 'over' : 'standing' })
    return { kind: 'quarantine', key, event: 'quarantine-began', document }
  }
  if (kind < 98) return { kind: 'announcement', key, event: 'announcement-changed', document: announcementOf(key, at, chance) }
  return { kind: 'baseline', key, event: 'baseline', document: { cluster: key, at } }
}

function releaseOf(key: string, isOver: boolean, chance: Chance): LedgerEntry {
  const { name: rollout } = rolloutOf(key)
  const storm = chance(10) === 0 ? pick(KEYS, chance) : undefined
  const startedAt = Number(key.slice(1)) % 90
  const fields = { key, rollout, startedAt, recurrence: chance(5), ...(storm === undefined ? {} : { storm }) }
  return releaseEntry(aRelease({ ...fields, ...(isOver ? { state: 'ended', outcome: 'restored', endedAt: 9 } : {}) }))
}

function versionOf(templateKey: string, healthyAt: number): LedgerEntry {
  const document = { templateKey, podTemplateHash: 'h', healthyAt, applied: null, images: [] }
  return { kind: 'version', key: templateKey, event: 'seen-healthy', document }
}

function stormOf(key: string, begunAt: number, isOver: boolean): Storm {
  const cause = { kind: 'metric', key, words: 'success-rate is 0.42', cluster: 'east', metrics: [] } as const
  return { key, cause, state: isOver ? 'over' : 'holding', begunAt, endedAt: null }
}

function announcementOf(key: string, at: number, chance: Chance): Announcement {
  const releases = [pick(KEYS, chance), pick(KEYS.slice(0, 20), chance)]
  const commit = '1'.repeat(40) as CommitSha
  return { key, repository: 'r', repoURL: 'r', commit, marker: 'm', releases, asked: at, pullRequest: null, statuses: 0, at }
}

const rolloutOf = (key: string): RolloutRef => pick(ROLLOUTS, () => Number(key.slice(1)) % ROLLOUTS.length)

function pick<T>(all: readonly T[], chance: Chance): T {
  return all[chance(all.length)] as T
}

/** The same for a seed: mulberry32. */
function createChance(seed: number): Chance {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
}
