import { describe, expect, it } from 'vitest'
import { github } from '../../../src/adapters/forges/github/manifest.ts'
import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import type { Effect } from '../../../src/domain/effect.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { DEFAULT_COMMITS } from '../../../src/domain/revert/commit-rules.ts'
import { createPace } from '../../../src/reconcile/announce/pace.ts'
import { openLedger } from '../../../src/reconcile/ledger/open-ledger.ts'
import { createForgeBudget, type ForgeBudget } from '../../../src/reconcile/outbox/forge-budget.ts'
import { anEffect, aRelease, aRevert, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { announcementEntry, anAnnouncement } from './an-announcement.ts'

const asked = (commit: number): Effect =>
  anEffect({ key: `a${commit}`, createdAt: 0, action: { type: 'announce-release', releaseKey: 'r', announcement: `repo@${commit}` } })

const TAKES_ALL: ForgeBudget = { take: () => true, giveBack: () => undefined }
const DECIDED = aRelease({ key: 'r', decision: { action: 'notify', reason: '', checks: [], at: 0 } })
const UNDECIDED = aRelease({ key: 'u' })

/** A pace, and a time (milliseconds) that it goes by. */
async function createTurns(given?: ForgeBudget) {
  const ledger = await openLedger(createMemoryLedger({ clock: { now: () => 0 } }))
  const time = { now: 100_000_000 }
  const clock = { now: () => time.now, elapsed: () => time.now, after: () => ({ [Symbol.dispose]: () => undefined }) }
  const budget = given ?? createForgeBudget({ clock, ledger, limitsFor: () => github.limits, commitsFor: () => DEFAULT_COMMITS })
  return { ledger, time, turn: createPace({ clock, ledger }, budget) }
}

describe('what is said at the forge', () => {
  it('leaves two seconds between two commits, and ten between two words of one', async () => {
    const { time, turn } = await createTurns()
    expect([turn(asked(1)), turn(asked(2))]).toEqual([true, false])
    time.now += 2_000
    expect([turn(asked(1)), turn(asked(2))]).toEqual([false, true])
    time.now += 2_000
    expect(turn(asked(1))).toBe(false)
    time.now += 6_000
    expect(turn(asked(1))).toBe(true)
  })

  it('leaves twenty seconds once fifty were made within an hour', async () => {
    const { time, turn } = await createTurns(TAKES_ALL)
    const begin = time.now
    for (let at = 0; at < 50; at += 1, time.now += 2_000) expect(turn(asked(at))).toBe(true)
    const turns = [98 + 19, 98 + 20].map((second) => {
      time.now = begin + second * 1_000
      return turn(asked(100 + second))
    })
    expect(turns).toEqual([false, true])
  })

  it('is quick again once fewer were made within the hour', async () => {
    const { time, turn } = await createTurns(TAKES_ALL)
    const begin = time.now
    for (let at = 0; at < 50; at += 1, time.now += 2_000) turn(asked(at))
    time.now = begin + 3_600_000
    expect(turn(asked(100))).toBe(true)
    time.now += 2_000
    expect(turn(asked(101))).toBe(true)
  })

  it('counts nothing that the forge does not take yet', async () => {
    let takes = false
    const { turn } = await createTurns({ take: () => takes, giveBack: () => undefined })
    expect(turn(asked(1))).toBe(false)
    takes = true
    expect(turn(asked(1))).toBe(true)
  })

  it.each<[string, readonly Release[], readonly string[], boolean]>([
    ['for each of its releases', [DECIDED, UNDECIDED], ['r', 'u'], false],
    ['for none that is decided on', [DECIDED], ['r'], true],
    ['for none that is tried again', [{ ...UNDECIDED, state: 'rolling' }], ['u'], true],
    ['for none that nobody knows', [DECIDED], ['r', 'forgotten'], true],
  ])('waits %s', async (_, known, releases, isTurn) => {
    const { ledger, time, turn } = await createTurns()
    await ledger.append([announcementEntry(anAnnouncement({ key: 'repo@1', releases })), ...known.map((one) => releaseEntry(one))])
    expect(turn({ ...asked(1), createdAt: time.now })).toBe(isTurn)
  })

  it('waits for nothing where nobody knows what is to be said', async () => {
    const { time, turn } = await createTurns()
    expect(turn({ ...asked(1), createdAt: time.now })).toBe(true)
  })

  it('takes no more than 300 of the requests that a forge allows in an hour, however many wait', async () => {
    const { time, turn } = await createTurns()
    let turns = 0
    for (let second = 0; second < 3_600; second += 1, time.now += 1_000) if (turn(asked(second))) turns += 1
    expect(turns).toBeGreaterThan(100)
    expect(turns).toBeLessThan(250)
  })

  it('waits for no other effect, and keeps none waiting', async () => {
    const { turn } = await createTurns()
    expect([turn(anEffect({ key: 'e' })), turn(asked(1)), turn(anEffect({ key: 'e' }))]).toEqual([true, true, true])
  })

  it('waits twenty seconds for the pull request that is on its way, so that the mail has it', async () => {
    const { ledger, time, turn } = await createTurns()
    const document = anAnnouncement({ key: 'repo@1', releases: ['r'] })
    const decision = { action: 'open-revert', reason: '', checks: [], at: 0 }
    const planned = aRevert({ key: 'v', state: 'planned', releases: ['r'], pullRequest: null })
    await ledger.append([announcementEntry(document), releaseEntry(aRelease({ key: 'r', decision, revertKey: 'v' })), revertEntry(planned)])
    const effect = { ...asked(1), createdAt: time.now }
    expect(turn(effect)).toBe(false)
    time.now += 19_999
    expect(turn(effect)).toBe(false)
    time.now += 1
    expect(turn(effect)).toBe(true)
    time.now += 60_000
    const soon = { ...asked(1), createdAt: time.now }
    expect(turn(soon)).toBe(false)
    await ledger.append([revertEntry({ ...planned, state: 'open' })])
    expect(turn(soon)).toBe(true)
  })
})
