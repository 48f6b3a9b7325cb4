import { describe, expect, it } from 'vitest'
import type { Announcement } from '../../../src/domain/announce/announcement.ts'
import type { Quarantine } from '../../../src/domain/quarantine/quarantine.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Storm } from '../../../src/domain/storm/storm.ts'
import { createProjection } from '../../../src/reconcile/ledger/projection.ts'
import { aRelease, anEffect, aRevert } from '../../contract/ledger-documents.ts'
import { aStorm } from '../../domain/notice/a-storm.ts'
import { aQuarantine, COMMIT } from '../../domain/quarantine/a-quarantine.ts'

const ROLLOUT = { cluster: 'east', namespace: 'shop', name: 'web' }
const ENDED = { state: 'ended', outcome: 'restored', endedAt: 9 } as const

const anAnnouncement = (key: string, releases: readonly string[]): Announcement => ({
  key,
  repository: 'github.com/acme/shop',
  repoURL: 'https://github.com/acme/shop.git',
  commit: COMMIT,
  marker: 'm',
  releases,
  asked: 1,
  pullRequest: null,
  statuses: 0,
  at: 1,
})

/** A projection that takes documents of a kind, each by its key. */
function aProjection() {
  const projection = createProjection()
  const take = (...taken: Parameters<typeof projection.take>): void => projection.take(...taken)
  return {
    ...projection,
    take,
    release: (key: string, fields: Partial<Release> = {}, order?: number): void =>
      take({ kind: 'release', key, document: aRelease({ key, ...fields }) }, order),
    storm: (key: string, fields: Partial<Storm>): void => take({ kind: 'storm', key, document: aStorm({ key, ...fields }) }),
    quarantine: (key: string, fields: Partial<Quarantine>): void =>
      take({ kind: 'quarantine', key, document: aQuarantine({ key, ...fields }) }),
    announcement: (key: string, releases: readonly string[]): void =>
      take({ kind: 'announcement', key, document: anAnnouncement(key, releases) }),
    card: (key: string): void => take({ kind: 'card', key, document: { releaseKey: key, ref: null, contentHash: 'c' } }),
  }
}

const keys = (documents: readonly { key: string }[]): string => documents.map(({ key }) => key).join(' ')

describe('of releases,', () => {
  it('those of one millisecond stand by the order of their first records, also where they are taken in another', () => {
    const { reads, release } = aProjection()
    release('b', { startedAt: 1_000.4 }, 7)
    release('a', { startedAt: 1_000.1 }, 8)
    release('c', { startedAt: 1_000.3 }, 2)
    release('d', { startedAt: 1_000.3 })
    release('c', { startedAt: 1_000.3, recurrence: 2 }, 10)
    expect(keys(reads.releasesOf(ROLLOUT))).toBe('d a b c')
    expect(keys(reads.releases({ limit: 9 }))).toBe('d a b c')
    expect(keys(reads.releases({ limit: 2 }))).toBe('d a')
  })

  it('the open ones, the ended ones and all are listed', () => {
    const { reads, release } = aProjection()
    release('a', { startedAt: 1 })
    release('b', { startedAt: 2, ...ENDED })
    release('c', { startedAt: 3, rollout: 'other' })
    expect(keys(reads.releases({ open: true, limit: 9 }))).toBe('c a')
    expect(keys(reads.releases({ open: false, limit: 9 }))).toBe('b')
    release('b', { startedAt: 2 })
    expect(keys(reads.releases({ open: true, limit: 9 }))).toBe('c b a')
    expect(keys(reads.releasesOf({ ...ROLLOUT, name: 'other' }))).toBe('c')
    expect(reads.releasesOf({ ...ROLLOUT, cluster: 'west' })).toEqual([])
  })

  it('those of a storm stand by when they began, the first to begin first, for as long as they are in it', () => {
    const { reads, release } = aProjection()
    release('b', { startedAt: 2, storm: 's', rollout: 'two' })
    release('a', { startedAt: 1, storm: 's', rollout: 'one' })
    release('c', { startedAt: 3, rollout: 'three' })
    expect(keys(reads.releasesOfStorm('s'))).toBe('a b')
    release('c', { startedAt: 3, storm: 's', rollout: 'three' })
    release('b', { startedAt: 2, rollout: 'two' })
    expect(keys(reads.releasesOfStorm('s'))).toBe('a c')
  })

  it('200 of a Rollout are kept; of more, the oldest that ended and that nobody names is forgotten, with its card and its storm', () => {
    const { reads, release, card, take } = aProjection()
    take({ kind: 'revert', key: 'v', document: aRevert({ key: 'v', releases: ['r1'] }) })
    release('r0', { startedAt: 0 })
    card('r2')
    for (let at = 1; at < 200; at += 1) release(`r${at}`, { startedAt: at, ...ENDED, ...(at === 2 && { storm: 's' }) })
    expect([reads.releasesOf(ROLLOUT).length, keys(reads.releasesOfStorm('s'))]).toEqual([200, 'r2'])
    release('r200', { startedAt: 200, ...ENDED })
    expect(reads.releasesOf(ROLLOUT)).toHaveLength(200)
    expect(['r0', 'r1', 'r2', 'r3'].map((key) => reads.read('release', key)?.key)).toEqual(['r0', 'r1', undefined, 'r3'])
    expect([reads.read('card', 'r2'), reads.releasesOfStorm('s')]).toEqual([undefined, []])
    release('elsewhere', { rollout: 'other', ...ENDED })
    expect(reads.releasesOf(ROLLOUT)).toHaveLength(200)
  })

  it('a Rollout keeps more where all of them are open', () => {
    const { reads, release } = aProjection()
    for (let at = 0; at < 202; at += 1) release(`r${at}`, { startedAt: at })
    expect(reads.releasesOf(ROLLOUT, 999)).toHaveLength(202)
    expect(reads.releasesOf(ROLLOUT)).toHaveLength(200)
  })
})

it('a live revert names its releases, a pending effect the one that it is for, or those of its revert', () => {
  const { named, take } = aProjection()
  const effect = (key: string, fields: Parameters<typeof anEffect>[0]): void => take({ kind: 'effect', key, document: anEffect(fields) })
  take({ kind: 'revert', key: 'live', document: aRevert({ key: 'live', releases: ['a', 'b'] }) })
  const over = { key: 'over', state: 'ended', outcome: 'merged', endedAt: 1, releases: ['c'] } as const
  take({ kind: 'revert', key: 'over', document: aRevert(over) })
  expect([...named()]).toEqual(['a', 'b'])
  effect('e1', { key: 'e1', action: { type: 'trace-release', releaseKey: 'd' } })
  effect('e2', { key: 'e2', action: { type: 'delete-branch', revertKey: 'over' } })
  effect('e3', { key: 'e3', action: { type: 'delete-branch', revertKey: 'gone' } })
  expect([...named()].toSorted()).toEqual(['a', 'b', 'c', 'd'])
  effect('e2', { key: 'e2', action: { type: 'delete-branch', revertKey: 'over' }, state: 'done' })
  take({ kind: 'revert', key: 'live', document: aRevert({ ...over, key: 'live', releases: ['a', 'b'] }) })
  expect([...named()]).toEqual(['d'])
})

it('pending effects stand by the millisecond in which they were made, then by their first records', () => {
  const { reads, take } = aProjection()
  const effect = (key: string, createdAt: number, order: number): void =>
    take({ kind: 'effect', key, document: anEffect({ key, createdAt }) }, order)
  effect('c', 5.2, 4)
  effect('b', 5.4, 3)
  effect('a', 4, 9)
  expect(keys(reads.pendingEffects())).toBe('a b c')
  effect('b', 5.4, 12)
  expect(keys(reads.pendingEffects())).toBe('a b c')
  expect(reads.pendingEffects()).toBe(reads.pendingEffects())
})

it('reverts are narrowed down by repository, in any case, by being open and by when they were planned', () => {
  const { reads, take } = aProjection()
  const revert = (key: string, fields: Parameters<typeof aRevert>[0]): void => take({ kind: 'revert', key, document: aRevert(fields) })
  revert('a', { key: 'a', plannedAt: 1_000.4 })
  revert('b', { key: 'b', plannedAt: 2_000, repository: 'GitHub.com/Acme/Shop' })
  revert('c', { key: 'c', plannedAt: 3_000, repository: 'github.com/acme/other' })
  revert('b', { key: 'b', plannedAt: 2_000, repository: 'GitHub.com/Acme/Shop', state: 'ended', outcome: 'merged', endedAt: 3 })
  expect(keys(reads.reverts({}))).toBe('c b a')
  expect(keys(reads.reverts({ repository: 'github.com/acme/shop' }))).toBe('b a')
  expect([keys(reads.reverts({ open: true })), keys(reads.reverts({ open: false }))]).toEqual(['c a', 'b'])
  expect([1_000, 1_001].map((since) => keys(reads.reverts({ since })))).toEqual(['c b a', 'c b'])
  expect(keys(reads.reverts({ since: 1_500, open: true, repository: 'github.com/acme/other' }))).toBe('c')
})

it('storms and quarantines are listed newest first, those that stand, those that are over, or all', () => {
  const { reads, storm, quarantine } = aProjection()
  for (const [index, state] of (['gathering', 'over', 'released'] as const).entries()) storm(state, { state, begunAt: index })
  expect(keys(reads.storms({}))).toBe('released over gathering')
  expect([keys(reads.storms({ open: true })), keys(reads.storms({ open: false }))]).toEqual(['released gathering', 'over'])
  quarantine('a', { since: 1 })
  quarantine('b', { since: 2, state: 'over' })
  quarantine('c', { since: 3, rollout: 'other' })
  expect(keys(reads.quarantines({}))).toBe('c b a')
  expect(keys(reads.quarantines({ rollout: ROLLOUT }))).toBe('b a')
  expect(keys(reads.quarantines({ rollout: { ...ROLLOUT, name: 'gone' } }))).toBe('')
  expect([keys(reads.quarantines({ standing: true })), keys(reads.quarantines({ rollout: ROLLOUT, standing: false }))]).toEqual([
    'c a',
    'b',
  ])
  quarantine('a', { since: 1, state: 'over' })
  expect(keys(reads.quarantines({ rollout: ROLLOUT, standing: true }))).toBe('')
})

it('an announcement is that of the releases that it names last', () => {
  const { reads, announcement } = aProjection()
  announcement('one', ['a', 'b'])
  announcement('two', ['b'])
  const of = (): readonly string[] => ['a', 'b', 'c'].map((release) => keys(reads.announcementsOf(release)))
  expect(of()).toEqual(['one', 'one two', ''])
  announcement('one', ['b', 'c'])
  expect(of()).toEqual(['', 'one two', 'one'])
  announcement('one', [])
  expect(of()).toEqual(['', 'two', ''])
  expect([reads.read('announcement', 'one')?.releases, reads.read('storm', 'one')]).toEqual([[], undefined])
})

it('cards of releases that are not there are forgotten at the end of a rebuild, and no other', () => {
  const all = aProjection()
  const { reads, release, card } = all
  card('a')
  card('b')
  release('a')
  all.forgetCards()
  expect([reads.read('card', 'a')?.releaseKey, reads.read('card', 'b')]).toEqual(['a', undefined])
})
