import type { Readiness } from '../../api/contract.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import type { HeldLedger } from '../../ports/held-ledger.ts'
import type { Ledger } from '../../ports/ledger.ts'
import type { CheckpointStanding } from '../../reconcile/ledger/checkpoints.ts'
import type { ChainStanding } from '../../reconcile/ledger/resume-ledger.ts'
import type { ClusterLeader } from '../../reconcile/loop/controllers.ts'
import { isForApplicationsOnly, sightOf } from '../request/sight.ts'

interface Reach {
  views: readonly ClusterView[]
  ledger: Ledger
  store: Pick<HeldLedger, 'trouble' | 'outdated'>
  /** Rollouts whose last look failed, each with the reason. */
  troubles: ReadonlyMap<string, string>
  /** How far the chain of the ledger has been walked. Nothing is said of it where it was as a whole. */
  chain?: ChainStanding | undefined
  /** Who leads each cluster; empty where this process is the only one. */
  leaders: readonly ClusterLeader[]
  /** How the configuration stands, where it is watched. */
  /** Where checkpoints of the ledger are written; empty where none are, or by another process. */
  checkpoints?: readonly CheckpointStanding[] | undefined
  configuration?: { faults: readonly string[]; waiting: readonly string[] } | undefined
}

/**
 * What Kedge can see and reach. It is ready when every cluster is in view; Git, a forge or a channel out of reach is told, but other
 * Rollouts are still looked after, so it takes nothing out of service. A process that knows no more what the ledger has is not ready.
 */
export function checkReadiness({ views, ledger, store, troubles, leaders, chain, checkpoints = [], configuration }: Reach): Readiness {
  const seen = views.map((view) => {
    const { fresh, blind } = sightOf({ views, ledger }, view)
    const isHub = fresh && isForApplicationsOnly({ views, ledger }, view)
    const seeing = isHub ? 'fresh; Applications only: the account may not list Rollouts here' : 'fresh'
    const detail = fresh ? seeing : blind.map(({ kind, reason }) => `${kind}: ${reason}`).join('; ')
    return { name: `cluster ${view.cluster}`, ok: fresh, detail }
  })
  const failing = ledger.pendingEffects().filter((effect) => effect.lastError !== undefined)
  const outbox = {
    name: 'outbox',
    ok: failing.length === 0,
    detail:
      failing.length === 0
        ? 'nothing is stuck'
        : `${failing.length} effect(s) failed and will be repeated; the oldest says: ${failing[0]?.lastError ?? ''}`,
  }
  const [trouble] = troubles
  const looks = {
    name: 'looks',
    ok: trouble === undefined,
    detail:
      trouble === undefined
        ? 'every Rollout can be decided on'
        : `${troubles.size} Rollout(s) cannot be decided on for now; ${trouble[0]}: ${trouble[1].slice(0, 500)}`,
  }
  const conditions = [
    ...seen,
    ...leaders.map(leading),
    ...recording(store),
    ...walking(chain),
    ...signing(checkpoints),
    ...configured(configuration),
    looks,
    outbox,
  ]
  const isBlind = seen.some((condition) => !condition.ok)
  return { ready: !isBlind && store.outdated?.() === undefined && chain?.broken === undefined, conditions }
}

/** Takes nothing out of service: who leads nothing answers, and takes webhooks. */
function leading({ cluster, holder, isOwn }: ClusterLeader): Readiness['conditions'][number] {
  const who = holder === undefined ? 'nobody leads it for now, so nothing is done there' : `${holder} leads it`
  return { name: `leader of ${cluster}`, ok: holder !== undefined, detail: isOwn ? `this replica, ${holder}, leads it` : who }
}

/** One that cannot be used takes nothing out of service: the one before goes on. */
function configured(standing: Reach['configuration']): Readiness['conditions'] {
  if (!standing) return []
  const { faults, waiting } = standing
  const holding = waiting.length === 0 ? 'holds as it is written' : `waits for the next start: ${waiting.join(', ')}`
  const faulty = `was changed and cannot be used, so the one before goes on: ${faults.join('; ').slice(0, 1_000)}`
  return [{ name: 'configuration', ok: faults.length === 0, detail: faults.length === 0 ? holding : faulty }]
}

/** Takes nothing out of service: what cannot be signed now is signed with what comes after it. */
function signing(standing: readonly CheckpointStanding[]): Readiness['conditions'] {
  if (standing.length === 0) return []
  const trouble = standing.find((one) => one.trouble !== undefined)?.trouble
  const written = standing.map(({ place, head }) => `${place}: ${head ? `record ${head.sequence}` : 'none by this process yet'}`)
  return [{ name: 'checkpoints', ok: trouble === undefined, detail: (trouble ?? written.join('; ')).slice(0, 1_000) }]
}

/** A chain that does not hold is the end of the process; one that could not be walked for now is walked again. */
function walking(chain: ChainStanding | undefined): Readiness['conditions'] {
  if (!chain?.from) return []
  const verified = `verified from record ${chain.from.sequence + 1} on, after its checkpoint; the whole chain is being verified`
  const trouble = chain.broken ?? chain.trouble
  return [{ name: 'chain', ok: trouble === undefined, detail: trouble === undefined ? verified : `${verified}: ${trouble.message}` }]
}

/** Nothing is said of a ledger where only an append would tell. */
function recording(store: Reach['store']): Readiness['conditions'] {
  if (!store.trouble) return []
  const trouble = store.trouble()
  return [{ name: 'ledger', ok: trouble === undefined, detail: trouble ?? 'can be written' }]
}
