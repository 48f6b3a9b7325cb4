import { Registry } from 'prom-client'
import { openListener, type Listener } from '../../src/http/servers/listener.ts'
import { createApiApp } from '../../src/http/servers/servers.ts'
import { SILENT } from '../../src/ports/log.ts'
import { aLedger, NOW, readOptions } from '../http/fleet-fixture.ts'
import { aFleetOf, ledgerOf } from '../http/large-fleet.ts'
import { theRelease } from '../http/story.ts'

const CAUSE = { kind: 'metric', key: 's', words: 'the metric success-rate', cluster: 'east', metrics: [] } as const

/**
 * The pages over so many Rollouts: what a simulated fleet of that size would take minutes for. A storm goes on, and the ledger is
 * signed: what the fleet of the pictures has not. No picture is made of it.
 */
export async function serveMany(many: number, port = 0): Promise<Listener> {
  const ledger = await aLedger()
  await ledger.append(ledgerOf(many))
  const storm = { key: 's', cause: CAUSE, state: 'holding', begunAt: NOW - 60_000, endedAt: null } as const
  const document = theRelease({ storm: storm.key })
  await ledger.append([
    { kind: 'storm', key: storm.key, event: 'storm-begun', document: storm },
    { kind: 'release', key: document.key, event: 'failed', document },
  ])
  const head = await ledger.head()
  const app = createApiApp({
    ...readOptions(aFleetOf(many), ledger),
    chain: () => ({ at: NOW - 3_600_000, head, from: undefined, broken: undefined, trouble: undefined }),
    signedCheckpoints: () => [{ place: '/checkpoints', head, trouble: undefined }],
    logger: SILENT,
    readiness: () => ({ ready: true, conditions: [] }),
    registry: new Registry(),
    secrets: {},
  })
  return openListener(app, { host: '127.0.0.1', port })
}
