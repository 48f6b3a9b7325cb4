import type { Readiness } from './http/contract.ts'
import type { ClusterView, Clock, Ledger } from './ports.ts'

/** An effect that fails for longer than this is worth telling: the forge or the channel is out of reach. */
const STUCK_MS = 60_000

/**
 * What Kedge can see and reach. It is ready when every cluster is in view; an outbox that is stuck is told, but other Rollouts are still
 * looked after, so it takes nothing out of service.
 */
export function checkReadiness({ views, ledger, clock }: { views: readonly ClusterView[]; ledger: Ledger; clock: Clock }): Readiness {
  const seen = views.map((view) => {
    const { fresh, blind } = view.freshness()
    const detail = fresh ? 'fresh' : blind.map(({ kind, reason }) => `${kind}: ${reason}`).join('; ')
    return { name: `cluster ${view.cluster}`, ok: fresh, detail }
  })
  const now = clock.now()
  const stuck = ledger.pendingEffects().filter((effect) => effect.lastError !== undefined && now - effect.createdAt > STUCK_MS)
  const outbox = {
    name: 'outbox',
    ok: stuck.length === 0,
    detail: stuck.length === 0 ? 'nothing is stuck' : `${stuck.length} effect(s) wait; the oldest says: ${stuck[0]?.lastError ?? ''}`,
  }
  return { ready: seen.every((condition) => condition.ok), conditions: [...seen, outbox] }
}
