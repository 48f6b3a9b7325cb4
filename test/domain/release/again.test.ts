import { describe, expect, it } from 'vitest'
import { broughtAgain, howItBegan } from '../../../src/domain/release/again.ts'
import type { Observation } from '../../../src/domain/release/observation.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { withSafety } from '../../../src/domain/release/safe.ts'
import type { ReleaseTransition } from '../../../src/domain/release/transitions.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { aLook, anAttempt, applied, aReplicaSet, aSync, NOW } from './a-look.ts'

describe('the sync of a template that came back by itself', () => {
  const release = aRelease({ key: 'r', rolloutRevision: 4 })
  const before = aRelease({ key: 'b', applied: applied('v2'), before: applied('v1'), goodApplied: applied('v0') })
  const look = (past: readonly Release[], fields: Partial<Observation> = {}): Observation =>
    aLook({}, { past, syncs: [aSync('v2', 5)], ...fields })
  const unnamed = { ...before, key: 'u', templateKey: 'another' }
  const BROUGHT = { applied: applied('v2'), before: applied('v1'), goodApplied: applied('v0') }

  it('is the one that began it before, where Git asks for it and that is what was synced last', () => {
    expect(broughtAgain(release, look([unnamed, { ...before, key: 'r' }, { ...before, key: 's', byTemplate: false }, before]))).toEqual(
      BROUGHT,
    )
  })

  it.each<[string, Partial<Release>, Observation]>([
    ['it is known', { applied: applied('v9') }, look([before])],
    ['it began with new steps', { byTemplate: false }, look([before])],
    ['nobody says that Git asks for it', {}, look([before], { wish: { state: 'unknown', revisions: [] } })],
    ['nothing was synced', {}, look([before], { syncs: [] })],
    ['something else was synced last', {}, look([before], { syncs: [aSync('v3'), aSync('v2')] })],
    ['it was never released before', {}, look([unnamed])],
    ['nobody knows what began it before', {}, look([{ ...before, applied: null }])],
    ['it comes over another version', { stableHash: 'x' }, look([before])],
  ])('is not told where %s', (_, change, seen) => {
    expect(broughtAgain({ ...release, ...change }, seen)).toEqual({})
  })

  it('is told with the images that it did not name, and not where a sync of its own began it', () => {
    const replicaSets = [aReplicaSet('old', 1, { createdAt: 1_000 }), aReplicaSet('abc', 4, { createdAt: 5_000 })]
    const bare = { ...release, images: [] }
    expect(howItBegan(bare, look([before], { replicaSets }), { retried: false })).toEqual({
      ...BROUGHT,
      images: ['registry.example/web:abc'],
    })
    const own = look([], { replicaSets, underWay: [aSync('v3', 4_000)], syncs: [aSync('v3', 4_000)] })
    expect(howItBegan(bare, own, { retried: false })).toEqual({ applied: applied('v3'), images: ['registry.example/web:abc'] })
  })
})

describe('since when N alone serves', () => {
  const failed = (fields: Partial<Release> = {}): Release =>
    aRelease({ key: 'r', serving: 'split', attempts: [anAttempt({ key: '1', safeAt: 3 }), anAttempt({ key: '2' })], ...fields })
  const aborting = failed({ serving: 'aborting' })
  const safeAt = (release: Release, fields: Partial<Observation>): readonly unknown[] => {
    const step: ReleaseTransition = { event: 'release-updated', release, effects: [] }
    const [after, ...more] = withSafety([step], aLook({}, fields))
    expect(more).toEqual([])
    expect(after).toEqual({ ...step, release: { ...release, attempts: after?.release.attempts } })
    return after?.release.attempts.map((attempt) => attempt.safeAt) ?? []
  }
  const other = failed({ key: 'other' })

  it.each<[string, Release, Partial<Observation>, readonly unknown[]]>([
    ['is now, where it was aborting before', failed(), { open: [other, aborting] }, [3, NOW]],
    ['is now, where it had ended before', failed(), { open: [other], past: [other, aborting] }, [3, NOW]],
    ['is now, where it is seen for the first time', failed(), { open: [other], past: [other] }, [3, NOW]],
    ['is now, where it failed again', failed(), { open: [failed({ attempts: [anAttempt()] })] }, [3, NOW]],
    ['is not known, where it stood there before', failed(), { open: [failed()] }, [3, undefined]],
    ['is not known, where it stood there before, by all that is past', failed(), { past: [failed()] }, [3, undefined]],
    ['is as before, where that is known', failed({ attempts: [anAttempt({ safeAt: 7 })] }), { open: [aborting] }, [7]],
    ['is not yet, where another may serve', failed({ serving: 'aborting' }), { open: [failed({ serving: 'rolling' })] }, [3, undefined]],
    ['is not asked of what is tried again', failed({ state: 'rolling' }), { open: [aborting] }, [3, undefined]],
    ['is not asked of what never failed', failed({ attempts: [] }), { open: [aborting] }, []],
  ])('%s', (_, release, fields, expected) => {
    expect(safeAt(release, fields)).toEqual(expected)
  })
})
