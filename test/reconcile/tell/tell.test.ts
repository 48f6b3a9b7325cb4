import { describe, expect, it } from 'vitest'
import type { Effect } from '../../../src/domain/effect.ts'
import { buildMovedCard } from '../../../src/domain/notice/moved-card.ts'
import type { PlacedCard } from '../../../src/domain/notice/placed-card.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import { DEFAULT_POLICY } from '../../../src/domain/policy/policy.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import { ask, isOwed, tell } from '../../../src/reconcile/tell/tell.ts'
import { anEffect, aRevert, effectEntry, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { AT } from '../../domain/an-attempt.ts'
import { aWorld, LINKS } from '../a-world.ts'
import { cardEntry, cardOf, failed, hashOf, placed, publishing } from './a-card.ts'

const POLICY: Policy = { ...DEFAULT_POLICY, mode: 'notify', channel: '#shop' }
const ENDED = failed({ state: 'ended', outcome: 'restored', endedAt: AT })

/** What is written for a release, where the ledger has these. */
async function told(
  release: Release,
  { known = [], policy = {}, revert }: { known?: readonly LedgerEntry[]; policy?: Partial<Policy>; revert?: Revert } = {},
): Promise<readonly LedgerEntry[]> {
  const { environment, put } = await aWorld()
  if (known.length > 0) await put(...known)
  return tell(environment, release, revert, { ...POLICY, ...policy })
}

const pending = (key: string, fields: Partial<Extract<Effect['action'], { type: 'publish-card' }>> = {}): Effect =>
  anEffect({
    key,
    attempts: 2,
    lastError: `${key} has failed`,
    action: { type: 'publish-card', releaseKey: 'r', card: cardOf(failed()), channel: '#shop', thread: undefined, ...fields },
  })

describe('the card of a release', () => {
  it('is asked for in the channel that the policy names, with no reply while nothing is there yet', async () => {
    const card = cardOf(failed())
    const document: PlacedCard = { releaseKey: 'r', channel: '#shop', ref: null, contentHash: hashOf(card) }
    expect(await told(failed())).toEqual([publishing(card, '#shop'), cardEntry(document)])
  })

  it('is changed where it is, with its outcome as a reply, and keeps what was said there', async () => {
    const card = cardOf(failed())
    expect(await told(failed(), { known: [cardEntry(placed())] })).toEqual([
      publishing(card, '#shop', { thread: card.outcome }),
      cardEntry(placed({ contentHash: hashOf(card) })),
    ])
  })

  it('is asked for once, as long as there is nothing new to say', async () => {
    expect(await told(failed(), { known: [cardEntry(placed({ contentHash: hashOf(cardOf(failed())) }))] })).toEqual([])
  })

  it('is told besides by rows of their own, and leaves the channel that the policy names where it is', async () => {
    const card = cardOf(failed())
    const rows = await told(failed(), {
      known: [cardEntry(placed({ contentHash: hashOf(card) }))],
      policy: { alsoTell: ['#ops', '#sre'] },
    })
    const beside = { ref: null, contentHash: hashOf(card) }
    const ops = placed({ contentHash: hashOf(card), elsewhere: [{ channel: '#ops', ...beside }] })
    expect(rows).toEqual([
      publishing(card, '#ops', { also: true }),
      cardEntry(ops),
      publishing(card, '#sre', { also: true }),
      cardEntry({ ...ops, elsewhere: [...(ops.elsewhere ?? []), { channel: '#sre', ...beside }] }),
    ])
  })

  it.each<[string, Release, readonly LedgerEntry[], Partial<Policy>, number]>([
    ['it has not failed, and waits for nobody', failed({ state: 'rolling', attempts: [] }), [], {}, 0],
    ['it was over before anybody was told', ENDED, [], {}, 0],
    ['it was broken before Kedge came', failed({ preExisting: true }), [], {}, 0],
    ['the policy only watches', failed(), [cardEntry(placed())], { mode: 'observe' }, 0],
    ['a person is waited for', failed({ state: 'rolling', attempts: [], waiting: { reason: '', evidence: [] } }), [], {}, 2],
    ['people know of it', failed({ state: 'rolling', attempts: [] }), [cardEntry(placed())], {}, 2],
    ['people know of it, and it is over', ENDED, [cardEntry(placed())], {}, 2],
  ])('where %s, has as many rows as it takes', async (_, ...[release, known, policy, rows]) => {
    expect(await told(release, { known, policy })).toHaveLength(rows)
  })

  it('is none where no channel is configured', async () => {
    const { environment } = await aWorld({}, { channel: undefined })
    expect(tell(environment, failed(), undefined, POLICY)).toEqual([])
  })

  it.each<[string, Partial<Revert>, string | undefined]>([
    ['says what keeps the PR of its revert from being opened', { state: 'planned', pullRequest: null }, 'GitHub is down'],
    ['says nothing of that once it is open', { state: 'open' }, undefined],
    ['says nothing of what keeps another one', { key: 'other', state: 'planned', pullRequest: null }, undefined],
  ])('%s', async (_, fields, trouble) => {
    const opening = anEffect({ key: 'o', action: { type: 'open-revert', revertKey: 'v' }, lastError: 'GitHub is down' })
    const closing = anEffect({ key: 'c', action: { type: 'close-revert', revertKey: 'v', reason: '' }, lastError: 'Not that' })
    const revert = aRevert({ key: 'v', ...fields })
    const rows = await told(failed(), { known: [effectEntry(closing), effectEntry(opening)], revert })
    expect(rows[0]).toEqual(publishing(cardOf(failed(), revert, trouble === undefined ? {} : { trouble }), '#shop'))
  })

  it('shows a snooze until the PR that has ended it, also where the revert is not told of', async () => {
    const snooze = { by: 'ada', user: 'U1', channel: 'C1', at: AT, until: AT + 60_000, pullRequest: 7 }
    const release = failed({ snooze, revertKey: 'v' })
    const quiet = publishing(cardOf(release, undefined, { quietUntil: AT + 60_000 }), '#shop')
    const revert = aRevert({ key: 'v' })
    expect((await told(release, { known: [revertEntry(revert)] }))[0]).toEqual(quiet)
    const newer = aRevert({ key: 'v', pullRequest: { number: 8, url: 'u' } })
    expect((await told(release, { known: [revertEntry(newer)] }))[0]).toEqual(publishing(cardOf(release), '#shop'))
    const given = await told(release, { known: [revertEntry(newer)], revert })
    expect(given[0]).toEqual(publishing(cardOf(release, revert, { quietUntil: AT + 60_000 }), '#shop'))
  })
})

describe('a card that has not got through', () => {
  const rest = [
    anEffect({ key: 'open' }),
    anEffect({ key: 'trace', action: { type: 'trace-release', releaseKey: 'r' } }),
    pending('of another', { releaseKey: 'r2' }),
  ]
  const known = [...rest, pending('main'), pending('ops', { also: true, channel: '#ops' }), pending('sre', { also: true, channel: '#sre' })]

  it('is overtaken by the next one, which has waited as long; those of other channels are let be', async () => {
    const rows = await told(failed(), { known: known.map((effect) => effectEntry(effect)), policy: { alsoTell: ['#ops'] } })
    const card = cardOf(failed())
    const instead = (row: LedgerEntry, of: string): LedgerEntry =>
      ({ ...row, document: { ...row.document, attempts: 2, createdAt: 1_000, lastError: `${of} has failed` } }) as LedgerEntry
    const gone = (effect: Effect): LedgerEntry => effectEntry({ ...effect, state: 'abandoned' }, 'effect-overtaken')
    expect(rows.filter(({ kind }) => kind === 'effect')).toEqual([
      gone(pending('main')),
      instead(publishing(card, '#shop'), 'main'),
      gone(pending('ops', { also: true, channel: '#ops' })),
      instead(publishing(card, '#ops', { also: true }), 'ops'),
    ])
  })
})

describe('a card that the policy has in another channel by now', () => {
  const moved = buildMovedCard(failed(), LINKS)
  const to = { channel: '#team' }
  const leaving = async (card: PlacedCard, policy: Partial<Policy> = to): Promise<readonly LedgerEntry[]> =>
    told(failed(), { known: [cardEntry(card)], policy })

  it('says where it was that it is told elsewhere, without a word, and begins anew', async () => {
    const card = cardOf(failed())
    const key = `card|r|${AT}|${hashOf(moved).slice(0, 12)}|#shop|left`
    const action = {
      type: 'publish-card',
      releaseKey: 'r',
      card: moved,
      channel: '#shop',
      thread: undefined,
      also: true,
      leaves: true,
    } as const
    const { ref, said } = placed()
    expect(await leaving(placed())).toEqual([
      publishing(card, '#team'),
      { kind: 'effect', key, event: 'publish-card-intended', document: anEffect({ key, action, createdAt: AT, notBefore: AT }) },
      cardEntry({
        releaseKey: 'r',
        channel: '#team',
        ref: null,
        contentHash: hashOf(card),
        elsewhere: [{ channel: '#shop', ref, said: said ?? '', contentHash: hashOf(moved) }],
      }),
    ])
  })

  const { channel: _, ...old } = placed()
  it.each<[string, PlacedCard, Partial<Policy>]>([
    ['it has never got there', placed({ ref: null }), to],
    ['it is a storm there', placed({ storm: { key: 's', isLast: false } }), to],
    ['nobody knows where that was', old, to],
    ['it is told there besides', placed(), { ...to, alsoTell: ['shop'] }],
  ])('leaves nothing behind where %s', async (__, card, policy) => {
    const rows = await leaving(card, policy)
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.filter(({ key }) => key.endsWith('|left'))).toEqual([])
  })
})

describe('what is owed to people who were not to be told when it ended', () => {
  const observe = { mode: 'observe' } as const
  it.each<[string, Release, PlacedCard, boolean]>([
    ['is noted once', ENDED, placed(), true],
    ['is nothing while it goes on', failed(), placed(), false],
    ['is nothing where no card has got there', ENDED, placed({ ref: null }), false],
    ['is nothing where the card shows the end', ENDED, placed({ contentHash: hashOf(cardOf(ENDED)) }), false],
    ['is not noted again', ENDED, placed({ contentHash: '' }), false],
  ])('%s', async (_, release, card, isNoted) => {
    const rows = await told(release, { known: [cardEntry(card)], policy: observe })
    expect(rows).toEqual(isNoted ? [cardEntry({ ...card, contentHash: '' }, 'card-withheld')] : [])
    expect(isOwed(release, { ...card, contentHash: '' })).toBe(release === ENDED && card.ref !== null)
    expect(isOwed(release, { ...card, contentHash: 'x' })).toBe(false)
    expect(isOwed(release, undefined)).toBe(false)
  })

  it('is nothing where there is no card', async () => {
    expect(await told(failed({ ...ENDED, attempts: [] }), { policy: observe })).toEqual([])
  })

  it('is told as soon as somebody is to be, as if nothing had been said before', async () => {
    const rows = await told(ENDED, { known: [cardEntry(placed({ contentHash: '' }))] })
    expect(rows.at(-1)).toEqual(cardEntry(placed({ contentHash: hashOf(cardOf(ENDED)), said: '' })))
  })
})

describe('what a storm has to say in place of its releases', () => {
  const release = failed()
  const asked = { release, channel: '#shop', also: false, news: cardOf(release), contentHash: 'older' }

  it('is noted on the card that says it already, and published no second time', async () => {
    const { environment, put } = await aWorld()
    await put(releaseEntry(release), cardEntry(placed()))
    const storm = { key: 's', isLast: false }
    expect(ask(environment, [{ ...asked, storm }])).toEqual([cardEntry(placed({ storm }))])
    await put(cardEntry(placed({ storm })))
    expect(ask(environment, [{ ...asked, storm }])).toEqual([])
    expect(ask(environment, [{ ...asked, storm: { key: 's', isLast: true } }])).toHaveLength(1)
    expect(ask(environment, [asked])).toEqual([cardEntry(placed())])
  })

  it('keeps no other release’s card in the channel that it leaves', async () => {
    const { environment, put } = await aWorld()
    await put(releaseEntry(release), cardEntry(placed()))
    const other = { ...asked, release: failed({ key: 'r2' }) }
    const rows = ask(environment, [{ ...asked, channel: '#team' }, other])
    expect(rows.filter(({ key }) => key.endsWith('|#shop|left'))).toHaveLength(1)
  })

  it('leaves no card behind', async () => {
    const { environment, put } = await aWorld()
    await put(releaseEntry(release), cardEntry(placed()))
    const rows = ask(environment, [{ ...asked, channel: '#team', storm: { key: 's', isLast: false } }])
    expect(rows.filter(({ key }) => key.endsWith('|left'))).toEqual([])
  })
})
