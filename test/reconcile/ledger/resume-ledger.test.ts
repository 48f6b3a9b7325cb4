import { expect, it, vi } from 'vitest'
import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { HeldLedger } from '../../../src/ports/held-ledger.ts'
import type { LedgerEntry, LedgerVerdict } from '../../../src/ports/ledger.ts'
import { SILENT } from '../../../src/ports/log.ts'
import { CHECKPOINT_EVERY, resumeLedger, type ResumedLedger } from '../../../src/reconcile/ledger/resume-ledger.ts'
import { aRelease, releaseEntry } from '../../contract/ledger-documents.ts'
import { until } from '../../until.ts'

const BROKEN: LedgerVerdict = { intact: false, sequence: 1, what: 'the record does not match its hash' }
const baselines = (many: number): readonly LedgerEntry[] =>
  Array.from({ length: many }, (_, at) => ({ kind: 'baseline', key: 'east', event: 'baseline', document: { cluster: 'east', at } }))

const soon = (what: string) => ({ what, timeoutMs: 10_000 })

type Verify = HeldLedger['verify']

/** A ledger in memory with so many records and a checkpoint at the last, whose walk is as it is told. */
async function begun(records: number, verify?: (real: Verify) => Verify) {
  const real = createMemoryLedger({ clock: { now: () => 7 } })
  await real.append(baselines(records))
  await real.keepCheckpoint(await real.head())
  const walked: Verify = (take, interrupted) => real.verify(take, interrupted)
  const store: HeldLedger = { ...real, verify: verify?.(walked) ?? walked }
  const clock = createVirtualClock(1_000)
  const advance = (seconds: number) => clock.advanceTo(clock.now() + seconds * 1_000, () => new Promise((turn) => setImmediate(turn)))
  const start = (over: Partial<HeldLedger> = {}): Promise<ResumedLedger> =>
    resumeLedger({ ...store, ...over }, { name: 'the ledger', clock, logger: SILENT, random: () => 1 })
  const kept = async (): Promise<number | undefined> => {
    const verdict = await real.resume({ take: () => undefined, wanted: () => [] })
    return verdict?.intact === true ? verdict.after?.sequence : undefined
  }
  return { real, store, start, kept, advance }
}

const held =
  (walk: PromiseWithResolvers<void>) =>
  (real: Verify): Verify =>
    async function verify(take, interrupted) {
      await walk.promise
      interrupted?.throwIfAborted()
      return real(take)
    }

it('acts while the whole chain is walked beside, says so, and says when it has held', async () => {
  const walk = Promise.withResolvers<void>()
  const { real, start, kept } = await begun(5, held(walk))
  await real.append(baselines(2))
  await using resumed = await start()
  expect(resumed.chain()).toMatchObject({ from: { sequence: 5 }, head: { sequence: 7 }, broken: undefined })
  await resumed.ledger.append(baselines(1))
  walk.resolve()
  await until(() => (resumed.chain().from ? undefined : true), soon('the walk'))
  expect(resumed.chain()).toMatchObject({ head: { sequence: 8 }, broken: undefined, trouble: undefined })
  expect(await kept()).toBe(8)
})

it('raises the checkpoint after so many records, and not before the whole chain has held', async () => {
  const walk = Promise.withResolvers<void>()
  const { start, kept } = await begun(5, held(walk))
  await using resumed = await start()
  await resumed.ledger.append(baselines(CHECKPOINT_EVERY))
  expect(await kept()).toBe(5)
  walk.resolve()
  await until(() => (resumed.chain().from ? undefined : true), soon('the walk'))
  expect(await kept()).toBe(5 + CHECKPOINT_EVERY)
  await resumed.ledger.append(baselines(CHECKPOINT_EVERY - 1))
  await until(async () => ((await kept()) === 4 + 2 * CHECKPOINT_EVERY ? true : undefined), soon('a checkpoint that is raised'))
  await resumed.ledger.append(baselines(CHECKPOINT_EVERY - 1))
  expect(await kept()).toBe(4 + 2 * CHECKPOINT_EVERY)
})

it('an empty ledger has its first checkpoint after so many records', async () => {
  const { start, kept } = await begun(0)
  await using resumed = await start()
  expect(resumed.chain().from).toBeUndefined()
  await resumed.ledger.append(baselines(CHECKPOINT_EVERY))
  await until(async () => ((await kept()) === CHECKPOINT_EVERY ? true : undefined), soon('a checkpoint'))
})

it.each([
  ['a chain that does not hold', async () => BROKEN, 'E_LEDGER_BROKEN'],
  [
    'a document that cannot be read',
    async () => Promise.reject(new KedgeError('E_LEDGER_DOCUMENT', 'the document of release a does not fit')),
    'E_LEDGER_DOCUMENT',
  ],
] as const)('%s, found beside, ends it: first nothing is done, then the checkpoint goes, then it is told', async (_, verify, code) => {
  const walk = Promise.withResolvers<void>()
  const { start, kept } = await begun(5, () => async () => {
    await walk.promise
    return verify()
  })
  const dropping = Promise.withResolvers<void>()
  const dropped: string[] = []
  const raised = vi.fn<() => Promise<void>>(async () => undefined)
  await using resumed = await start({
    raiseCheckpoint: raised,
    async dropCheckpoint() {
      dropped.push(resumed.chain().broken?.code ?? 'acts')
      await dropping.promise
    },
  })
  walk.resolve()
  await until(() => resumed.chain().broken, soon('the walk'))
  expect(dropped).toEqual([code])
  expect(() => resumed.assertIntact()).toThrow(code)
  await expect(resumed.ledger.append([releaseEntry(aRelease({ key: 'r' }))])).rejects.toMatchObject({ code })
  const told = vi.fn<(fault: KedgeError) => void>()
  void resumed.broken.then(told)
  await new Promise((turn) => setImmediate(turn))
  expect(told).not.toHaveBeenCalled()
  dropping.resolve()
  expect(await resumed.broken).toMatchObject({ code })
  expect(raised).not.toHaveBeenCalled()
  expect(await kept()).toBe(5)
})

it('a document of a newer program, found beside, ends it and leaves the checkpoint: nothing is wrong with the ledger', async () => {
  const { start, kept } = await begun(5, () => async () => Promise.reject(new KedgeError('E_LEDGER_NEWER', 'a kind that is not known')))
  await using resumed = await start()
  expect(await resumed.broken).toMatchObject({ code: 'E_LEDGER_NEWER' })
  expect(() => resumed.assertIntact()).toThrow('E_LEDGER_NEWER')
  expect(await kept()).toBe(5)
})

it('a checkpoint that cannot be dropped keeps it from ending no longer than the try', async () => {
  const { start } = await begun(5, () => async () => BROKEN)
  await using resumed = await start({ dropCheckpoint: () => Promise.reject(new Error('away')) })
  expect(await resumed.broken).toMatchObject({ code: 'E_LEDGER_BROKEN' })
})

it('a walk that nobody answered is made again for as long as it takes, and the reason is told until it holds', async () => {
  let tries = 0
  const { start, advance } = await begun(5, (real) => async (take) => {
    tries += 1
    if (tries <= 5) throw new KedgeError('E_LEDGER_UNREACHABLE', 'the database is away')
    return real(take)
  })
  await using resumed = await start()
  await until(() => resumed.chain().trouble, soon('the first try'))
  expect(resumed.chain()).toMatchObject({ from: { sequence: 5 }, broken: undefined, trouble: { code: 'E_LEDGER_UNREACHABLE' } })
  await advance(29)
  expect(tries).toBe(1)
  await advance(30 + 60 + 120 + 240 + 300)
  await until(() => (resumed.chain().from ? undefined : true), soon('the walk'))
  expect([tries, resumed.chain().trouble]).toEqual([6, undefined])
})

it('a walk that fails for a reason that stays ends it at the third try', async () => {
  const { start, advance } = await begun(5, () => async () => Promise.reject(new TypeError('no such function')))
  await using resumed = await start()
  await until(() => resumed.chain().trouble, soon('the first try'))
  await advance(30)
  expect(resumed.chain().broken).toBeUndefined()
  await advance(30)
  expect(await resumed.broken).toMatchObject({ code: 'E_INTERNAL', message: expect.stringContaining('no such function') as string })
})

it('tries that nobody answered are none of the three', async () => {
  const faults = [
    new KedgeError('E_LEDGER_UNREACHABLE', 'away', { retryable: true }),
    new TypeError('passes'),
    new KedgeError('E_LEDGER_UNREACHABLE', 'away', { retryable: true }),
    new TypeError('passes'),
    new TypeError('passes'),
  ]
  const { start, advance } = await begun(5, (real) => async (take) => {
    const fault = faults.shift()
    if (fault) throw fault
    return real(take)
  })
  await using resumed = await start()
  await until(() => resumed.chain().trouble, soon('the first try'))
  await advance(30 * 5)
  await until(() => (resumed.chain().from ? undefined : true), soon('the walk'))
  expect(resumed.chain().broken).toBeUndefined()
})

it('a checkpoint that another process has removed is not brought back by a walk that holds', async () => {
  const walk = Promise.withResolvers<void>()
  const { real, start, kept } = await begun(5, held(walk))
  await using resumed = await start()
  await real.dropCheckpoint()
  walk.resolve()
  await until(() => (resumed.chain().from ? undefined : true), soon('the walk'))
  expect(await kept()).toBeUndefined()
})

it('its end ends the walk beside, and waits for it', async () => {
  const { start } = await begun(
    5,
    () => (_take, interrupted) => new Promise((_, reject) => interrupted?.addEventListener('abort', () => reject(interrupted.reason))),
  )
  const resumed = await start()
  await resumed[Symbol.asyncDispose]()
  expect(resumed.chain()).toMatchObject({ from: { sequence: 5 }, broken: undefined, trouble: undefined })
})

it('a checkpoint that cannot be kept keeps nobody from acting', async () => {
  const { real, start } = await begun(5)
  await real.dropCheckpoint()
  await using resumed = await start({ keepCheckpoint: () => Promise.reject(new Error('the disk is full')) })
  await resumed.ledger.append(baselines(1))
  expect(resumed.chain()).toMatchObject({ from: undefined, head: { sequence: 5 } })
})

it('a checkpoint after which the chain does not hold refuses the start, as a broken chain without one does', async () => {
  const { store, start } = await begun(5)
  await expect(start({ ...store, resume: async () => ({ ...BROKEN, sequence: 6 }) })).rejects.toMatchObject({
    code: 'E_LEDGER_BROKEN',
    message: expect.stringContaining('(record 6)') as string,
  })
})
