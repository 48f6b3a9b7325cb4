import { describe, expect, it } from 'vitest'
import type { PlacedCard } from '../../../src/domain/notice/placed-card.ts'
import { DEFAULT_POLICY } from '../../../src/domain/policy/policy.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Pass } from '../../../src/reconcile/decide/case.ts'
import { isQuiet, tellSnoozed } from '../../../src/reconcile/tell/snooze.ts'
import { tellReleases } from '../../../src/reconcile/tell/tell-releases.ts'
import { aRevert, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { AT } from '../../domain/an-attempt.ts'
import { aWorld } from '../a-world.ts'
import { cardEntry, cardOf, failed, hashOf, placed, publishing } from './a-card.ts'
import { aToldStorm, inStorm, KEY, overIn } from './a-told-storm.ts'

const until = (at: number): Pick<Release, 'snooze'> => ({
  snooze: { by: 'ada', user: 'U1', channel: 'C1', at: AT, until: at, pullRequest: null },
})
const SNOOZED = until(AT + 60_000)
const PASS = { policy: { ...DEFAULT_POLICY, mode: 'notify', channel: '#shop' } } as unknown as Pass

describe('nobody is called', () => {
  const { said: _, ...unsaid } = placed({ ref: null })
  it.each<[string, Release, PlacedCard | undefined, boolean]>([
    ['for what is snoozed', failed(SNOOZED), placed(), true],
    ['for what is snoozed in a channel that has no addresses', failed(SNOOZED), placed({ ref: null }), true],
    ['— but where nobody knows of it yet', failed(SNOOZED), undefined, false],
    ['— but where nothing has got through yet', failed(SNOOZED), unsaid, false],
    ['— but in another channel', failed(SNOOZED), placed({ channel: '#ops' }), false],
    ['— but once the snooze is over', failed(until(AT)), placed(), false],
    ['— but for what is not snoozed', failed(), placed(), false],
    ['— but for what is over', failed({ ...SNOOZED, state: 'ended', outcome: 'restored' }), placed(), false],
  ])('%s', async (__, release, card, quiet) => {
    const { environment, put } = await aWorld()
    await put(releaseEntry(release), ...(card ? [cardEntry(card)] : []))
    expect(isQuiet(environment, release, '#shop')).toBe(quiet)
  })

  it('until a PR is opened that was not there', async () => {
    const { environment, put } = await aWorld()
    const release = failed({ ...SNOOZED, revertKey: 'v' })
    await put(releaseEntry(release), cardEntry(placed()), revertEntry(aRevert({ key: 'v' })))
    expect(isQuiet(environment, release, '#shop')).toBe(false)
  })

  it.each<[string, readonly Release[], boolean]>([
    ['while each of a storm that is open is snoozed', [inStorm('a', SNOOZED), inStorm('b', SNOOZED), overIn('c')], true],
    ['— but where one of it is not', [inStorm('a', SNOOZED), inStorm('b')], false],
  ])('%s', async (__, members, quiet) => {
    const { environment, put } = await aToldStorm(members)
    await put(cardEntry(placed({ releaseKey: 'k-a', storm: { key: KEY, isLast: false } })))
    expect(isQuiet(environment, inStorm('a', SNOOZED), '#shop')).toBe(quiet)
  })
})

describe('what was kept quiet', () => {
  async function lookAt(release: Release | undefined, card: PlacedCard | undefined) {
    const world = await aWorld()
    await world.wait(1_000)
    await world.put(revertEntry(aRevert({ key: 'v', pullRequest: null })))
    if (release) await world.put(releaseEntry(release))
    if (card) await world.put(cardEntry(card))
    const due = await tellSnoozed(world.environment, world.journal, PASS, 'r')
    return { due, rows: world.ledger.pendingEffects() }
  }
  const hushed = placed({ hushed: true })

  it('is brought back once the snooze is over, with the revert as it is by then', async () => {
    const release = failed({ ...until(AT + 1_000), revertKey: 'v' })
    const { due, rows } = await lookAt(release, hushed)
    expect(due).toBeUndefined()
    const card = cardOf(release, aRevert({ key: 'v', pullRequest: null }))
    expect(rows.map(({ action }) => action)).toEqual([
      { type: 'publish-card', releaseKey: 'r', card, channel: '#shop', thread: card.outcome },
    ])
  })

  it('is looked after when the snooze is over, and not before', async () => {
    expect(await lookAt(failed(SNOOZED), hushed)).toEqual({ due: 60_000, rows: [] })
  })

  it.each<[string, Release | undefined, PlacedCard | undefined]>([
    ['it was not snoozed', failed(), hushed],
    ['it is over', failed({ ...until(AT), state: 'ended', outcome: 'restored' }), hushed],
    ['nobody knows it', undefined, hushed],
    ['nothing was kept quiet', failed(until(AT)), placed()],
    ['it has no card', failed(until(AT)), undefined],
  ])('is nothing where %s', async (_, release, card) => {
    expect(await lookAt(release, card)).toEqual({ due: undefined, rows: [] })
  })

  it('is nothing where the release is forgotten meanwhile', async () => {
    const world = await aWorld()
    await world.put(releaseEntry(failed(until(AT))), cardEntry(hushed))
    let isKnown = true
    const read: typeof world.ledger.read = (kind, key) => (kind === 'release' && !isKnown ? undefined : world.ledger.read(kind, key))
    const journal: typeof world.journal = {
      commit: (entries) => {
        isKnown = false
        return world.journal.commit(entries)
      },
    }
    await tellSnoozed({ ...world.environment, ledger: { ...world.ledger, read } }, journal, PASS, 'r')
    expect(world.ledger.pendingEffects()).toEqual([])
  })
})

describe('the cards of all that a revert stands for', () => {
  it('follow it, but for the one that is written already', async () => {
    const releases = ['r', 'r2', 'r3'].map((key) => failed({ key, rollout: key === 'r3' ? 'api' : 'web' }))
    const { environment, put } = await aWorld({}, {})
    await put(...releases.map((one) => releaseEntry(one)))
    const revert = aRevert({ key: 'v', releases: ['r', 'r2', 'forgotten', 'r3'] })
    const rows = tellReleases(environment, revert, { but: 'r2' })
    const [first, , third] = releases.map((one) => cardOf(one, revert))
    const noted = (releaseKey: string, contentHash: string) => cardEntry({ releaseKey, channel: '#shop', ref: null, contentHash })
    // The Rollout of the third is gone, and no policy of it was kept.
    expect(rows).toEqual([publishing(first as never, '#shop'), noted('r', hashOf(first as never))])
    expect(third).toBeDefined()
  })
})
