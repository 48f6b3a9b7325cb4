import { describe, expect, it } from 'vitest'
import type { Card } from '../../../src/domain/notice/card.ts'
import type { PlacedCard } from '../../../src/domain/notice/placed-card.ts'
import { buildStormCard, type StormMember } from '../../../src/domain/notice/storm-card.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Storm } from '../../../src/domain/storm/storm.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import type { Pass } from '../../../src/reconcile/decide/case.ts'
import { tellStorm, tellStorms } from '../../../src/reconcile/tell/tell-storm.ts'
import { anEffect, aRevert, effectEntry, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { AT } from '../../domain/an-attempt.ts'
import { aCluster, LINKS } from '../a-world.ts'
import { cardEntry, cardOf, hashOf, placed, publishing } from './a-card.ts'
import { aToldStorm, inStorm, KEY, kept, overIn, type ToldStorm } from './a-told-storm.ts'

const [A, B, C] = [inStorm('a'), inStorm('b'), inStorm('c')]
const passOf = (...releases: readonly Release[]): Pass => ({ look: { releases } }) as unknown as Pass

function theCard({ facts }: ToldStorm, lead: Release, members: readonly Partial<StormMember>[]): Card {
  const all = members.map((one) => ({ revert: undefined, trouble: undefined, ...one }) as StormMember)
  return buildStormCard({ facts: facts(), lead, members: all, links: LINKS, now: AT })
}

const mark = (isLast = false): Required<Pick<PlacedCard, 'storm'>> => ({ storm: { key: KEY, isLast } })
const card = (letter: string, fields: Partial<PlacedCard> = {}): PlacedCard => placed({ releaseKey: `k-${letter}`, ...fields })

/** The rows of a card that is told for the first time. */
function first(news: Card, channel: string, more: { also?: true } & Partial<Pick<PlacedCard, 'storm'>> = {}): readonly LedgerEntry[] {
  const { also, storm } = more
  const document = { releaseKey: news.key, channel, ref: null, contentHash: hashOf(news), ...(storm && { storm }) }
  return [publishing(news, channel, also ? { also } : {}), cardEntry(document)]
}

describe('a storm', () => {
  it('is one card in each channel, that of one of its releases, and written once', async () => {
    const members = [A, inStorm('b', { policy: kept('#shop', '#ops') }), inStorm('c', { policy: kept('#shop', '#ops') })]
    const storm = await aToldStorm(members)
    const [one, two] = [A, members[1] ?? B].map((lead, at) =>
      theCard(
        storm,
        lead,
        members.slice(at).map((release) => ({ release })),
      ),
    )
    await tellStorm(storm.environment, storm.journal, KEY)
    await tellStorm(storm.environment, storm.journal, KEY)
    expect(storm.written).toEqual([[...first(one as Card, '#shop', mark()), ...first(two as Card, '#ops', { also: true, ...mark() })]])
  })

  it('says of each release what its revert does, and what keeps that from being opened', async () => {
    const revert = aRevert({ key: 'v', state: 'planned', pullRequest: null })
    const storm = await aToldStorm([inStorm('a', { revertKey: 'v' }), B])
    const opening = anEffect({ key: 'o', action: { type: 'open-revert', revertKey: 'v' }, lastError: 'GitHub is down' })
    await storm.put(revertEntry(revert), effectEntry(opening))
    await tellStorm(storm.environment, storm.journal, KEY)
    const release = inStorm('a', { revertKey: 'v' })
    const news = theCard(storm, release, [{ release, revert, trouble: 'GitHub is down' }, { release: B }])
    expect(storm.written).toEqual([first(news, '#shop', mark())])
  })

  it('shows what of it has ended, as long as anything goes on', async () => {
    const storm = await aToldStorm([A, overIn('b')])
    await tellStorm(storm.environment, storm.journal, KEY)
    expect(storm.written).toEqual([first(theCard(storm, A, [{ release: A }, { release: overIn('b') }]), '#shop', mark())])
  })

  it('is told as the ledger has it once it is its turn to be written', async () => {
    const storm = await aToldStorm([A, B])
    const failedAgain = inStorm('b', { revertKey: 'v' })
    const journal: typeof storm.journal = {
      async commit(entries) {
        await storm.put(releaseEntry(failedAgain), revertEntry(aRevert({ key: 'v' })))
        await storm.journal.commit(entries)
      },
    }
    await tellStorm(storm.environment, journal, KEY)
    const members = [{ release: A }, { release: failedAgain, revert: aRevert({ key: 'v' }) }]
    expect(storm.written).toEqual([first(theCard(storm, A, members), '#shop', mark())])
  })

  it('is found by the releases that are looked at, as the ledger has them by now', async () => {
    const storm = await aToldStorm([A, B])
    const { storm: _, ...before } = A
    await tellStorms(storm.environment, storm.journal, passOf(before))
    expect(storm.written).toHaveLength(1)
    await tellStorms(storm.environment, storm.journal, passOf(inStorm('nobody')))
    expect(storm.written).toHaveLength(1)
  })

  it('is told nowhere without a channel, nor where nobody knows of it', async () => {
    const storm = await aToldStorm([A, B], {}, { channel: undefined })
    await tellStorms(storm.environment, storm.journal, passOf(A, B))
    await tellStorm(storm.environment, storm.journal, 'forgotten')
    expect(storm.written).toEqual([])
  })
})

describe('a storm that is over', () => {
  const ended: Partial<Storm> = { state: 'over', endedAt: AT }
  const hash = (storm: ToldStorm): string =>
    hashOf(
      theCard(
        storm,
        overIn('a'),
        ['a', 'b'].map((letter) => ({ release: overIn(letter) })),
      ),
    )

  it.each<[string, Partial<PlacedCard>, boolean]>([
    ['is told to the end on its card', mark(), true],
    ['is not told again once that was its last word', mark(true), false],
    ['is told where that was owed to people', { ...mark(true), contentHash: '' }, true],
  ])('%s', async (_, fields, isTold) => {
    const storm = await aToldStorm([overIn('a'), overIn('b')], ended)
    await storm.put(cardEntry(card('a', fields)))
    await tellStorm(storm.environment, storm.journal, KEY)
    const document = storm.ledger.read('card', 'k-a')
    expect(document).toMatchObject(isTold ? { contentHash: hash(storm), ...mark(true) } : card('a', fields))
    expect(storm.written).toHaveLength(isTold ? 1 : 0)
  })

  it('is no news where nobody was told of it while it went on', async () => {
    const storm = await aToldStorm([overIn('a'), overIn('b')], { state: 'gathering' })
    await tellStorm(storm.environment, storm.journal, KEY)
    expect(storm.written).toEqual([])
  })

  it('is told to the end while it gathers and all of it has ended', async () => {
    const storm = await aToldStorm([overIn('a'), overIn('b')], { state: 'gathering' })
    await storm.put(cardEntry(card('a', mark())))
    await tellStorm(storm.environment, storm.journal, KEY)
    expect(storm.ledger.read('card', 'k-a')).toMatchObject({ contentHash: hash(storm), ...mark() })
  })

  it('leaves no card that says for ever what was so in it, but for those of what is over as well', async () => {
    const late = overIn('c', { endedAt: AT + 1 })
    const storm = await aToldStorm([A, overIn('b'), late], ended)
    await storm.put(...['a', 'b', 'c'].map((letter) => cardEntry(card(letter, mark()))))
    await tellStorm(storm.environment, storm.journal, KEY)
    const { storm: _, ...own } = card('a', { contentHash: hashOf(cardOf(A)) })
    expect(storm.written).toEqual([[publishing(cardOf(A), '#shop', { thread: cardOf(A).outcome }), cardEntry(own)]])
  })
})

describe('who is not told by its card any more', () => {
  const released: Partial<Storm> = { state: 'released', releasedBy: 'ada' }

  it.each<[string, Release, readonly PlacedCard[], number]>([
    ['is told at once for itself', B, [], 2],
    ['is told at once where the card was its own', B, [card('b', mark())], 2],
    ['keeps what it was told for itself as it is', B, [card('b')], 0],
    ['is not told while it is tried again', inStorm('b', { state: 'rolling' }), [], 0],
    ['is told for itself where the card was its own, whatever becomes of it', overIn('b'), [card('b', mark())], 2],
    ['is not told of a cluster that nobody watches any more', inStorm('b', { cluster: 'gone' }), [], 0],
  ])('%s', async (_, release, cards, rows) => {
    const storm = await aToldStorm([release], released, { views: [aCluster('west', []), aCluster('east', ['b'])] })
    if (cards.length > 0) await storm.put(...cards.map((one) => cardEntry(one)))
    await tellStorm(storm.environment, storm.journal, KEY)
    expect(storm.written.flat()).toHaveLength(rows)
    expect(storm.ledger.read('card', 'k-b')?.storm).toBeUndefined()
  })

  it('has its own card written with its revert, by its own policy', async () => {
    const revert = aRevert({ key: 'v' })
    const release = inStorm('b', { revertKey: 'v', policy: kept('#shop') })
    const storm = await aToldStorm([release], released, { now: { b: { channel: '#team' } } })
    await storm.put(revertEntry(revert))
    await tellStorm(storm.environment, storm.journal, KEY)
    expect(storm.written).toEqual([first(cardOf(release, revert), '#team')])
  })

  it('has it changed after the storm’s, where one of its cards is the storm’s in another channel', async () => {
    const [b, c] = ['b', 'c'].map((letter) => inStorm(letter, { policy: kept('#shop', '#ops') })) as [Release, Release]
    const storm = await aToldStorm([A, b, c], {}, { now: { a: { alsoTell: ['#ops'] } } })
    await storm.put(cardEntry(card('a', { ...mark(), elsewhere: [{ channel: '#ops', ref: null, contentHash: 'older', ...mark() }] })))
    await tellStorm(storm.environment, storm.journal, KEY)
    const keys = storm.written.map((rows) => rows.filter(({ kind }) => kind === 'card').map(({ key }) => key))
    expect(keys).toEqual([['k-a', 'k-b'], ['k-a']])
    expect(storm.ledger.read('card', 'k-a')).toMatchObject({
      ...mark(),
      elsewhere: [{ channel: '#ops', contentHash: hashOf(cardOf(A)) }],
    })
    await tellStorm(storm.environment, storm.journal, KEY)
    expect(storm.written).toHaveLength(2)
  })

  it('is told in the same turn as the storm’s card, where it is another release', async () => {
    const storm = await aToldStorm([A, B, C])
    await storm.put(cardEntry(card('a', mark())), cardEntry(card('c', mark())), releaseEntry(C))
    await tellStorm(storm.environment, storm.journal, KEY)
    expect(storm.written.map((rows) => rows.filter(({ kind }) => kind === 'card').map(({ key }) => key))).toEqual([['k-a', 'k-c']])
  })
})
