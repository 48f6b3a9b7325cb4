import type { VirtualClock } from '../../src/adapters/replay/virtual-clock.ts'
import { DEFAULT_POLICY, type Policy } from '../../src/domain/policy/policy.ts'
import type { RolloutSnapshot } from '../../src/domain/rollout/snapshots.ts'
import type { ClusterView, Question } from '../../src/ports/cluster-view.ts'
import type { Ledger, LedgerEntry } from '../../src/ports/ledger.ts'
import type { Environment, Journal } from '../../src/reconcile/environment.ts'
import { AT } from '../domain/an-attempt.ts'
import { aRollout, aView } from '../http/fleet-fixture.ts'
import { anEnvironment } from './an-environment.ts'

export const LINKS = [{ text: 'Dashboard', url: 'https://grafana.example/d' }]

/** A cluster with Rollouts of these names. `blind`: the question that it cannot answer. */
export function aCluster(cluster: string, names: readonly string[], blind?: Question, of: Partial<RolloutSnapshot> = {}): ClusterView {
  const view = aView(cluster, { rollouts: names.map((name) => aRollout({ ...of, cluster, name })) })
  return { ...view, freshness: (question) => ({ fresh: blind === undefined || question !== blind, asOf: AT, blind: [] }) }
}

/** What the rooms of a pass work with: a ledger in memory, clusters that hold plain objects, and a clock that is set to `AT`. */
export interface World {
  environment: Environment
  ledger: Ledger
  journal: Journal
  clock: VirtualClock
  put: (...entries: readonly LedgerEntry[]) => Promise<void>
  /** Moves the clock on, to the end of which nobody waits for anything. */
  wait: (ms: number) => Promise<void>
}

/** See {@link World}: one cluster `east`, whose Rollout `web` is told in `#shop`. */
export async function aWorld(policy: Partial<Policy> = {}, more: Partial<Environment> = {}): Promise<World> {
  const [east, ...others] = more.views ?? [aCluster('east', ['web'])]
  const told: Policy = { ...DEFAULT_POLICY, mode: 'notify', channel: '#shop', ...policy }
  const fields: Partial<Environment> = {
    ...(east && { views: [east, ...others], applications: east }),
    random: () => 0.5,
    policyFor: () => told,
    linksFor: () => LINKS,
    ...more,
  }
  const { environment, ledger, journal, clock } = await anEnvironment([], fields, AT)
  return {
    environment,
    ledger,
    journal,
    clock,
    put: (...entries) => ledger.append(entries),
    wait: (ms) => clock.advanceTo(clock.now() + ms, async () => undefined),
  }
}
