import { describe, expect, it } from 'vitest'
import type { SourceFacts } from '../../../src/domain/decision/facts.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { commitsOf, holdOf, isAfterOther, isTakenBack, isToldTogether, whyHeld, type StormFacts } from '../../../src/domain/storm/hold.ts'
import type { Storm } from '../../../src/domain/storm/storm.ts'

const storm = (state: Storm['state'], kind: Storm['cause']['kind'] = 'metric'): Storm => ({
  key: 'abc',
  cause: { kind, key: 'k', words: 'success-rate is 0', cluster: 'prod', metrics: [] },
  state,
  begunAt: 1,
  endedAt: null,
})
/** Releases of as many Rollouts, each brought by the commit that is named; undefined: Git has not told it. */
const members = (...commits: (string | undefined)[]): readonly Release[] =>
  commits.map((revision, at) => ({
    key: `r${at}`,
    cluster: 'prod',
    uid: `u${at}`,
    namespace: 'shop',
    rollout: `app-${at}`,
    state: 'failed',
    repository: 'git.example/shop',
    revision: revision ?? null,
    revertKey: null,
    policy: { mode: 'pr' },
  })) as unknown as readonly Release[]
const facts = (one: Storm, all: readonly Release[], live: readonly string[] = []): StormFacts => ({
  storm: one,
  members: all,
  live: new Set(live),
})
const first = ([release]: readonly Release[]): Release => release as Release

describe('what one commit says of a storm', () => {
  it.each([
    ['one', members('a', 'a', 'a')],
    ['one', members('a', 'a', undefined, undefined)],
    ['unknown', members('a', 'a', undefined, undefined, undefined)],
    ['unknown', members('a')],
    ['unknown', members(undefined, undefined)],
    ['several', members('a', 'b', undefined, undefined, undefined, undefined)],
  ] as const)('%s', (said, all) => {
    expect(commitsOf(all)).toBe(said)
  })

  it('one, where the repository is spelled in two ways', () => {
    const [one, other] = members('a', 'a')
    expect(commitsOf([{ ...one, repository: 'git.example/Shop' } as Release, other as Release])).toBe('one')
  })

  it('what is over counts no more', () => {
    const [over, ...open] = members('b', 'a', 'a')
    expect(commitsOf([{ ...over, state: 'ended' } as Release, ...open])).toBe('one')
  })
})

describe('a PR', () => {
  it.each([
    ['free', 'gathering', members('a', 'b')],
    ['all', 'holding', members('a', 'b', 'c')],
    ['all', 'holding', members(undefined, undefined, undefined)],
    ['all', 'passed', members('a', 'b', 'c')],
    ['after-one', 'holding', members('a', 'a', 'a')],
    ['after-one', 'gathering', members('a', 'a')],
    ['free', 'released', members('a', 'b', 'c')],
    ['free', 'over', members('a', 'b', 'c')],
  ] as const)('is %s in a storm that is %s', (hold, state, all) => {
    expect(holdOf({ storm: storm(state), members: all })).toBe(hold)
  })

  it('is held with a word why, and how to release it', () => {
    const all = members('a', 'b', 'c')
    const why = whyHeld(facts(storm('holding'), all), first(all), null)
    expect(why).toMatch(/^3 Rollouts failed for one cause: success-rate is 0\..* kedge storm release abc\.$/)
    expect(whyHeld(undefined, first(all), null)).toBeUndefined()
  })

  it.each([
    ['holding', '3 Rollouts failed for one cause: success-rate is 0. It waits until that has passed.'],
    [
      'passed',
      '3 Rollouts failed for one cause: success-rate is 0. That has passed, and proves nothing against this version: try it again.',
    ],
  ] as const)('is told why where its storm is %s', (state, why) => {
    const all = members('a', 'b', 'c')
    const way = ' Where the release itself is at fault: kedge storm release abc.'
    expect(whyHeld(facts(storm(state), all), first(all), null)).toBe(`${why}${way}`)
  })

  it.each(['released', 'over'] as const)('is held by nothing where its storm is %s', (state) => {
    const all = members('a', 'b', 'c')
    expect(whyHeld(facts(storm(state), all), first(all), null)).toBeUndefined()
  })

  it('is held by what Git says of its own commit now, and of no other', () => {
    const all = members(undefined, 'b', undefined)
    const why = (sha: string) => whyHeld(facts(storm('holding'), all), first(all), asked(sha))
    const asked = (sha: string) => ({ revision: { sha }, repository: 'git.example/shop' }) as unknown as SourceFacts
    expect(why('a')).toMatch(/^3 Rollouts failed for one cause/)
    expect(why('b')).toBeUndefined()
  })

  it('of one commit is opened, and one for its other files waits behind it while it lives', () => {
    const [one, two, ...others] = members('a', 'a', 'a')
    const all = [{ ...one, revertKey: 'first' } as Release, two as Release, ...others]
    const why = (revertKey: string, live: readonly string[], release = two as Release) =>
      whyHeld(facts(storm('holding'), all, live), release, { revertKey, revision: null } as unknown as SourceFacts)
    expect(why('first', ['first'])).toBeUndefined()
    expect(why('other', [])).toBeUndefined()
    expect(why('other', ['first'])).toMatch(/shop\/app-0 comes first/)
    expect(isAfterOther(why('other', ['first']) ?? '')).toBe(true)
    // Another namespace does not learn its name.
    expect(why('other', ['first'], { ...two, namespace: 'pay' } as Release)).toMatch(/^the revert for another Rollout comes first/)
  })

  it.each([
    [true, 'several commits are known to have failed', facts(storm('holding'), members('a', 'b', 'c'))],
    [true, 'its commit brought half of them', facts(storm('holding'), members('a', 'a', 'b', 'c'))],
    [false, 'its commit brought most of them', facts(storm('holding'), members('a', 'a', 'b'))],
    [
      true,
      'its commit brought most of them, and half of those that are open',
      facts(storm('holding'), [...members('a', 'b'), ...members('a', 'a').map((one): Release => ({ ...one, state: 'ended' }))]),
    ],
    [false, 'Git has not told of all', facts(storm('holding'), members('a', 'b', undefined))],
    [false, 'nothing is held', facts(storm('gathering'), members('a', 'b'))],
    [false, 'the commit is the cause', facts(storm('holding', 'commit'), members('a', 'b', 'c'))],
    [
      false,
      'one of them is only observed',
      facts(storm('holding'), [...members('a', 'b'), { ...first(members('c')), policy: { mode: 'observe' } } as unknown as Release]),
    ],
    [false, 'it failed for itself', undefined],
  ])('that is open is taken back (%s) where %s', (taken, _, all) => {
    expect(isTakenBack(all, first(members('a')))).toBe(taken)
  })
})

describe('one card tells of all', () => {
  const ended = (at: number) => ({ ...first(members('a')), state: 'ended', endedAt: at }) as unknown as Release
  it.each([
    [true, 'while it holds', facts(storm('holding'), members('a'))],
    [true, 'when it was over with the last of them', facts({ ...storm('over'), endedAt: 5 }, [ended(4), ended(5)])],
    [false, 'when it was over before one of them', facts({ ...storm('over'), endedAt: 5 }, [ended(4), ended(6)])],
    [false, 'when a person has released it', facts({ ...storm('over'), endedAt: 5, releasedBy: 'ada' }, [ended(4)])],
  ])('%s %s', (together, _, all) => {
    expect(isToldTogether(all)).toBe(together)
  })
})
