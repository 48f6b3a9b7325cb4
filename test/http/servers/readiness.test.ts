import { expect, test } from 'vitest'
import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import { checkReadiness } from '../../../src/http/servers/readiness.ts'
import { openLedger } from '../../../src/reconcile/ledger/open-ledger.ts'

test('a process that cannot read what others append is not ready, and says why', async () => {
  const ledger = await openLedger(createMemoryLedger({ clock: { now: () => 0 } }))
  const why = new KedgeError('E_LEDGER_NEWER', 'release r1 has schema 999')
  const reach = { views: [], ledger, troubles: new Map(), leaders: [] }
  const outdated = checkReadiness({ ...reach, store: { trouble: () => why.message, outdated: () => why } })
  expect(outdated.ready).toBe(false)
  expect(outdated.conditions).toContainEqual({ name: 'ledger', ok: false, detail: why.message })
  // Out of reach for a while: it still answers.
  expect(checkReadiness({ ...reach, store: { trouble: () => 'away', outdated: () => undefined } }).ready).toBe(true)
})
