import { describe, expect, it } from 'vitest'
import { exposedSince } from '../../../src/domain/release/exposure.ts'
import { snoozedUntil } from '../../../src/domain/release/handling.ts'
import { withWish } from '../../../src/domain/release/kept-wish.ts'
import type { Observation } from '../../../src/domain/release/observation.ts'
import type { KeptWish, Release } from '../../../src/domain/release/release.ts'
import type { HeldWish } from '../../../src/domain/release/wish.ts'
import { aRelease } from '../../contract/ledger-documents.ts'

// What the cluster was told by hand stands beside the release only while just that serves.

const release = (more: Partial<Release> = {}): Release =>
  ({
    uid: 'u',
    podTemplateHash: 'next',
    stableHash: 'old',
    state: 'failed',
    serving: 'undone',
    applied: null,
    ...more,
  }) as unknown as Release

function look(told: string | undefined, stable = told, more: Partial<Observation> = {}): Observation {
  const replicaSets = [{ podTemplateHash: 'other', images: ['web:9'] }]
  const rollout = { uid: 'u', currentPodHash: told, stableRS: stable, images: ['web:9'] }
  return { rollout, replicaSets, wish: { state: 'met', revisions: [] }, held: undefined, ...more } as unknown as Observation
}

describe('what was told by hand instead', () => {
  it('is named once it serves', () => {
    expect(withWish(release(), look('other')).instead).toMatchObject({ podTemplateHash: 'other' })
  })

  it.each<[string, Release, Observation]>([
    ['it does not serve yet', release(), look('other', 'old')],
    ['nobody told the cluster anything', release(), look(undefined)],
    ['it is the version that failed', release(), look('next')],
    ['it is the version before', release(), look('old')],
    ['nothing was undone', release({ serving: 'split' }), look('other')],
    ['the release is over', release({ state: 'ended' }), look('other')],
    ['the Rollout is another one of the same name', release(), look('other', 'other', { rollout: { uid: 'v' } } as Partial<Observation>)],
  ])('is nothing where %s', (_, one, seen) => {
    expect(withWish(one, seen)).not.toHaveProperty('instead')
    expect(withWish({ ...one, instead: { podTemplateHash: 'x', images: [] } }, seen)).not.toHaveProperty('instead')
  })
})

describe('what Git asks for instead', () => {
  const held = (more: Partial<HeldWish>): HeldWish => ({
    state: 'undone',
    revisions: ['c'],
    podTemplateHash: 'x',
    since: 1,
    wasThere: false,
    by: 'hand',
    wanted: 'next',
    ...more,
  })
  const of = (one: HeldWish, told: string): KeptWish | undefined => withWish(release(), look(told, told, { held: one })).wish

  it('is something else while the cluster is told what Git does not ask for, though that was brought by hand', () => {
    expect(of(held({}), 'next')).toMatchObject({ state: 'undone', how: 'hand' })
    expect(of(held({ state: 'waiting-for-sync' }), 'other')).toMatchObject({ state: 'waiting-for-sync' })
    expect(of(held({ state: 'waiting-for-sync' }), 'other')).not.toHaveProperty('how')
  })
})

describe('a failed version can come back', () => {
  const split = { key: 'k', attempts: [{ seenAt: 7 }] as unknown as Release['attempts'] }

  it('only while it is failed and the cluster runs the version before: either alone is not enough', () => {
    expect(exposedSince(aRelease({ ...split, state: 'failed', serving: 'split' }))).toBe(7)
    expect(exposedSince(aRelease({ ...split, state: 'rolling', serving: 'split' }))).toBeUndefined()
    expect(exposedSince(aRelease({ ...split, state: 'failed', serving: 'rolling' }))).toBeUndefined()
  })
})

describe('nobody is called', () => {
  const snooze = { until: 10, pullRequest: null } as unknown as NonNullable<Release['snooze']>

  it('until the snooze is over, and not of a release that has ended', () => {
    expect(snoozedUntil(aRelease({ key: 'k', state: 'failed', snooze }), undefined, 9)).toBe(10)
    expect(snoozedUntil(aRelease({ key: 'k', state: 'failed', snooze }), undefined, 10)).toBeUndefined()
    expect(snoozedUntil(aRelease({ key: 'k', state: 'ended', snooze }), undefined, 9)).toBeUndefined()
    expect(snoozedUntil(aRelease({ key: 'k', state: 'failed' }), undefined, 9)).toBeUndefined()
  })
})
