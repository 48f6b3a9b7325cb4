import { Registry } from 'prom-client'
import { openListener, type Listener } from '../../src/http/listener.ts'
import { createApiApp } from '../../src/http/servers.ts'
import { SILENT } from '../../src/ports/log.ts'
import { aLedger, readOptions } from '../http/fleet-fixture.ts'
import { aFleetOf, ledgerOf } from '../http/large-fleet.ts'

/** The pages over so many Rollouts: what a simulated fleet of that size would take minutes for. No picture is made of it. */
export async function serveMany(many: number, port = 0): Promise<Listener> {
  const ledger = await aLedger()
  await ledger.append(ledgerOf(many))
  const app = createApiApp({
    ...readOptions(aFleetOf(many), ledger),
    logger: SILENT,
    readiness: () => ({ ready: true, conditions: [] }),
    registry: new Registry(),
    secrets: {},
  })
  return openListener(app, { host: '127.0.0.1', port })
}
