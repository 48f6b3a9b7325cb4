import { expect, it } from 'vitest'
import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { HeldLedger } from '../../../src/ports/held-ledger.ts'
import type { LedgerEntry, LedgerVerdict } from '../../../src/ports/ledger.ts'
import { CHECKPOINT_EVERY, resumeLedger } from '../../../src/reconcile/ledger/resume-ledger.ts'
import { rememberLog } from '../../remember-log.ts'

const ENTRY: LedgerEntry = { kind: 'baseline', key: 'east', event: 'baseline', document: { cluster: 'east', at: 1 } }
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** A ledger of three records, with a checkpoint at the second or without one; from then on, an append writes nothing. */
async function resumed({ at, ...over }: { at?: 2 } & Partial<HeldLedger> = {}) {
  const real = createMemoryLedger({ clock: { now: () => 7 } })
  await real.append([ENTRY, ENTRY])
  if (at) await real.keepCheckpoint(await real.head())
  const from = at && (await real.head())
  await real.append([ENTRY])
  const asked: string[] = []
  const kept = (what: string) => async (): Promise<void> => void asked.push(what)
  const clock = createVirtualClock(1_000)
  const { logger, lines } = rememberLog()
  const ledger = await resumeLedger(
    {
      ...real,
      append: async () => undefined,
      keepCheckpoint: async (head) => void asked.push(`kept ${head?.sequence}`),
      raiseCheckpoint: kept('raised'),
      dropCheckpoint: kept('dropped'),
      ...over,
    },
    { name: 'the ledger', clock, logger, random: () => 1 },
  )
  const append = (count: number): Promise<void> => ledger.ledger.append(Array.from({ length: count }, () => ENTRY))
  const advance = (ms: number) => clock.advanceTo(clock.now() + ms, turns)
  return { ...ledger, ledger, append, advance, asked, lines, from, head: await real.head(), verify: real.verify.bind(real) }
}

it('without a checkpoint, the chain was walked, and a checkpoint is kept at its head', async () => {
  const { ledger, asked, lines, head } = await resumed()
  await using _ledger = ledger
  expect(ledger.chain()).toEqual({ at: 1_000, head, from: undefined, broken: undefined, trouble: undefined })
  expect([asked, lines]).toEqual([['kept 3'], []])
  expect(() => ledger.assertIntact()).not.toThrow()
})

it('from a checkpoint, the chain is walked beside, which is told before and after, and the checkpoint is raised', async () => {
  const walk = Promise.withResolvers<LedgerVerdict>()
  const { ledger, asked, lines, from, head } = await resumed({ at: 2, verify: () => walk.promise })
  await using _ledger = ledger
  expect(ledger.chain()).toEqual({ at: 1_000, head, from, broken: undefined, trouble: undefined })
  walk.resolve({ intact: true, records: 3, head: head?.hash ?? '' })
  await turns()
  expect(ledger.chain()).toEqual({ at: 1_000, head, from: undefined, broken: undefined, trouble: undefined })
  expect(asked).toEqual(['raised'])
  expect(lines.map(({ level, fields }) => [level, fields])).toEqual([
    ['info', { from: 2 }],
    ['info', { records: 3, record: 3 }],
  ])
})

it('of a chain of which some was archived, the head is that of all', async () => {
  const hash = 'a'.repeat(64)
  const verify = async (): Promise<LedgerVerdict> => ({ intact: true, after: { sequence: 40, hash }, records: 3, head: hash })
  const { ledger } = await resumed({ at: 2, verify })
  await using _ledger = ledger
  await turns()
  expect(ledger.chain().head).toEqual({ sequence: 43, hash })
})

it('the checkpoint is raised after each so many records of this process, once the chain has held', async () => {
  const walk = Promise.withResolvers<LedgerVerdict>()
  const { ledger, append, asked, head } = await resumed({ at: 2, verify: () => walk.promise })
  await using _ledger = ledger
  await append(CHECKPOINT_EVERY + 1)
  expect(asked).toEqual([])
  walk.resolve({ intact: true, records: 3, head: head?.hash ?? '' })
  await turns()
  expect(asked).toEqual(['raised'])
  await append(1)
  expect(asked).toHaveLength(2)
  await append(CHECKPOINT_EVERY - 1)
  expect(asked).toHaveLength(2)
  await append(1)
  expect(asked).toHaveLength(3)
})

it.each<[string, LedgerVerdict | KedgeError, string, readonly string[]]>([
  ['does not hold', { intact: false, sequence: 1, what: 'x' }, 'E_LEDGER_BROKEN', ['dropped']],
  ['has a document that cannot be read', new KedgeError('E_LEDGER_DOCUMENT', 'x'), 'E_LEDGER_DOCUMENT', ['dropped']],
  ['is a newer program’s', new KedgeError('E_LEDGER_NEWER', 'x'), 'E_LEDGER_NEWER', []],
])('once the chain %s, nothing is appended or raised any more, and it is told why', async (_, found, code, drops) => {
  const walk = Promise.withResolvers<LedgerVerdict>()
  const { ledger, append, asked } = await resumed({ at: 2, verify: () => walk.promise })
  await using _ledger = ledger
  const under = append(CHECKPOINT_EVERY)
  if (found instanceof KedgeError) walk.reject(found)
  else walk.resolve(found)
  expect(await ledger.broken).toMatchObject({ code })
  await under
  expect(() => ledger.assertIntact()).toThrow(code)
  await expect(append(1)).rejects.toMatchObject({ code })
  expect([asked, ledger.chain().broken?.code]).toEqual([drops, code])
})

it('a checkpoint that cannot be kept is told, but not of a ledger that is closed by then', async () => {
  const keeping = Promise.withResolvers<void>()
  const failing = await resumed({ keepCheckpoint: () => Promise.reject(new Error('full')) })
  await failing.ledger[Symbol.asyncDispose]()
  expect(failing.lines.map(({ level, fields }) => [level, fields])).toEqual([['warn', { error: 'Error: full' }]])
  const { ledger, append, lines } = await resumed({ raiseCheckpoint: () => keeping.promise })
  await append(CHECKPOINT_EVERY)
  await ledger[Symbol.asyncDispose]()
  keeping.reject(new Error('closed'))
  await turns()
  expect(lines).toEqual([])
})

it('its end ends a walk that is under way and waits for it, and none is begun after', async () => {
  const ended: string[] = []
  const { ledger } = await resumed({
    at: 2,
    verify: (_take, interrupted) =>
      new Promise((_, reject) =>
        interrupted?.addEventListener('abort', () =>
          setImmediate(() => {
            ended.push('the walk')
            reject(interrupted.reason as Error)
          }),
        ),
      ),
  })
  await ledger[Symbol.asyncDispose]()
  ended.push('the ledger')
  expect(ended).toEqual(['the walk', 'the ledger'])
  expect(ledger.chain().trouble).toBeUndefined()
  let tries = 0
  const away = await resumed({
    at: 2,
    async verify() {
      tries += 1
      throw new KedgeError('E_LEDGER_UNREACHABLE', 'away')
    },
  })
  await turns()
  expect(away.ledger.chain().trouble?.code).toBe('E_LEDGER_UNREACHABLE')
  await away.ledger[Symbol.asyncDispose]()
  await away.advance(60 * 60_000)
  expect(tries).toBe(1)
})

it.each<[string, readonly unknown[], number, string | undefined]>([
  ['at the third, for what stays', [1, 2, 3, 4].map(() => new TypeError('x')), 3, 'E_INTERNAL'],
  [
    'at none, for what passes; that and what stays are counted by themselves',
    [new TypeError('x'), new TypeError('x'), passing(), passing(), passing(), new TypeError('x')],
    7,
    undefined,
  ],
])('a walk that cannot be made ends the process %s', async (_, faults, tries, code) => {
  const left = [...faults]
  let tried = 0
  const holds = await resumed()
  const { ledger, advance } = await resumed({
    at: 2,
    async verify(...given) {
      tried += 1
      if (left.length > 0) throw left.shift()
      return holds.verify(...given)
    },
  })
  await using _ledger = ledger
  await turns()
  await advance(60 * 60_000)
  const { broken, trouble } = ledger.chain()
  expect([tried, broken?.code, trouble?.code]).toEqual([tries, code, code])
})

function passing(): KedgeError {
  return new KedgeError('E_LEDGER_UNREACHABLE', 'away', { retryable: true })
}
