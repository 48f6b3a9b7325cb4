import { describe, expect, it } from 'vitest'
import { begin, beginningOf, firstFailedAt, haveOtherSteps, imagesSince } from '../../../src/domain/release/beginning.ts'
import type { Observation } from '../../../src/domain/release/observation.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Version } from '../../../src/domain/release/version.ts'
import type { RolloutSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { aLook, anAttempt, applied, aReplicaSet, aRollout, aSync, NOW } from './a-look.ts'

const OLD = aReplicaSet('old', 1, { createdAt: 1_000 })
const NEW = aReplicaSet('abc', 2, { createdAt: 5_000 })
/** N+1, `abc`, is under way over `old`. */
const TOLD: Partial<RolloutSnapshot> = { currentPodHash: 'abc', stableRS: 'old', rolloutRevision: 2, images: ['registry.example/web:abc'] }
const look = (fields: Partial<Observation> = {}, told: Partial<RolloutSnapshot> = {}): Observation =>
  aLook(
    { ...TOLD, ...told },
    {
      serving: { state: 'rolling', reason: '', failure: undefined, current: { podTemplateHash: 'abc', rolloutRevision: 2 } },
      replicaSets: [OLD, NEW],
      ...fields,
    },
  )
const begun = (fields: Partial<Observation> = {}, told: Partial<RolloutSnapshot> = {}) =>
  begin(aRollout({ ...TOLD, ...told }), look(fields, told))
const version = (fields: Partial<Version>): Observation['version'] => {
  return (hash) =>
    hash === 'old' ? { templateKey: '', podTemplateHash: hash, healthyAt: 1, applied: null, images: [], ...fields } : undefined
}
/** The first version: there is no N. */
const FIRST: Partial<RolloutSnapshot> = { stableRS: 'abc', rolloutRevision: 1 }
const overtaken = (fields: Partial<Release>): Release =>
  aRelease({ key: 'o', podTemplateHash: 'x', state: 'ended', outcome: 'superseded', applied: applied('v0'), startedAt: 10, ...fields })

describe('a release that is seen for the first time', () => {
  it('has no attempt, nothing of Git, and the names of both versions', () => {
    expect(begun()).toEqual({
      key: 'east|uid-1|abc|2',
      templateKey: 'east|uid-1|abc',
      cluster: 'east',
      namespace: 'shop',
      rollout: 'web',
      uid: 'uid-1',
      podTemplateHash: 'abc',
      rolloutRevision: 2,
      stableHash: 'old',
      images: ['registry.example/web:abc'],
      stableImages: ['registry.example/web:old'],
      startedAt: NOW,
      applied: null,
      before: null,
      goodApplied: null,
      stepHash: null,
      byTemplate: true,
      revision: null,
      goodRevision: null,
      author: null,
      sourcePr: null,
      repository: null,
      waiting: null,
      serving: 'rolling',
      cause: null,
      attempts: [],
      recurrence: 0,
      preExisting: false,
      decision: null,
      revertKey: null,
    })
  })

  it('is called by its generation where the controller refuses its spec, and has no template', () => {
    const invalid = { serving: { ...look().serving, state: 'invalid-spec', current: undefined } as const }
    expect(begun(invalid)).toMatchObject({ key: 'east|uid-1|spec-7|2', podTemplateHash: null, rolloutRevision: 2, byTemplate: false })
    expect(begun(invalid, { rolloutRevision: undefined })).toMatchObject({ key: 'east|uid-1|spec-7|0', rolloutRevision: 0 })
  })

  it('is none while it has no name', () => {
    expect(begun({ serving: { ...look().serving, current: undefined } })).toBeUndefined()
  })

  it('has no N where none is stable, and keeps the steps that it began with', () => {
    const remembered = { templateKey: '', podTemplateHash: '', healthyAt: 1, applied: applied('v9'), images: ['registry.example/web:9'] }
    const alone = begun({ version: () => remembered }, { stableRS: undefined, currentStepHash: 'steps' })
    expect(alone).toMatchObject({ stableHash: null, stableImages: [], goodApplied: null, stepHash: 'steps' })
  })

  it('takes the images of N from its ReplicaSet, or from what is remembered of it', () => {
    const remembered = { version: version({ images: ['registry.example/web:of-then'] }) }
    expect(begun(remembered)?.stableImages).toEqual(['registry.example/web:old'])
    expect(begun({ ...remembered, replicaSets: [NEW] })?.stableImages).toEqual(['registry.example/web:of-then'])
    expect(begun({ replicaSets: [NEW] })?.stableImages).toEqual([])
  })
})

describe('what was applied before a release', () => {
  const own = overtaken({ key: 'n', podTemplateHash: 'old', outcome: 'promoted', applied: applied('v1') })

  it.each<[string, Partial<Observation>, Partial<RolloutSnapshot>, readonly [good: string | null, before: string | null]]>([
    ['is what is remembered of N', { version: version({ applied: applied('v9') }), past: [own] }, {}, ['v9', 'v9']],
    ['is what began N, where nothing is remembered', { past: [own] }, {}, ['v1', 'v1']],
    ['is what began N, where it is not remembered with what', { version: version({}), past: [own] }, {}, ['v1', 'v1']],
    ['is not what began N when it failed', { past: [{ ...own, outcome: 'restored' }] }, {}, [null, null]],
    ['is not what began another version', { past: [{ ...own, podTemplateHash: 'y' }] }, {}, [null, null]],
    [
      'is not known of the first version',
      { version: (hash) => ({ ...version({ applied: applied('v9') })('old'), hash }) as never },
      FIRST,
      [null, null],
    ],
    ['is what was overtaken last', { version: version({ applied: applied('v9') }), past: [overtaken({})] }, {}, ['v9', 'v0']],
    [
      'is the newest of what was overtaken',
      { past: [overtaken({}), overtaken({ startedAt: 30, applied: applied('v3') }), overtaken({ startedAt: 20, applied: applied('v2') })] },
      {},
      [null, 'v3'],
    ],
    [
      'is that of N, where the last one was restored',
      { version: version({ applied: applied('v9') }), past: [overtaken({ outcome: 'restored' })] },
      {},
      ['v9', 'v9'],
    ],
    [
      'is that of N, where nobody knows what began the last one',
      { version: version({ applied: applied('v9') }), past: [overtaken({ applied: null })] },
      {},
      ['v9', 'v9'],
    ],
  ])('%s', (_, fields, told, [good, before]) => {
    const release = begun(fields, told)
    expect([release?.goodApplied?.revisions[0] ?? null, release?.before?.revisions[0] ?? null]).toEqual([good, before])
  })
})

describe('the sync that began a release', () => {
  const sync = { syncs: [aSync('v2', 4_000)], underWay: [aSync('v2', 4_000)] }
  const stored = aRelease({ key: 'r' })
  const of = (release: Partial<Release>, fields: Partial<Observation> = sync, retried = false) =>
    beginningOf({ ...stored, ...release }, look(fields), { retried })

  it('is the one before its ReplicaSet was made, and after that of N was', () => {
    expect(of({})).toEqual({ applied: applied('v2') })
    expect(of({}, { ...sync, replicaSets: [{ ...OLD, createdAt: 4_500 }, NEW] })).toEqual({})
    expect(of({ podTemplateHash: null, before: null })).toEqual({})
  })

  it('of a first version needs no N that is older', () => {
    expect(of({ stableHash: 'abc' }, { ...sync, replicaSets: [NEW] })).toEqual({ applied: applied('v2') })
    expect(of({ stableHash: 'x' }, { ...sync, replicaSets: [NEW] })).toEqual({})
  })

  it('is asked for no more once it is known', () => {
    expect(of({ applied: applied('v1') })).toEqual({})
  })

  it('is none that began another release, and may be what began this one before', () => {
    const other = aRelease({ key: 'other', applied: applied('v2') })
    expect(of({}, { ...sync, past: [other, aRelease({ key: 'nothing known' })] })).toEqual({})
    expect(of({}, { ...sync, past: [{ ...other, key: 'r' }, aRelease({ key: 'nothing known' })] })).toEqual({ applied: applied('v2') })
  })

  it('is none that was synced after it had failed', () => {
    const late = { ...sync, underWay: [], replicaSets: [OLD, { ...NEW, formerRevisions: [1] }] }
    expect(of({ before: applied('v1'), attempts: [anAttempt({ seenAt: 4_000 })] }, late)).toEqual({ applied: applied('v2') })
    expect(of({ before: applied('v1'), attempts: [anAttempt({ seenAt: 3_999 })] }, late)).toEqual({})
  })
})

describe('a release that is tried again', () => {
  const stored = aRelease({ key: 'r', stepHash: 'a', applied: applied('v2'), told: 'by-rendering' })
  const again = (release: Partial<Release>, currentStepHash: string | undefined, retried = true) =>
    beginningOf({ ...stored, ...release }, look({}, { currentStepHash }), { retried })

  it('begins anew with other steps: by what is synced after its last abort', () => {
    const anew = { byTemplate: false, before: applied('v2'), applied: null, revision: null, told: 'by-clocks', stepHash: 'b' }
    expect(again({}, 'b')).toEqual(anew)
    expect(again({ attempts: [anAttempt({ abortedAtMs: 70 }), anAttempt({ abortedAtMs: 80 })] }, 'b')).toEqual({ ...anew, anewSince: 80 })
    expect(again({ attempts: [anAttempt()] }, 'b')).toEqual(anew)
  })

  it.each<[string, Partial<Release>, string | undefined, boolean?]>([
    ['the steps are the same', {}, 'a'],
    ['it was not tried again', {}, 'b', false],
    ['nobody knows its steps of before', { stepHash: null }, 'b'],
    ['nobody knows its steps of now', {}, undefined],
  ])('does not begin anew where %s', (_, release, steps, retried) => {
    expect(again(release, steps, retried)).toEqual({})
  })

  it.each<[boolean, string | null, string | null]>([
    [true, 'a', 'b'],
    [false, 'a', 'a'],
    [false, null, 'b'],
    [false, 'a', null],
    [false, null, null],
  ])('has other steps: %s, of %s and %s', (isSo, one, other) => {
    expect(haveOtherSteps({ stepHash: one }, { stepHash: other })).toBe(isSo)
  })

  it('has failed first, since it began anew, by the clock of the controller where that is known', () => {
    const attempts = [anAttempt({ seenAt: 10, abortedAtMs: 5 }), anAttempt({ seenAt: 20 }), anAttempt({ seenAt: 30, abortedAtMs: 25 })]
    expect(firstFailedAt({ attempts })).toBe(5)
    expect(firstFailedAt({ attempts, anewSince: 5 })).toBe(20)
    expect(firstFailedAt({ attempts, anewSince: 20 })).toBe(25)
    expect(firstFailedAt({ attempts: [] })).toBeUndefined()
  })
})

it('images are taken from ReplicaSets where the release names none', () => {
  const none = { podTemplateHash: 'abc', stableHash: 'old', images: [], stableImages: [] }
  expect(imagesSince(none, [OLD, NEW])).toEqual({ images: ['registry.example/web:abc'], stableImages: ['registry.example/web:old'] })
  expect(imagesSince({ ...none, images: ['a'], stableImages: ['b'] }, [OLD, NEW])).toEqual({})
  expect(imagesSince(none, [])).toEqual({})
  expect(imagesSince({ ...none, podTemplateHash: null, stableHash: null }, [OLD, NEW])).toEqual({})
})
