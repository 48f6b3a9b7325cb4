import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createMetrics } from '../../../src/http/metrics/metrics.ts'
import type { Ledger, LedgerStore } from '../../../src/ports/ledger.ts'
import { logDecisions } from '../../../src/reconcile/trace/decision-log.ts'
import { describeLedgerAround } from '../../contract/ledger-around.ts'
import { rememberLog } from '../../remember-log.ts'
import { readOptions } from '../fleet-fixture.ts'
import { theFleet } from '../story.ts'

// What stands around the ledger of the loop: whoever counts what is written, and whoever tells of decisions.

describeLedgerAround('the ledger whose writes are counted', metered)
describeLedgerAround('the ledger whose decisions are told', (ledger) => logDecisions(ledger, rememberLog().logger))
describeLedgerAround('the ledger of the service, which is both', (ledger) => logDecisions(metered(ledger), rememberLog().logger))

function metered(ledger: Ledger): Ledger {
  const both: Ledger & LedgerStore = { ...createMemoryLedger({ clock: { now: () => 0 } }), ...ledger }
  const metrics = createMetrics({
    ...readOptions([theFleet()], both),
    version: '0.1.0',
    queueDepth: () => 0,
    readiness: () => ({ conditions: [] }),
  })
  return metrics.meter(ledger)
}
