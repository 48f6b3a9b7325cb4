import { describe, expect, it } from 'vitest'
import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import type { Effect } from '../../../src/domain/effect.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { Ledger } from '../../../src/ports/ledger.ts'
import { createJournal } from '../../../src/reconcile/environment.ts'
import { openLedger } from '../../../src/reconcile/ledger/open-ledger.ts'
import { attempt, type AttemptOptions } from '../../../src/reconcile/outbox/attempt.ts'
import { anEffect, aRevert, effectEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { rememberLog } from '../../remember-log.ts'
import { publishesCard } from '../publishes-card.ts'

const NOW = 5_000
const CARD = publishesCard()

/** One try of an effect that the ledger has, and what the ledger and the log have of it. */
async function tries(options: Partial<AttemptOptions> | ((ledger: Ledger) => AttemptOptions['perform']), fields: Partial<Effect> = {}) {
  const clock = createVirtualClock(NOW)
  const store = createMemoryLedger({ clock })
  const ledger = await openLedger(store)
  const effect = anEffect({ key: 'e', ...fields })
  await ledger.append([effectEntry(effect)])
  const log = rememberLog()
  const journal = createJournal(ledger)
  const perform: AttemptOptions['perform'] = async () => ({ state: 'done', event: 'done' })
  const base: AttemptOptions = { clock, ledger, journal, logger: log.logger, random: () => 0.5, isReady: () => true, perform }
  const tried = await attempt(
    { ...base, ...(typeof options === 'function' ? { perform: options(ledger) } : options) },
    { ...effect, state: 'pending' },
  )
  const records = await store.history('effect', 'e')
  const [newest] = await store.load('effect', { key: 'e', limit: 1 })
  return { tried, effect: newest?.document, events: records.slice(1).map(({ event }) => event), lines: log.lines, ledger }
}

const fails = (error: unknown): Partial<AttemptOptions> => ({ perform: () => Promise.reject(error) })

describe('one try of an effect', () => {
  it('writes down that it begins, and how it came out with all that follows', async () => {
    const document = aRevert({ key: 'v' })
    const perform: AttemptOptions['perform'] = async () => ({
      state: 'abandoned',
      event: 'gone',
      receipt: { number: 7 },
      entries: () => [revertEntry(document)],
    })
    const { tried, effect, events, lines, ledger } = await tries({ perform }, { attempts: 2, lastError: 'before' })
    expect(tried).toEqual({ isOver: true })
    expect(events).toEqual(['effect-started', 'gone'])
    expect(effect).toEqual(anEffect({ key: 'e', state: 'abandoned', attempts: 3, receipt: { number: 7 } }))
    expect([ledger.read('revert', 'v'), lines]).toEqual([document, []])
  })

  it('from which nothing else follows writes down how it came out', async () => {
    const { tried, events } = await tries({})
    expect([tried, events]).toEqual([{ isOver: true }, ['effect-started', 'done']])
  })

  it('is not begun before enough is known, which is told, and asked again in a second', async () => {
    const waits: string[] = []
    const isAsked: AttemptOptions['perform'] = () => Promise.reject(new Error('nothing is done'))
    const { tried, events } = await tries({ isReady: () => false, onWaits: async ({ key }) => void waits.push(key), perform: isAsked })
    expect(tried).toEqual({ isOver: false, retryInMs: 1_000, isAsked: false, isAway: undefined })
    expect([waits, events]).toEqual([['e'], []])
  })

  it('is not begun where it was overtaken, and is over', async () => {
    const { tried, events } = await tries(fails(new Error('nothing is done')), { state: 'abandoned' })
    expect([tried, events]).toEqual([{ isOver: true }, []])
  })

  it('that was overtaken while it failed leaves the ledger as it is, and its successor what the other side has asked for', async () => {
    const asked = new KedgeError('E_NOTIFIER_RATE_LIMITED', 'slow down', { retryAfterSeconds: 60 })
    const { tried, events } = await tries((ledger) => async (effect) => {
      await ledger.append([effectEntry({ ...effect, state: 'abandoned' }, 'effect-overtaken')])
      throw asked
    })
    expect(tried).toEqual({ isOver: false, retryInMs: 60_000, isAsked: true, isAway: false })
    expect(events).toEqual(['effect-started', 'effect-overtaken'])
  })

  type Row = [string, unknown, Partial<Effect>, { retryInMs: number; isAsked?: boolean; isAway?: boolean }]
  it.each<Row>([
    [
      'as long as the other side asks',
      new KedgeError('E_FORGE_RATE_LIMITED', 'x', { retryAfterSeconds: 90.0001 }),
      {},
      { retryInMs: 90_001, isAsked: true },
    ],
    [
      'a second where it names a time that is over',
      new KedgeError('E_FORGE_REJECTED', 'x', { retryAfterSeconds: -5 }),
      {},
      { retryInMs: 1_000, isAsked: true },
    ],
    [
      'five minutes at most',
      new KedgeError('E_FORGE_RATE_LIMITED', 'x', { retryAfterSeconds: 1e9 }),
      {},
      { retryInMs: 300_000, isAsked: true },
    ],
    ['50 s where only a person can mend it', new KedgeError('E_FORGE_REJECTED', 'x'), {}, { retryInMs: 50_000 }],
    ['20 s where only a person can mend a card', new KedgeError('E_NOTIFIER_REJECTED', 'x'), { action: CARD }, { retryInMs: 20_000 }],
    ['shorter at first', new KedgeError('E_FORGE_UNREACHABLE', 'x'), {}, { retryInMs: 750 }],
    ['longer each time', new KedgeError('E_FORGE_UNREACHABLE', 'x'), { attempts: 3 }, { retryInMs: 6_000 }],
    ['no longer than 50 s', new Error('x'), { attempts: 20 }, { retryInMs: 37_500 }],
    ['no longer than 20 s for a card', new Error('x'), { attempts: 20, action: CARD }, { retryInMs: 15_000 }],
    ['with a channel that is away', new KedgeError('E_NOTIFIER_UNREACHABLE', 'x'), { action: CARD }, { retryInMs: 750, isAway: true }],
    [
      'as long as a channel that is away asks',
      new KedgeError('E_NOTIFIER_UNREACHABLE', 'x', { retryAfterSeconds: 3 }),
      { action: CARD },
      { retryInMs: 3_000, isAsked: true, isAway: true },
    ],
  ])('that fails waits %s', async (_, error, fields, retry) => {
    const { tried, effect, events } = await tries(fails(error), fields)
    expect(tried).toEqual({ isOver: false, isAsked: false, isAway: false, ...retry })
    const attempts = (fields.attempts ?? 0) + 1
    expect(effect).toEqual(
      anEffect({ key: 'e', ...fields, attempts, notBefore: NOW + retry.retryInMs, lastError: expect.any(String) as string }),
    )
    expect(events).toEqual(['effect-started', 'effect-failed'])
  })

  it.each<[unknown, string]>([
    [new KedgeError('E_FORGE_REJECTED', 'no ticket'), 'E_FORGE_REJECTED: no ticket'],
    ['a word', 'a word'],
    [new Error('x'.repeat(2_000)), 'x'.repeat(1_200)],
  ])('that fails keeps why, and tells the log: %s', async (error, lastError) => {
    const { effect, lines, tried } = await tries(fails(error))
    expect(effect?.lastError).toBe(lastError)
    const retryInMs = tried.isOver ? 0 : tried.retryInMs
    const fields = { effect: 'e', attempt: 1, retryInMs, error: lastError }
    expect(lines).toEqual([{ level: 'warn', message: 'an effect failed and will be tried again', fields }])
  })
})
