import { describe, expect, it } from 'vitest'
import { github } from '../../../src/adapters/forges/github/manifest.ts'
import { gitlab } from '../../../src/adapters/forges/gitlab/manifest.ts'
import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { DEFAULT_COMMITS } from '../../../src/domain/revert/commit-rules.ts'
import type { ForgeLimit } from '../../../src/ports/forge.ts'
import { openLedger } from '../../../src/reconcile/ledger/open-ledger.ts'
import { createForgeBudget } from '../../../src/reconcile/outbox/forge-budget.ts'
import { anEffect, aRevert, revertEntry } from '../../contract/ledger-documents.ts'

async function openBudget(given: { limits?: readonly ForgeLimit[]; via?: 'api' } = {}) {
  const time = { now: 1_000 }
  const clock = { now: () => time.now, elapsed: () => time.now, after: () => ({ [Symbol.dispose]: () => undefined }) }
  const ledger = await openLedger(createMemoryLedger({ clock }))
  await ledger.append([
    revertEntry(aRevert({ key: 'here' })),
    revertEntry(aRevert({ key: 'elsewhere', repoURL: 'https://git.example/acme/shop.git' })),
  ])
  const budget = createForgeBudget({
    clock,
    ledger,
    limitsFor: () => given.limits ?? github.limits,
    commitsFor: () => ({ ...DEFAULT_COMMITS, ...(given.via && { via: given.via }) }),
  })
  const takes = (key: string, revertKey = 'here'): boolean => budget.take(anEffect({ key, action: { type: 'open-revert', revertKey } }))
  const closes = (key: string): boolean => budget.take(anEffect({ key, action: { type: 'close-revert', revertKey: 'here', reason: '' } }))
  const fails = (key: string): void => budget.giveBack(anEffect({ key }))
  return { time, takes, closes, fails }
}

describe('what a forge takes', () => {
  it('is no more than 70 requests in a minute, of each host by itself, and free again a minute later', async () => {
    const { time, takes } = await openBudget()
    const begun = Array.from({ length: 30 }, (_, index) => takes(`e${index}`))
    expect(begun.filter(Boolean)).toHaveLength(17)
    expect(takes('other', 'elsewhere')).toBe(true)
    time.now += 60_000
    expect(takes('later')).toBe(true)
  })

  it('is what the forge itself says: comments count by themselves where it counts them so', async () => {
    const { takes, closes } = await openBudget({ limits: gitlab.limits })
    expect(Array.from({ length: 60 }, (_, index) => closes(`c${index}`)).filter(Boolean)).toHaveLength(52)
    expect(Array.from({ length: 60 }, (_, index) => takes(`e${index}`)).filter(Boolean)).toHaveLength(17)
  })

  it('has no end where the forge has no limits', async () => {
    const { takes } = await openBudget({ limits: [] })
    expect(Array.from({ length: 500 }, (_, index) => takes(`e${index}`))).not.toContain(false)
  })

  it('goes for a branch and a commit, too, where the forge commits', async () => {
    const { takes } = await openBudget({ via: 'api' })
    expect(Array.from({ length: 30 }, (_, index) => takes(`e${index}`)).filter(Boolean)).toHaveLength(11)
  })

  it('is not used up by reverts that fail again and again: the others find room', async () => {
    const { time, takes, fails } = await openBudget()
    for (let second = 0; second < 3_600; second += 50) {
      for (const key of ['a', 'b', 'c']) {
        expect(takes(key)).toBe(true)
        fails(key)
      }
      time.now += 50_000
    }
    expect(takes('new')).toBe(true)
  })

  it('counts what was made, whatever fails beside it', async () => {
    const { takes, fails } = await openBudget()
    const made = Array.from({ length: 17 }, (_, index) => takes(`e${index}`))
    fails('another')
    expect([...made, takes('one more')]).toEqual([...made.map(() => true), false])
  })
})
