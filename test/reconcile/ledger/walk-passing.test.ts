import { expect, it } from 'vitest'
import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import { resumeLedger } from '../../../src/reconcile/ledger/resume-ledger.ts'
import { rememberLog } from '../../remember-log.ts'
import { until } from '../../until.ts'

const passing = () => new KedgeError('E_LEDGER_OPEN', 'a file of it cannot be opened', { retryable: true })

/** A ledger with a checkpoint, whose walk fails with these one after the other, and then holds. */
async function walking(faults: readonly Error[], random = () => 1) {
  const left = [...faults]
  const tries: number[] = []
  const real = createMemoryLedger({ clock: { now: () => 7 } })
  await real.append([{ kind: 'baseline', key: 'east', event: 'baseline', document: { cluster: 'east', at: 1 } }])
  await real.keepCheckpoint(await real.head())
  const clock = createVirtualClock(0)
  const { logger, lines } = rememberLog()
  const resumed = await resumeLedger(
    {
      ...real,
      async verify(take, interrupted) {
        tries.push(clock.elapsed() / 1_000)
        const fault = left.shift()
        if (fault) throw fault
        return real.verify(take, interrupted)
      },
    },
    { name: 'the ledger', clock, logger, random },
  )
  const advance = (seconds: number) => clock.advanceTo(clock.now() + seconds * 1_000, () => new Promise((turn) => setImmediate(turn)))
  await until(() => resumed.chain().trouble, { what: 'the first try', timeoutMs: 10_000 })
  return { resumed, tries, lines, advance, began: tries[0] ?? 0 }
}

it('a walk that fails for what passes is made again for as long as that lasts, ever later, and five minutes later at most', async () => {
  const { resumed, tries, advance, began, lines } = await walking(Array.from({ length: 20 }, passing))
  await using _resumed = resumed
  await advance(60 * 60)
  const apart = tries.map((at, index) => at - (tries[index - 1] ?? began))
  expect(apart.slice(1, 7)).toEqual([30, 60, 120, 240, 300, 300])
  expect(resumed.chain()).toMatchObject({ from: { sequence: 1 }, broken: undefined, trouble: { code: 'E_LEDGER_OPEN' } })
  expect(lines.filter(({ level }) => level === 'warn')[1]?.fields).toMatchObject({ code: 'E_LEDGER_OPEN', inMs: 60_000 })
  await advance(40 * 60)
  expect(resumed.chain()).toMatchObject({ from: undefined, broken: undefined, trouble: undefined })
  expect(tries).toHaveLength(21)
})

it('a walk that fails is made again soon where something else has come between', async () => {
  const faults = [passing(), passing(), passing(), new TypeError('no such function'), passing()]
  const { resumed, tries, advance, began } = await walking(faults)
  await using _resumed = resumed
  await advance(30 * 60)
  expect(tries.map((at) => at - began)).toEqual([0, 30, 90, 210, 240, 270])
  expect(resumed.chain()).toMatchObject({ from: undefined, broken: undefined })
})

it('replicas whose database was away for all of them do not all walk at the same moment', async () => {
  const { resumed, tries, advance, began } = await walking(Array.from({ length: 4 }, passing), () => 0)
  await using _resumed = resumed
  await advance(10 * 60)
  expect(tries.map((at) => at - began)).toEqual([0, 15, 45, 105, 225])
})
