import { describe, expect, it } from 'vitest'
import type { SourceFacts } from '../../../src/domain/decision/facts.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { commitsOf, holdOf, isTakenBack, whyHeld } from '../../../src/domain/storm/hold.ts'
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
  })) as unknown as readonly Release[]
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
    const why = whyHeld({ storm: storm('holding'), members: all }, first(all), null)
    expect(why).toMatch(/^3 Rollouts failed for one cause: success-rate is 0\..* kedge storm release abc\.$/)
    expect(whyHeld(undefined, first(all), null)).toBeUndefined()
  })

  it('of one commit is opened, and one for its other files waits behind it', () => {
    const [one, two, ...others] = members('a', 'a', 'a')
    const all = [{ ...one, revertKey: 'first' } as Release, two as Release, ...others]
    const facts = { storm: storm('holding'), members: all }
    expect(whyHeld(facts, two as Release, { revertKey: 'first', revision: null } as unknown as SourceFacts)).toBeUndefined()
    expect(whyHeld(facts, two as Release, { revertKey: 'other', revision: null } as unknown as SourceFacts)).toMatch(
      /shop\/app-0 comes first/,
    )
  })

  it('that is open is taken back only where several commits are known to have failed', () => {
    expect(isTakenBack({ storm: storm('holding'), members: members('a', 'b', undefined) })).toBe(true)
    expect(isTakenBack({ storm: storm('holding'), members: members('a', undefined, undefined) })).toBe(false)
    expect(isTakenBack({ storm: storm('gathering'), members: members('a', 'b') })).toBe(false)
    expect(isTakenBack(undefined)).toBe(false)
  })
})
