import { describe, expect, it } from 'vitest'
import type { Check } from '../../../src/domain/decision/check.ts'
import type { Decision } from '../../../src/domain/decision/decision.ts'
import { rendererAway } from '../../../src/domain/decision/renderer-away.ts'
import { factsOfDecision, factsOfSource } from '../../../src/domain/release/findings.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { sha, source } from '../decision/clear.ts'

describe('what Git says of a release', () => {
  const of = (change: Partial<typeof source> | null, known: Partial<Release> = {}) =>
    factsOfSource(aRelease({ key: 'r', revision: null, ...known }), change && { ...source, ...change })
  const TOLD = {
    revision: sha('b'),
    committedAt: 1,
    goodRevision: sha('a'),
    author: 'Ada',
    repository: 'git.example/shop/gitops',
    repoURL: 'https://git.example/shop/gitops.git',
  }

  it('is its commit, who wrote it, and where that is', () => {
    expect(of({})).toStrictEqual(TOLD)
    expect(of({ brought: { author: 'Bob', sourcePr: { number: 7, url: 'u' } } as never })).toEqual({
      ...TOLD,
      author: 'Bob',
      sourcePr: { number: 7, url: 'u' },
    })
  })

  it('is nothing while Git could not be asked, or does not know its commit', () => {
    expect([of(null), of({ revision: null })]).toEqual([{}, {}])
  })

  it('leaves what it does not say: an address, and the commit of N', () => {
    const { repoURL: _repoURL, ...rest } = TOLD
    expect(of({ repoURL: null, good: null }, { goodRevision: sha('f') })).toStrictEqual({ ...rest, goodRevision: sha('f') })
  })

  it('takes the PR away that was told of another commit', () => {
    expect(of({}, { revision: sha('b') })).toStrictEqual(TOLD)
    expect(of({}, { revision: sha('c') })).toStrictEqual({ ...TOLD, sourcePr: null })
  })
})

describe('what was decided on a release', () => {
  const check = (detail: string): Check => ({ id: 'P10', title: 't', outcome: 'failed', detail })
  const decision = (fields: Partial<Decision> = {}): Decision => ({ action: 'notify', reason: 'why', checks: [check('x')], ...fields })
  const kept = (fields: Partial<Decision> = {}): Partial<Release> => ({ decision: { ...decision(fields), at: 5 } })
  const of = (known: Partial<Release>, now: Decision) => factsOfDecision(aRelease({ key: 'r', ...known }), now, 9)
  const theirs = { number: 3, url: 'u' } as unknown as NonNullable<Decision['theirs']>
  const away = (detail: string): Partial<Decision> => ({ checks: [check(detail)] })

  it('is news with its time, and with the PR of a person that does it, where there is one', () => {
    expect(of({}, decision())).toStrictEqual({ decision: { ...decision(), at: 9 } })
    expect(of({}, decision({ theirs }))).toStrictEqual({ decision: { ...decision(), theirs, at: 9 } })
    expect(of({}, decision({ action: 'wait' }))).toStrictEqual({ decision: { ...decision({ action: 'wait' }), at: 9 } })
  })

  it.each<[string, Partial<Decision>]>([
    ['another action', { action: 'open-revert' }],
    ['another reason', { reason: 'another' }],
    ['another check', { checks: [check('y')] }],
    ['one check more', { checks: [check('x'), check('x')] }],
  ])('is news where it has %s', (_, fields) => {
    expect(of(kept(), decision(fields))).toMatchObject({ decision: { ...fields, at: 9 } })
  })

  it('is no news where it says the same, or nothing can be decided yet', () => {
    expect(of(kept(), decision())).toEqual({})
    expect(of(kept(), decision({ action: 'wait', reason: 'blind' }))).toEqual({})
  })

  it('counts since when who renders is away, whatever stands in the way beside', () => {
    const [before, now] = [away(rendererAway({ proof: 'any' })), away(rendererAway({ proof: 'rendered' }))]
    expect(of(kept(before), decision(now))).toMatchObject({ decision: { at: 5 } })
    expect(of(kept(before), decision({ reason: 'another' }))).toMatchObject({ decision: { at: 9 } })
    expect(of(kept(), decision(now))).toMatchObject({ decision: { at: 9 } })
    expect(of({}, decision(now))).toMatchObject({ decision: { at: 9 } })
  })
})
