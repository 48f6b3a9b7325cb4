import { expect, test } from 'vitest'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import { createMetrics } from '../../../src/http/metrics/metrics.ts'
import { aLedger, NOW, readOptions } from '../fleet-fixture.ts'

test('a write that waits is counted by the minute, and no more once it has ended', async () => {
  await using ledger = await aLedger()
  const clock = createVirtualClock(NOW)
  const held = Promise.withResolvers<void>()
  const metrics = createMetrics({
    ...readOptions([], ledger),
    clock,
    version: '0.1.0',
    queueDepth: () => 0,
    readiness: () => ({ conditions: [] }),
  })
  const counted = async (seconds: number) => {
    await clock.advanceTo(clock.now() + seconds * 1_000, async () => undefined)
    return /^kedge_ledger_write_failures_total .*$/m.exec(await metrics.registry.metrics())?.[0]
  }
  const appended = metrics.meter({ ...ledger, append: () => held.promise }).append([])
  expect(await counted(59)).toBe('kedge_ledger_write_failures_total 0')
  expect(await counted(1)).toBe('kedge_ledger_write_failures_total 1')
  expect(await counted(120)).toBe('kedge_ledger_write_failures_total 3')
  held.resolve()
  await appended
  expect(await counted(600)).toBe('kedge_ledger_write_failures_total 3')
})
