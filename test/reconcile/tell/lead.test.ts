import { describe, expect, it } from 'vitest'
import type { PlacedCard } from '../../../src/domain/notice/placed-card.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Storm } from '../../../src/domain/storm/storm.ts'
import { channelsOf, isToldByStorm, leadOf, openOn, toldIn } from '../../../src/reconcile/tell/lead.ts'
import { AT } from '../../domain/an-attempt.ts'
import { aCluster } from '../a-world.ts'
import { cardEntry, placed } from './a-card.ts'
import { aToldStorm, inStorm, KEY, kept, overIn } from './a-told-storm.ts'

const [A, B, C] = [inStorm('a'), inStorm('b'), inStorm('c')]
const WAITING = { waiting: { reason: '', evidence: [] } }
const MUTED = { policy: { ...kept('#shop'), mutedUntil: AT + 1 } }
const mark = (key = KEY): Pick<PlacedCard, 'storm'> => ({ storm: { key, isLast: false } })
const card = (letter: string, fields: Partial<PlacedCard> = {}): PlacedCard => placed({ releaseKey: `k-${letter}`, ...fields })
const over: Partial<Storm> = { state: 'over', endedAt: AT }

type Row = [
  string,
  readonly Release[],
  readonly PlacedCard[],
  string | undefined,
  Partial<Storm>?,
  Readonly<Record<string, Partial<Policy>>>?,
]

describe('whose card is the storm’s in a channel', () => {
  it.each<Row>([
    ['the first of all', [A, B, C], [], 'a'],
    ['the first that has a card there', [A, B, C], [card('c')], 'c'],
    ['a card of another channel is none there', [A, B, C], [card('c', { channel: '#ops' })], 'a'],
    ['the one whose card it has been, before all', [A, B, C], [card('b'), card('c', mark())], 'c'],
    ['the card of another storm is like any other', [A, B, C], [card('b'), card('c', mark('other'))], 'b'],
    ['one of which nobody is told leads nobody', [inStorm('a', MUTED), B, C], [], 'b'],
    ['one that waits for a person says so itself', [inStorm('a', WAITING), B, C], [], 'b'],
    ['one that is told elsewhere leads nobody here', [inStorm('a', { policy: kept('#ops') }), B, C], [], 'b'],
    ['one that the policy has elsewhere by now leads nobody here', [A, B, C], [], 'b', {}, { a: { channel: '#ops' } }],
    ['one that is told here besides others leads as well', [inStorm('a', { policy: kept('#ops', '#shop') }), B], [], 'a'],
    ['there are no two', [A], [], undefined],
    ['the others wait for a person', [A, inStorm('b', WAITING)], [], undefined],
    ['the others are told elsewhere', [A, inStorm('b', { policy: kept('#ops') })], [], undefined],
    ['of the others, one is told here', [A, inStorm('b', { policy: kept('#ops') }), C], [], 'a'],
    ['a person has said that each is at fault', [A, B], [card('a', mark())], undefined, { releasedBy: 'ada' }],
    ['once it is over, the one whose card it was', [overIn('a'), overIn('b')], [card('a'), card('b', mark())], 'b', over],
    ['once it is over, no other card becomes its', [overIn('a'), overIn('b')], [card('a')], undefined, over],
    ['while it goes on, what has ended may lead', [overIn('a'), B], [], 'a'],
  ])('%s', async (_, ...[members, cards, lead, storm, now]) => {
    const { environment, put, facts } = await aToldStorm(members, storm, { now: now ?? {} })
    if (cards.length > 0) await put(...cards.map((one) => cardEntry(one)))
    const found = leadOf(environment, facts(), '#shop')
    const release = members.find(({ rollout }) => rollout === lead)
    expect(found).toEqual(release && { release, channel: '#shop', also: release.policy?.channel !== '#shop' })
  })

  it('none of which the policy is not known yet', async () => {
    const { environment, facts } = await aToldStorm([A, B, C], {}, { views: [aCluster('east', ['b'], 'rollouts')] })
    expect(leadOf(environment, facts(), '#shop')?.release).toEqual(B)
  })
})

describe('a release of a storm', () => {
  it.each<[string, Release, readonly PlacedCard[], Partial<Storm>, boolean]>([
    ['is told by its card where it has none of its own', B, [], {}, true],
    ['is told by its card where that is its own', A, [card('a', mark())], {}, true],
    ['is told for itself where it had a card there before', B, [card('a', mark()), card('b')], {}, false],
    ['is told for itself while a person is waited for', inStorm('b', WAITING), [], {}, false],
    ['is told for itself where the storm says nothing any more', B, [], { releasedBy: 'ada' }, false],
    ['is told for itself where it failed for itself', inStorm('b', { storm: 'forgotten' }), [], {}, false],
  ])('%s', async (_, ...[release, cards, storm, isTold]) => {
    const { environment, put } = await aToldStorm([A, release, C], storm)
    if (cards.length > 0) await put(...cards.map((one) => cardEntry(one)))
    expect(isToldByStorm(environment, release, '#shop')).toBe(isTold)
  })
})

describe('where a storm is told', () => {
  const both = inStorm('d', { policy: kept('#shop', '#ops') })
  const besides = inStorm('e', { policy: kept(null, '#sre') })
  const { policy: _, ...old } = inStorm('f')
  const members = [A, both, besides, old, inStorm('g', { ...WAITING, policy: kept('#late') }), inStorm('h', MUTED)]

  it('is each channel of any of its releases, once', async () => {
    const { environment, facts } = await aToldStorm(members)
    expect(channelsOf(environment, facts())).toEqual(['#shop', '#ops', '#sre', '#late'])
  })

  it.each([
    ['#shop', [A, both]],
    ['#ops', [both]],
    ['#late', []],
  ])('in %s are those that the policy has there, but for who says itself what it waits for', async (channel, told) => {
    const { environment, facts } = await aToldStorm(members)
    expect(toldIn(environment, facts(), channel)).toEqual(told)
  })
})

describe('what a card stands for', () => {
  const members = [A, overIn('b'), C, inStorm('d', { policy: kept('#ops') })]

  it.each<[string, Release, string | undefined, readonly Release[]]>([
    ['its own release', A, undefined, [A]],
    ['nothing, once that is over', overIn('b'), undefined, []],
    ['all of its storm that is open and told there', A, KEY, [A, C]],
    ['its own release, where the storm is not known', A, 'forgotten', [A]],
  ])('%s', async (_, release, key, open) => {
    const { environment } = await aToldStorm(members)
    const storm = key === undefined ? {} : mark(key)
    expect(openOn(environment, release, { channel: '#shop', ...storm })).toEqual(open)
  })
})
