import { describe, expect, it } from 'vitest'
import { github } from '../../../src/adapters/forges/github/manifest.ts'
import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { Effect } from '../../../src/domain/effect.ts'
import { DEFAULT_COMMITS } from '../../../src/domain/revert/commit-rules.ts'
import { createPace } from '../../../src/reconcile/announce/pace.ts'
import { openLedger } from '../../../src/reconcile/ledger/open-ledger.ts'
import { createForgeBudget } from '../../../src/reconcile/outbox/forge-budget.ts'
import { anEffect, aRelease, aRevert, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'

const asked = (commit: number): Effect =>
  anEffect({ key: `a${commit}`, createdAt: 0, action: { type: 'announce-release', releaseKey: 'r', announcement: `repo@${commit}` } })

/** A pace, and a time (milliseconds) that it goes by. */
async function createTurns() {
  const ledger = await openLedger(createMemoryLedger({ clock: { now: () => 0 } }))
  const time = { now: 100_000_000 }
  const clock = { now: () => time.now, elapsed: () => time.now, after: () => ({ [Symbol.dispose]: () => undefined }) }
  const budget = createForgeBudget({ clock, ledger, limitsFor: () => github.limits, commitsFor: () => DEFAULT_COMMITS })
  return { ledger, time, turn: createPace({ clock, ledger }, budget) }
}

describe('what is said at the forge', () => {
  it('leaves two seconds between two commits, and ten between two words of one', async () => {
    const { time, turn } = await createTurns()
    expect([turn(asked(1)), turn(asked(2))]).toEqual([true, false])
    time.now += 2_000
    expect([turn(asked(1)), turn(asked(2))]).toEqual([false, true])
    time.now += 8_000
    expect(turn(asked(1))).toBe(true)
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
    const commit = '1'.repeat(40) as CommitSha
    const document = {
      key: 'repo@1',
      repository: 'r',
      repoURL: 'r',
      commit,
      marker: 'm',
      releases: ['r'],
      asked: 1,
      pullRequest: null,
      statuses: 0,
      at: 0,
    }
    const decision = { action: 'open-revert', reason: '', checks: [], at: 0 }
    const planned = aRevert({ key: 'v', state: 'planned', releases: ['r'], pullRequest: null })
    await ledger.append([
      { kind: 'announcement', key: document.key, event: 'announcement-changed', document },
      releaseEntry(aRelease({ key: 'r', decision, revertKey: 'v' })),
      revertEntry(planned),
    ])
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
