import { Registry } from 'prom-client'
import type { ReadOptions } from '../../src/http/request/options.ts'
import { openListener, type Listener } from '../../src/http/servers/listener.ts'
import { createApiApp } from '../../src/http/servers/servers.ts'
import type { LedgerEntry } from '../../src/ports/ledger.ts'
import { SILENT } from '../../src/ports/log.ts'
import { aLedger, aView, readOptions } from '../http/fleet-fixture.ts'
import { applicationOf } from '../http/large-fleet.ts'
import { tellStory, theFleet } from '../http/story.ts'

/** Two Rollouts of the Application `argocd/shop`: one that is split, and one in step. All others are other people's. */
const OWN = ['shop/catalog', 'shop/checkout']

/** A Kedge over the fleet of the story, which has that Application. `also`: what the ledger is told beside it. */
export async function kedgeOf(
  also: readonly LedgerEntry[] = [],
  overrides: Partial<ReadOptions> = {},
): Promise<Listener & { secret: string }> {
  const ledger = await aLedger()
  await tellStory(ledger)
  if (also.length > 0) await ledger.append(also)
  const fleet = theFleet()
  const rollouts = [...fleet.rollouts()]
  const named = { ...applicationOf(rollouts[0]!), namespace: 'argocd', name: 'shop', rollouts: OWN }
  const theirs = { ...applicationOf(rollouts[0]!), namespace: 'argocd', name: 'theirs', rollouts: ['shop/web'] }
  const view = aView('east', {
    rollouts,
    replicaSets: rollouts.flatMap(({ uid }) => fleet.replicaSets(uid)),
    applications: [named, theirs],
  })
  const read = readOptions([view], ledger)
  const app = createApiApp({
    ...read,
    links: { ...read.links, own: (path) => `https://kedge.example${path}` },
    ...overrides,
    logger: SILENT,
    readiness: () => ({ ready: true, conditions: [] }),
    registry: new Registry(),
    secrets: { adminToken: 'an admin token' },
  })
  return { ...(await openListener(app, { host: '127.0.0.1', port: 0 })), secret: 'an admin token' }
}
