import { expect, it } from 'vitest'
import { createVirtualClock } from '../../src/adapters/replay/virtual-clock.ts'
import { tellLedger } from '../../src/service/tell-ledger.ts'
import { rememberLog } from '../remember-log.ts'

it('the log is told once why nothing can be recorded, with the code, and once that it can be again', async () => {
  const clock = createVirtualClock(0)
  const { logger, lines } = rememberLog()
  let trouble: string | undefined
  using _telling = tellLedger({ store: { trouble: () => trouble }, clock, logger })
  const pass = (seconds: number) => clock.advanceTo(clock.now() + seconds * 1_000, async () => undefined)
  await pass(60)
  expect(lines).toEqual([])
  for (const now of ['E_LEDGER_DISK: ledger kedge: no (58030: block 7)', 'E_LEDGER_DISK: ledger kedge: no (58030: block 8)', 'slow: 2 s']) {
    trouble = now
    await pass(20)
  }
  trouble = undefined
  await pass(20)
  const what = 'the ledger cannot be written for now, or only slowly'
  expect(lines).toEqual([
    { level: 'warn', message: what, fields: { code: 'E_LEDGER_DISK', error: 'E_LEDGER_DISK: ledger kedge: no (58030: block 7)' } },
    { level: 'warn', message: what, fields: { error: 'slow: 2 s' } },
    { level: 'info', message: 'the ledger can be written again', fields: undefined },
  ])
})

it('nothing is told any more once it is ended', async () => {
  const clock = createVirtualClock(0)
  const { logger, lines } = rememberLog()
  tellLedger({ store: { trouble: () => 'E_LEDGER_UNREACHABLE: away' }, clock, logger })[Symbol.dispose]()
  await clock.advanceTo(60_000, async () => undefined)
  expect(lines).toEqual([])
})
