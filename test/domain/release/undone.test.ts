import { describe, expect, it } from 'vitest'
import type { Observation } from '../../../src/domain/release/observation.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { undoneRelease } from '../../../src/domain/release/undone.ts'
import type { Version } from '../../../src/domain/release/version.ts'
import { wishSentence } from '../../../src/domain/release/wish-of.ts'
import type { HeldWish } from '../../../src/domain/release/wish.ts'
import type { RolloutSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { aLook, anAttempt, applied, aReplicaSet, aRollout, aSync, NOW } from './a-look.ts'

// `old` serves, by hand, and Git asks for `abc`, which served before.

const held = (fields: Partial<HeldWish> = {}): HeldWish => ({
  state: 'undone',
  revisions: ['c'],
  podTemplateHash: 'old',
  wanted: 'abc',
  by: 'hand',
  since: 1,
  wasThere: false,
  sync: aSync('v2', 5),
  ...fields,
})
const remembered =
  (...hashes: string[]): Observation['version'] =>
  (hash) =>
    hashes.includes(hash)
      ? ({ templateKey: '', podTemplateHash: hash, healthyAt: 1, applied: applied(`of ${hash}`), images: [] } as Version)
      : undefined

function undone(fields: Partial<Observation> = {}, told: Partial<RolloutSnapshot> = {}): ReturnType<typeof undoneRelease> {
  const replicaSets = [aReplicaSet('old', 3), aReplicaSet('abc', 2)]
  return undoneRelease(aRollout(told), aLook(told, { held: held(), replicaSets, version: remembered('abc', 'old'), ...fields }))
}
const KEY = 'east|uid-1|abc|2'
const known = (fields: Partial<Release> = {}): Release =>
  aRelease({ key: KEY, templateKey: 'east|uid-1|abc', state: 'ended', outcome: 'promoted', cause: null, ...fields })

const ATTEMPT = anAttempt({ key: `${KEY}|undone 3`, cause: 'undone', message: wishSentence(held(), 'old'), seenAt: NOW })
/** What is so of whatever was undone. */
const UNDONE: Partial<Release> = {
  stableHash: 'old',
  stableImages: ['registry.example/web:1.7.3'],
  goodApplied: applied('of old'),
  goodRevision: null,
  applied: applied('v2'),
  told: 'by-clocks',
  cause: 'undone',
  attempts: [ATTEMPT],
  recurrence: 1,
  serving: 'undone',
  waiting: null,
  preExisting: false,
  decision: null,
  revertKey: null,
}

describe('a version that somebody has undone by hand', () => {
  it('begins as undone where Kedge has not seen it begin, with what serves as its N', () => {
    expect(undone()).toEqual({
      known: undefined,
      event: {
        type: 'release-undone',
        facts: {
          key: KEY,
          templateKey: 'east|uid-1|abc',
          cluster: 'east',
          namespace: 'shop',
          rollout: 'web',
          uid: 'uid-1',
          podTemplateHash: 'abc',
          rolloutRevision: 2,
          images: ['registry.example/web:abc'],
          startedAt: NOW,
          before: null,
          stepHash: null,
          byTemplate: true,
          revision: null,
          author: null,
          sourcePr: null,
          repository: null,
          ...UNDONE,
        },
      },
    })
  })

  it('is open again where it was promoted, with its attempts, and without what people said of it then', () => {
    const before = anAttempt({ cause: 'human-abort' })
    const said = known({
      attempts: [before],
      recurrence: 4,
      adoptedBy: 'Ada',
      onIt: {} as never,
      snooze: {} as never,
    })
    const { state: _state, outcome: _outcome, endedAt: _endedAt, ...rest } = known()
    const step = undone({ past: [known({ key: 'another' }), said] })
    expect(step?.known).toBe(said)
    expect(step?.event).toMatchObject({ type: 'release-undone', facts: { ...rest, ...UNDONE, attempts: [before, ATTEMPT] } })
    const facts = step?.event.type === 'release-undone' ? Object.keys(step.event.facts) : []
    expect(facts.filter((name) => ['adoptedBy', 'onIt', 'snooze'].includes(name))).toEqual([])
  })

  it('keeps what is not known as not known, and that it was so before Kedge looked', () => {
    const step = undone({ held: held({ sync: undefined, wasThere: true }), version: () => undefined })
    expect(step?.event).toMatchObject({ facts: { applied: null, goodApplied: null, preExisting: true } })
  })

  it.each<[string, Partial<Observation>, Partial<RolloutSnapshot>?]>([
    ['it has not settled', { settled: false }],
    ['nothing has held for long enough', { held: undefined }],
    ['Git asks for something newer', { held: held({ state: 'waiting-for-sync' }) }],
    ['what Git asks for has no ReplicaSet', { held: held({ wanted: 'x' }) }],
    ['its ReplicaSet has no number yet', { replicaSets: [{ ...aReplicaSet('abc', 2), rolloutRevision: undefined }] }],
    ['nobody knows which version Git asks for', { held: held({ wanted: undefined }) }],
    ['another version is stable', {}, { stableRS: 'x' }],
    ['what was told by hand is not Healthy', {}, { phase: 'Progressing' }],
    ['it rolls', { serving: { ...aLook().serving, state: 'rolling' } }],
    ['it was never seen to serve', { version: remembered('old') }],
    ['it has failed before, and is over', { past: [known({ outcome: 'restored' })] }],
  ])('is none where %s', (_, fields, told) => {
    expect(undone(fields, told)).toBeUndefined()
  })
})

describe('a version that has failed, or was undone before', () => {
  const open = (fields: Partial<Release> = {}): Release =>
    known({ state: 'failed', outcome: 'open', cause: 'undone', serving: 'undone', ...fields })

  it('is marked once where it has failed: its N is that of its revert', () => {
    const failed = open({ cause: 'analysis-failed', serving: 'split', stableHash: 'n' })
    expect(undone({ past: [failed] })).toEqual({ known: failed, event: { type: 'release-updated', facts: { serving: 'undone' } } })
    expect(undone({ past: [{ ...failed, serving: 'undone' }] })).toBeUndefined()
  })

  it('has another N once another version was told by hand, unless a revert leads to the one of then', () => {
    const facts = {
      serving: 'undone',
      stableHash: 'old',
      stableImages: ['registry.example/web:1.7.3'],
      goodApplied: applied('of old'),
      goodRevision: null,
    }
    expect(undone({ past: [open({ stableHash: 'n' })] })?.event).toEqual({ type: 'release-updated', facts })
    expect(undone({ past: [open({ stableHash: 'n', revertKey: 'v' })] })).toBeUndefined()
    expect(undone({ past: [open()] })).toBeUndefined()
  })

  it('is marked again where it has run in between', () => {
    expect(undone({ past: [open({ serving: 'rolling' })] })?.event).toMatchObject({ type: 'release-updated', facts: { serving: 'undone' } })
  })
})
