import { expect, it } from 'vitest'
import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import { createInboxRelay } from '../../../src/http/webhooks/inbox-relay.ts'
import type { Command } from '../../../src/ports/command.ts'
import { rememberLog } from '../../remember-log.ts'

const ADOPT: Command = { type: 'adopt', release: 'r1', by: 'alice' }

/** A relay of one that leads everything and does what it is told to be able to do. */
function createRelay(perform: (command: Command) => Promise<boolean>) {
  const clock = createVirtualClock(0)
  const inbox = createMemoryLedger({ clock })
  const { logger, lines } = rememberLog()
  const relay = createInboxRelay({ inbox, clock, logger, random: () => 0.5, leads: () => true, follow: () => undefined, perform })
  relay.start()
  const pass = (minutes: number): Promise<void> =>
    clock.advanceTo(clock.now() + minutes * 60_000, () => new Promise((resolve) => setImmediate(resolve)))
  return { relay, inbox, lines, pass, [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose]() }
}

it('what a person wants is done by whoever leads it, once', async () => {
  const done: Command[] = []
  await using it = createRelay(async (command) => done.push(command) > 0)
  await it.relay.leave(ADOPT)
  await it.pass(60)
  expect([done, await it.inbox.pending()]).toEqual([[ADOPT], []])
})

it('what waits for a leader elsewhere waits as long as it has to', async () => {
  await using it = createRelay(() => Promise.resolve(false))
  await it.relay.leave(ADOPT)
  await it.pass(60)
  expect([await it.inbox.pending(), it.lines]).toEqual([[expect.objectContaining({ source: 'kedge' })], []])
})

it('what cannot be done is tried a while, more and more seldom, then told and put aside', async () => {
  let tries = 0
  await using it = createRelay(() => Promise.reject(new Error(`no room (${(tries += 1)})`)))
  await it.relay.leave(ADOPT)
  await it.pass(5)
  expect(await it.inbox.pending()).toHaveLength(1)
  await it.pass(60)
  expect([tries, await it.inbox.pending()]).toEqual([15, []])
  expect(it.lines.filter(({ level }) => level === 'warn')).toHaveLength(14)
  expect(it.lines.filter(({ level }) => level === 'error')).toMatchObject([
    { fields: { code: 'E_COMMAND_FAILED', command: JSON.stringify(ADOPT), error: 'Error: no room (15)' } },
  ])
})

it('what succeeds at a later try is not put aside', async () => {
  let tries = 0
  await using it = createRelay(async () => {
    if ((tries += 1) < 5) throw new Error('away')
    return true
  })
  await it.relay.leave(ADOPT)
  await it.pass(60)
  expect([tries, await it.inbox.pending(), it.lines.some(({ level }) => level === 'error')]).toEqual([5, [], false])
})

it.each(['not JSON', 'null', '{"type":"later-wish","rollout":"a/b/c"}', '{"type":"toString"}', '{"type":"adopt"}'])(
  'what this program does not know is done by none of it, and told: %s',
  async (body) => {
    const done: Command[] = []
    await using it = createRelay(async (command) => done.push(command) > 0)
    await it.inbox.accept({ source: 'kedge', id: 'c1', receivedAt: 0, body })
    await it.pass(60)
    expect([done, await it.inbox.pending()]).toEqual([[], []])
    expect(it.lines.at(-1)).toMatchObject({ level: 'error', fields: { id: 'c1', command: body } })
    expect(it.lines.at(-1)?.fields?.['error']).toContain('E_COMMAND_UNKNOWN')
  },
)
