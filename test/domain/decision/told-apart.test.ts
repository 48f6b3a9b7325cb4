import { describe, expect, it, test } from 'vitest'
import { BACK_IN_GIT, isBackInGit } from '../../../src/domain/decision/back-in-git.ts'
import { decide, isHeld } from '../../../src/domain/decision/decision.ts'
import type { FailedBefore } from '../../../src/domain/decision/failed-before.ts'
import { servedBefore } from '../../../src/domain/decision/failed-before.ts'
import { RENDERER_PATIENCE_MS, rendererAway, wasLetIn } from '../../../src/domain/decision/renderer-away.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import type { ReplicaSetSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { ofInput, ofPolicy, ofRelease, ofSource, type Change } from './changes.ts'
import { clear, commit, sha } from './clear.ts'

// What looks alike and has to be told apart: where two things are in question, one of them is as it should be and the other is not.

const checkOf = (id: string, ...changes: readonly Change[]): readonly unknown[] => {
  const check = decide(changes.reduce((input, change) => change(input), clear)).checks.find((one) => one.id === id)
  return [check?.outcome, check?.detail]
}
const words = (pattern: RegExp): unknown => expect.stringMatching(pattern)

describe('Git asks for the version before again', () => {
  const decided = (...checks: readonly object[]): Pick<Release, 'decision'> => ({ decision: { checks } as unknown as Release['decision'] })
  const revert = (fields: Partial<Revert>): Revert => fields as Revert
  const p5 = { id: 'P5', outcome: 'failed', detail: BACK_IN_GIT }

  it('once a revert has ended as restored, or was merged into the branch that is followed', () => {
    expect(isBackInGit(decided(), revert({ outcome: 'restored' }))).toBe(true)
    expect(isBackInGit(decided(), revert({ outcome: 'merged' }))).toBe(true)
  })

  it('not by a revert that was merged into another branch, was closed or stands open, whatever was decided before', () => {
    expect(isBackInGit(decided(p5), revert({ outcome: 'merged', mergesInto: 'next' } as Partial<Revert>))).toBe(false)
    expect(isBackInGit(decided(p5), revert({ outcome: 'declined' }))).toBe(false)
    expect(isBackInGit(decided(p5), revert({ outcome: 'open' } as unknown as Partial<Revert>))).toBe(false)
  })

  it('without a revert, by what check P5 said, and by no other check or outcome', () => {
    expect(isBackInGit(decided({ ...p5, id: 'P4', outcome: 'passed' }, p5, { ...p5, id: 'P6' }), undefined)).toBe(true)
    expect(isBackInGit(decided({ ...p5, id: 'P8' }, { ...p5, outcome: 'passed' }, { ...p5, detail: 'a later commit.' }), undefined)).toBe(
      false,
    )
    expect(isBackInGit({ decision: null }, undefined)).toBe(false)
  })
})

describe('a bot that pushed again what has failed', () => {
  const bot = commit({ sha: sha('d'), author: { name: 'renovate[bot]', email: 'bot@x' } })
  const failed = (by: string, change: Partial<FailedBefore> = {}): FailedBefore => {
    return { isSameTemplate: true, images: ['web:v2'], commit: sha(by), ...change }
  }

  it('is refused though it also pushed something that failed and is something else', () => {
    const own = [failed('d', { isSameTemplate: false, images: ['other:v1'] }), failed('d'), failed('1')]
    expect(checkOf('P8', ofSource({ culprits: [commit(), bot] }), ofInput({ failedBefore: own }))).toEqual([
      'failed',
      words(/^dddddddddddd .* pushed it again/),
    ])
  })

  it('is refused where only one of two images that were new then is new now', () => {
    const before = failed('1', { isSameTemplate: false, images: ['sidecar:v9', 'web:v2'] })
    expect(checkOf('P8', ofSource({ culprits: [bot] }), ofInput({ failedBefore: [before] }))).toEqual([
      'failed',
      words(/The image web:v2 has failed here before/),
    ])
  })

  it('names the image that failed, not one that is only new', () => {
    const before = [failed('1', { isSameTemplate: false, images: ['web:v2'] }), failed('2', { isSameTemplate: false, images: ['job:v2'] })]
    const release = ofRelease({ images: ['init:v2', 'web:v2', 'job:v2'] })
    expect(checkOf('P8', release, ofSource({ culprits: [bot] }), ofInput({ failedBefore: before }))[1]).toMatch(/The image web:v2 has/)
  })
})

describe('who released again what has failed', () => {
  const before = (by: string): FailedBefore => ({ isSameTemplate: true, images: [], commit: sha(by) })

  it('is nobody where it was pushed once and the cluster tries it again, though the template failed more than once', () => {
    const culprits = [commit({ sha: sha('b') }), commit({ sha: sha('d') })]
    const tried = [ofSource({ culprits, revision: commit({ sha: sha('b') }) }), ofInput({ failedBefore: [before('b'), before('d')] })]
    expect(checkOf('P8', ...tried)).toEqual(['passed', words(/same commits as before/)])
  })

  it('is a person where another commit brought it, and nobody where something was put on top of the one that did', () => {
    expect(checkOf('P8', ofInput({ failedBefore: [before('1')] }))).toEqual(['passed', words(/^A person released it again/)])
    const onTop = [commit({ sha: sha('b') }), commit({ sha: sha('d') })]
    const top = [ofSource({ culprits: onTop, revision: commit({ sha: sha('d') }) }), ofInput({ failedBefore: [before('b')] })]
    expect(checkOf('P8', ...top)).toEqual(['passed', words(/^What failed before was pushed once/)])
  })
})

describe('a template has served before', () => {
  const release = (fields: Partial<Release>): Release =>
    ({ uid: 'web', key: 'x', podTemplateHash: 'v2', stableHash: 'v1', outcome: 'restored', ...fields }) as Release
  const own = release({ key: 'own' })
  const stood = { formerRevisions: [1] as readonly number[] } as ReplicaSetSnapshot

  it('by its words, if that is known, and may have where only its number says so', () => {
    expect(checkOf('P8', ofInput({ servedBefore: 'served' }))).toEqual(['failed', words(/^this very version has served here before: /)])
    expect(checkOf('P8', ofInput({ servedBefore: 'stood' }))).toEqual([
      'failed',
      words(/^this very version was here before, .*: if it served then, /),
    ])
  })

  it('not where its hash is not known, or where it is the version before itself', () => {
    const others = [release({ outcome: 'promoted', podTemplateHash: null, stableHash: null } as unknown as Partial<Release>)]
    expect(servedBefore(release({ key: 'own', podTemplateHash: null } as unknown as Partial<Release>), others, stood)).toBeUndefined()
    expect(servedBefore(release({ key: 'own', stableHash: 'v2' }), [release({ stableHash: 'v2' })], stood)).toBeUndefined()
  })

  it('as the version before of another release, though it was tried and failed since', () => {
    expect(servedBefore(own, [release({ podTemplateHash: 'v3', stableHash: 'v2' }), release({})], undefined)).toBe('served')
  })

  it('when one of several tries made it, and not when only another template did', () => {
    expect(servedBefore(own, [release({}), release({ outcome: 'promoted' })], undefined)).toBe('served')
    expect(servedBefore(own, [release({}), release({ outcome: 'promoted', podTemplateHash: 'v3' })], undefined)).toBeUndefined()
    expect(servedBefore(own, [release({ outcome: 'promoted', podTemplateHash: 'v3' })], undefined)).toBeUndefined()
  })
})

test('only what is told people because of a storm is held by it', () => {
  const held = decide({ ...clear, held: 'many fail.' })
  expect([isHeld(held), isHeld({ ...held, action: 'open-revert' }), isHeld({ ...held, reason: 'No revert PR.' }), isHeld(null)]).toEqual([
    true,
    false,
    false,
    false,
  ])
})

test('a person may lift what no revert takes back, but not what the admin calls irreversible', () => {
  const changed = ofSource({ irreversible: ['a Job', 'a PersistentVolumeClaim'] })
  expect(checkOf('P11', changed)).toEqual(['failed', words(/a Job, and 1 more\. /)])
  expect(checkOf('P11', ofSource({ irreversible: ['a Job'] }))).toEqual(['failed', words(/takes back: a Job\. /)])
  expect(checkOf('P11', changed, ofPolicy({ reversible: true }))).toEqual(['passed', 'analysis-failed opens a PR.'])
  expect(checkOf('P11', changed, ofPolicy({ reversible: true, irreversible: ['apps/**'] }))[0]).toBe('failed')
})

test('a PR that Kedge closed does not stand in the way of what was undone by hand and adopted, unless people closed it', () => {
  const undone = ofRelease({ cause: 'undone', adoptedBy: 'ada' })
  const closed = (outcome: string): Change =>
    ofInput({ sameRevert: { state: 'ended', outcome, pullRequest: { number: 3, url: '' } } as Revert })
  expect(checkOf('P9', undone, closed('promoted'))[0]).toBe('passed')
  expect(checkOf('P9', undone, closed('gone'))[0]).toBe('failed')
  expect(checkOf('P9', closed('promoted'))[0]).toBe('failed')
})

describe('who renders', () => {
  it('is asked for two minutes before files have to do', () => {
    expect(RENDERER_PATIENCE_MS).toBe(120_000)
  })

  it('is asked for a day about an Experiment: files prove nothing of one', () => {
    expect(rendererAway({ proof: 'files' } as unknown as Parameters<typeof rendererAway>[0], undefined, true)).toMatch(
      /files prove nothing of an Exp/,
    )
  })

  it('has let Kedge in when one check of many says so', () => {
    const checks = (...all: readonly object[]): Parameters<typeof wasLetIn>[0] => ({ checks: all }) as Parameters<typeof wasLetIn>[0]
    const other = { id: 'P1', outcome: 'passed', detail: '' }
    expect(wasLetIn(checks(other, { id: 'P10', outcome: 'passed', detail: '' }))).toBe(true)
    expect(wasLetIn(checks(other, { id: 'P10', outcome: 'failed', detail: '' }))).toBe(false)
  })
})
