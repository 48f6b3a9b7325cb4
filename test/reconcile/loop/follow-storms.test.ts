import { describe, expect, it } from 'vitest'
import type { StoredDecision, Release } from '../../../src/domain/release/release.ts'
import type { Storm } from '../../../src/domain/storm/storm.ts'
import type { Pass } from '../../../src/reconcile/decide/case.ts'
import { createFollowStorms } from '../../../src/reconcile/loop/follow-storms.ts'
import { aRevert, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { aStorm } from '../../domain/notice/a-storm.ts'
import { sha } from '../../domain/revert/a-body.ts'
import { aToldStorm, inStorm, KEY, kept, stormEntry } from '../tell/a-told-storm.ts'

const decided = (reason: string): Pick<Release, 'decision'> => ({
  decision: { action: 'notify', reason, checks: [], at: 0 } satisfies StoredDecision,
})
const HELD = decided('No revert PR: held, because 3 Rollouts failed for one cause.')
const passOf = (...releases: readonly Release[]): Pass => ({ look: { releases } }) as unknown as Pass
const pr = { policy: { ...kept('#shop'), mode: 'pr' } } as const

/** Follows a storm of these, and says which Rollouts are looked at again, and when. */
async function following(members: readonly Release[], storm: Partial<Storm> = {}) {
  const world = await aToldStorm(members, storm)
  const { clock } = world.environment
  const later: (readonly [string, number])[] = []
  const follow = createFollowStorms(world.environment, world.journal, (key, at) => void later.push([key, at - clock.elapsed()]))
  const look = async (...releases: readonly Release[]) => {
    await follow(passOf(...releases))
    return later.splice(0)
  }
  const become = (fields: Partial<Storm>): Promise<void> => world.put(stormEntry(aStorm(fields)))
  return { ...world, look, become }
}
const keysOf = (looks: readonly (readonly [string, number])[]): readonly string[] => looks.map(([key]) => key)

describe('a storm that a look finds', () => {
  it('has its card brought up to date', async () => {
    const { look, written } = await following([inStorm('a'), inStorm('b')])
    await look(inStorm('a'))
    expect(written).toHaveLength(1)
  })

  it('has all looked at again, a quarter of a second later, that was held and need not be', async () => {
    const members = [inStorm('a', HELD), inStorm('b', HELD), inStorm('c'), inStorm('d', { ...HELD, state: 'ended', outcome: 'gone' })]
    const { look } = await following(members, { state: 'released', releasedBy: 'ada' })
    expect(await look(inStorm('a'))).toEqual([
      ['east/shop/a', 250],
      ['east/shop/b', 250],
    ])
  })

  it('has nobody looked at again as long as it stands as it did', async () => {
    const { look, become } = await following([inStorm('a', HELD), inStorm('b', HELD)])
    expect(await look(inStorm('a'))).toEqual([])
    await become({ state: 'passed' })
    expect(await look(inStorm('b'))).toEqual([])
    await become({ state: 'released', releasedBy: 'ada' })
    expect(keysOf(await look(inStorm('a'), inStorm('b')))).toEqual(['east/shop/a', 'east/shop/b'])
    expect(await look(inStorm('a'))).toEqual([])
  })

  it('is the one that the ledger has for the release by now, and none where it has none', async () => {
    const { look, put } = await following([inStorm('a', HELD), inStorm('b', HELD)], { state: 'released', releasedBy: 'ada' })
    const { storm: _, ...alone } = inStorm('alone')
    await put(releaseEntry(alone))
    expect(await look(inStorm('nobody', { storm: KEY }), alone)).toEqual([])
    const { storm: __, ...before } = inStorm('a')
    expect(await look(before)).toHaveLength(2)
  })

  it('is none where the ledger does not know it', async () => {
    const { look, put } = await following([inStorm('a', HELD)])
    await put(releaseEntry(inStorm('b', { ...HELD, storm: 'forgotten' })))
    expect(await look(inStorm('b'))).toEqual([])
  })
})

describe('whose PR is open', () => {
  const member = (letter: string, digit: string, fields: Partial<Release> = {}): Release =>
    inStorm(letter, { ...pr, revision: sha(digit), repository: 'r', ...fields })
  const opened = (fields: Partial<Release> = {}): readonly Release[] => [
    member('a', '1', { revertKey: 'v', ...decided('All passed.'), ...fields }),
    member('b', '2', decided('Another reason.')),
    member('c', '3'),
  ]

  it.each<[string, readonly Release[], Parameters<typeof aRevert>[0], readonly string[]]>([
    ['is looked at again where it is in the way', opened(), { key: 'v' }, ['east/shop/a']],
    ['is not, where that has ended', opened(), { key: 'v', state: 'ended', outcome: 'declined' }, []],
    ['is not, where it is no PR of its', opened(), { key: 'other' }, []],
    ['is not, where it is held already', opened(HELD), { key: 'v' }, []],
  ])('%s', async (_, members, revert, keys) => {
    const { look, put } = await following(members)
    await put(revertEntry(aRevert(revert)))
    expect(keysOf(await look(members[1] ?? inStorm('b')))).toEqual(keys)
  })
})
