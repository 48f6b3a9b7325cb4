import { describe, expect, it } from 'vitest'
import { withWish } from '../../../src/domain/release/kept-wish.ts'
import type { Observation } from '../../../src/domain/release/observation.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { HeldWish, Wish } from '../../../src/domain/release/wish.ts'

const release = (more: Partial<Release> = {}): Release =>
  ({ uid: 'u', podTemplateHash: 'next', stableHash: 'old', state: 'failed', applied: { revisions: ['b'] }, ...more }) as unknown as Release
const held = (more: Partial<HeldWish>): HeldWish => ({
  state: 'waiting-for-sync',
  revisions: ['c'],
  podTemplateHash: 'x',
  since: 1,
  wasThere: false,
  ...more,
})
const look = (more: { held?: HeldWish; wish?: Wish; told?: string }): Observation =>
  ({
    rollout: { uid: 'u', currentPodHash: more.told ?? 'next' },
    replicaSets: [
      { podTemplateHash: 'old', images: ['web:1'] },
      { podTemplateHash: 'next', images: ['web:2'], createdAt: 10 },
    ],
    wish: more.wish ?? { state: 'met', revisions: ['b'], comparedAt: 20 },
    held: more.held,
  }) as unknown as Observation
const sync = { application: 'argocd/web', revisions: ['a'], startedAt: 1, endedAt: 1 }
const wishOf = (given: Parameters<typeof look>[0], more: Partial<Release> = {}) => withWish(release(more), look(given)).wish

describe('what Git asks for beside a release', () => {
  it('is kept once it is something newer, and goes when Git asks for the release again', () => {
    const kept = wishOf({ held: held({ syncedByHand: true }) })
    expect(kept).toEqual({
      state: 'waiting-for-sync',
      revisions: ['c'],
      by: 'compared',
      podTemplateHash: null,
      images: [],
      syncedByHand: true,
    })
    if (!kept) throw new Error('nothing was kept')
    expect(withWish(release({ wish: kept }), look({}))).not.toHaveProperty('wish')
    expect(withWish(release({ wish: kept }), look({ held: held({ state: 'met' }) }))).not.toHaveProperty('wish')
    // What has not held yet changes nothing.
    expect(wishOf({ wish: { state: 'waiting-for-sync', revisions: ['d'] } }, { wish: kept })).toBe(kept)
    expect(wishOf({ held: held({}) }, { wish: kept, state: 'ended' })).toBeUndefined()
  })

  it('names the version and its sync where the release was brought by hand', () => {
    const undone = held({ state: 'undone', by: 'hand', wanted: 'old', sync, revisions: ['b'] })
    expect(wishOf({ held: undone })).toEqual({
      state: 'undone',
      how: 'hand',
      revisions: ['a'],
      by: 'synced',
      podTemplateHash: 'old',
      images: ['web:1'],
    })
    expect(wishOf({ held: { ...undone, isNewer: true } })).toMatchObject({ revisions: ['b'], by: 'compared', images: [] })
  })

  it('is the release itself where that was undone, and nothing newer was compared', () => {
    const undone = held({ state: 'undone', by: 'hand', wanted: 'next', sync })
    expect(wishOf({ held: undone, told: 'old' })).toBeUndefined()
    expect(wishOf({ held: { ...undone, isNewer: true }, told: 'old' })).toMatchObject({ state: 'undone', by: 'compared' })
    expect(wishOf({ held: { ...undone, wanted: 'another' }, told: 'old' })).toMatchObject({ state: 'undone' })
  })

  it('is unknown while Argo CD does not say it, and where nobody owns the Rollout', () => {
    expect(wishOf({ held: held({ state: 'unknown', why: 'not-compared', revisions: [] }) })).toMatchObject({
      state: 'unknown',
      why: 'not-compared',
    })
    expect(wishOf({ wish: { state: 'unknown', revisions: [] } })).toMatchObject({ state: 'unknown' })
    expect(wishOf({ wish: { state: 'unknown', revisions: [], why: 'not-compared' } })).toBeUndefined()
  })

  it('is unknown of a failure that no sync is known to have brought, until Argo CD has compared since', () => {
    const compared = (comparedAt: number): Parameters<typeof look>[0] => ({ wish: { state: 'met', revisions: ['b'], comparedAt } })
    expect(wishOf(compared(9), { applied: null })).toMatchObject({ state: 'unknown' })
    expect(wishOf(compared(10), { applied: null })).toBeUndefined()
    expect(wishOf(compared(9))).toBeUndefined()
    expect(wishOf(compared(9), { applied: null, state: 'rolling' })).toBeUndefined()
  })
})
