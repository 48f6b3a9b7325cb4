import { expect, it } from 'vitest'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { createAskAgain } from '../../../src/reconcile/quarantine/ask-again.ts'
import { aQuarantine } from '../../domain/quarantine/a-quarantine.ts'

const HOUR_MS = 3_600_000

it.each([
  { branches: 1, each: 1, requests: 30 },
  { branches: 1, each: 100, requests: 30 },
  { branches: 300, each: 1, requests: 900 },
  { branches: 1_000, each: 10, requests: 900 },
])('$branches branches with $each quarantines each cost the forge no more than $requests requests an hour', (many) => {
  const standing = Array.from({ length: many.branches * many.each }, (_, at) =>
    aQuarantine({ key: `k${at}`, repository: `acme/r${at % many.branches}` }),
  )
  const ledger = { quarantines: () => standing } as unknown as Environment['ledger']
  const againMs = createAskAgain({ ledger, clock: createVirtualClock(0) })()
  expect((HOUR_MS / againMs) * many.branches).toBeLessThanOrEqual(many.requests)
  expect(againMs / standing.length).toBeGreaterThan(250)
})

it('one by one they are asked for every two minutes', () => {
  const ledger = { quarantines: () => [aQuarantine({})] } as unknown as Environment['ledger']
  expect(createAskAgain({ ledger, clock: createVirtualClock(0) })()).toBe(120_000)
})

it('one by one they are counted anew every minute', async () => {
  const clock = createVirtualClock(0)
  const all = Array.from({ length: 1_000 }, (_, at) => aQuarantine({ key: `k${at}` }))
  let standing = all.slice(0, 401)
  const asked: unknown[] = []
  const ledger = { quarantines: (filter: unknown) => (asked.push(filter), standing) } as unknown as Environment['ledger']
  const ask = createAskAgain({ ledger, clock })
  const wait = (ms: number): Promise<void> => clock.advanceTo(clock.now() + ms, async () => undefined)
  expect(ask()).toBe(120_300)
  standing = all
  await wait(59_999)
  expect(ask()).toBe(120_300)
  await wait(1)
  expect(ask()).toBe(300_000)
  standing = []
  await wait(59_999)
  expect(ask()).toBe(300_000)
  expect(asked).toEqual([{ standing: true }, { standing: true }])
})
