import { expect, it } from 'vitest'
import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import type { Effect } from '../../../src/domain/effect.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import { SILENT } from '../../../src/ports/log.ts'
import { createDelivery } from '../../../src/reconcile/act/delivery.ts'
import { createJournal } from '../../../src/reconcile/environment.ts'
import { openLedger } from '../../../src/reconcile/ledger/open-ledger.ts'
import { intend } from '../../../src/reconcile/outbox/intent.ts'
import { publishesCard } from '../publishes-card.ts'

const TIMEOUT_MS = 10_000

/** A card, for a channel of its own where its key says so. */
function cardOf(key: string, now: number) {
  const [releaseKey = key] = key.split('-')
  const channel = key.startsWith('other:') ? key : '#c'
  return intend(key, publishesCard({ releaseKey, channel }), now)
}

/** An outbox whose channel is asked with `publish`, and whose Git host answers at once. */
async function createOutbox(publish: (effect: Effect, waits: (ms: number) => Promise<void>) => Promise<void>) {
  const clock = createVirtualClock(0)
  const ledger = await openLedger(createMemoryLedger({ clock }))
  const journal = createJournal(ledger)
  const told: string[] = []
  const tries: { key: string; at: number }[] = []
  const over: string[] = []
  const waits = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve))
  const delivery = createDelivery({
    clock,
    ledger,
    journal,
    logger: SILENT,
    random: () => 0.5,
    sideOfChannel: (channel) => channel.split(':', 1).join(),
    isReady: () => true,
    async perform(effect) {
      if (effect.action.type === 'publish-card') {
        tries.push({ key: effect.key, at: clock.now() })
        await publish(effect, waits)
        told.push(effect.key)
      }
      return { state: 'done', event: 'done' }
    },
    onOver: ({ key }) => void over.push(key),
  })
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    told,
    tries,
    over,
    waits,
    async putCards(...keys: string[]): Promise<void> {
      await journal.commit(() => keys.map((key) => cardOf(key, clock.now())))
      delivery.kick()
      await settled()
    },
    async putRevert(): Promise<void> {
      await journal.commit(() => [intend('revert', { type: 'delete-branch', revertKey: 'r' }, clock.now())])
      delivery.kick()
      await settled()
    },
    async overtake(key: string): Promise<void> {
      const effect = ledger.read('effect', key)
      if (!effect) throw new Error(`no effect ${key}`)
      await journal.commit(() => [{ kind: 'effect', key, event: 'effect-overtaken', document: { ...effect, state: 'abandoned' } }])
    },
    advance: (ms: number): Promise<void> => clock.advanceTo(clock.now() + ms, settled),
  }
}

const keys = Array.from({ length: 60 }, (_, at) => `c${at}`)

/** A channel that answers nobody until it is told to. */
function createSlowChannel() {
  const state = { answers: false }
  const publish = async (_: Effect, waits: (ms: number) => Promise<void>): Promise<void> => {
    if (state.answers) return
    await waits(TIMEOUT_MS)
    throw new KedgeError('E_NOTIFIER_UNREACHABLE', 'timed out')
  }
  return { state, publish }
}

it('a revert is not held up by any number of cards whose channel hangs', async () => {
  const outbox = await createOutbox(createSlowChannel().publish)
  await outbox.putCards(...keys)
  await outbox.advance(120_000)
  await outbox.putRevert()
  expect(outbox.over).toEqual(['revert'])
})

it('a channel that does not answer is asked with one card at a time, another each time, and all are told once it does', async () => {
  const channel = createSlowChannel()
  const outbox = await createOutbox(channel.publish)
  await outbox.putCards(...keys)
  await outbox.advance(TIMEOUT_MS)
  const begun = outbox.tries.length
  await outbox.advance(600_000)
  const probes = outbox.tries.slice(begun)
  // Between two tries, the first has timed out.
  expect(probes.every(({ at }, index) => at - (probes[index - 1]?.at ?? -Infinity) > TIMEOUT_MS)).toBe(true)
  expect([begun, probes.length > 600_000 / 30_000 - 2, new Set(probes.map(({ key }) => key)).size]).toEqual([16, true, probes.length])
  channel.state.answers = true
  await outbox.advance(TIMEOUT_MS + 20_000)
  expect(outbox.told.toSorted()).toEqual(keys.toSorted())
})

it('a channel that hangs holds up no other channel', async () => {
  const slow = createSlowChannel()
  const outbox = await createOutbox(async (effect, waits) => (effect.key.startsWith('other:') ? undefined : slow.publish(effect, waits)))
  await outbox.putCards(...keys)
  await outbox.advance(60_000)
  await outbox.putCards('other:#c')
  expect(outbox.told).toEqual(['other:#c'])
})

it('one card that never gets an answer holds up no other', async () => {
  const outbox = await createOutbox(async ({ key }) => {
    if (key === 'c0') throw new KedgeError('E_NOTIFIER_UNREACHABLE', 'answered 500')
  })
  await outbox.putCards(...keys)
  await outbox.advance(60_000)
  expect(outbox.told).toHaveLength(keys.length - 1)
})

it('what the channel has asked for is kept to by the card that takes the place of the one that was under way', async () => {
  let isLimited = true
  const outbox = await createOutbox(async (_, waits) => {
    if (!isLimited) return
    isLimited = false
    await waits(1_000)
    throw new KedgeError('E_NOTIFIER_RATE_LIMITED', 'slow down', { retryAfterSeconds: 60 })
  })
  await outbox.putCards('k-1')
  await outbox.overtake('k-1')
  await outbox.putCards('k-2')
  await outbox.advance(60_000)
  expect(outbox.told).toEqual([])
  await outbox.advance(1_000)
  expect(outbox.told).toEqual(['k-2'])
})
