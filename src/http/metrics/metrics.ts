import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { SERVING_STATES } from '../../api/contract.ts'
import { isExperiment } from '../../domain/experiment/name.ts'
import type { Release } from '../../domain/release/release.ts'
import type { ServingState } from '../../domain/rollout/serving.ts'
import type { Ledger } from '../../ports/ledger.ts'
import type { ReadOptions, WebhookResult, WebhookSource } from '../request/options.ts'
import { sightOf } from '../request/sight.ts'
import { burnGauge } from './burn-metrics.ts'
import { checkpointMetrics, type ChainOptions } from './checkpoint-metrics.ts'
import { createTally, meterLedger } from './metered-ledger.ts'
import { createWatchCounters } from './watch-counters.ts'

export interface MetricsOptions extends Pick<ReadOptions, 'views' | 'ledger' | 'clock' | 'verdict' | 'leaders'>, ChainOptions {
  version: string
  /** Where the watches count already. */
  registry?: Registry
  queueDepth(): number
  readiness(): { conditions: readonly { name: string; ok: boolean }[] }
  /** Requests left of the forge's limit, by Git host; one that was not asked yet is missing. */
  forgeRateLimits?: () => ReadonlyMap<string, number>
}

/**
 * The metrics of one process, named as docs list them. Gauges are read when Prometheus asks; counters begin at zero
 * with the process.
 */
export interface Metrics {
  readonly registry: Registry
  /** The same ledger, its writes counted. Everything that writes should write through this one. */
  meter(ledger: Ledger): Ledger
  /** One turn of the loop; seconds. */
  reconciled(seconds: number, result: 'ok' | 'error'): void
  webhook(source: WebhookSource, result: WebhookResult): void
  /** One try to write a checkpoint of the ledger. */
  checkpoint(result: 'written' | 'failed'): void
}

/** Series with the name of a Rollout in them are kept to this many, the longest exposed first. */
const MAX_NAMED = 100
const OPEN_RELEASES_READ = 1_000

/** Builds the registry. Cardinality grows with clusters, kinds and states, never with Rollouts beyond `MAX_NAMED`. */
export function createMetrics(options: MetricsOptions): Metrics {
  const { registry = createWatchCounters().registry } = options
  const registers = [registry]
  const tally = createTally(registers)
  const reconcile = new Histogram({
    name: 'kedge_reconcile_duration_seconds',
    help: 'How long one look at a Rollout took, by result.',
    labelNames: ['result'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers,
  })
  const webhooks = new Counter({
    name: 'kedge_webhook_deliveries_total',
    help: 'Webhook deliveries, by sender and what became of them.',
    labelNames: ['source', 'result'],
    registers,
  })
  new Gauge({
    name: 'kedge_build_info',
    help: 'Always 1; the version is the label.',
    labelNames: ['version'],
    registers,
  }).set({ version: options.version }, 1)
  fleetGauges(options, registers)
  watchGauges(options, registers)
  ledgerGauges(options, registers)
  gauge(registers, 'kedge_queue_depth', 'Rollouts that wait to be looked at.', () => options.queueDepth())
  conditionGauge(options, registers)
  rateLimitGauge(options, registers)
  leaderGauge(options, registers)
  return {
    registry,
    meter: (ledger) => meterLedger(ledger, options.clock, tally),
    reconciled: (seconds, result) => reconcile.observe({ result }, seconds),
    webhook: (source, result) => webhooks.inc({ source, result }),
    checkpoint: checkpointMetrics(options, registers),
  }
}

function gauge(registers: Registry[], name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(read())
    },
  })
}

function fleetGauges({ views, verdict }: MetricsOptions, registers: Registry[]): void {
  new Gauge({
    name: 'kedge_rollouts',
    help: 'Rollouts by cluster and state.',
    labelNames: ['cluster', 'state'],
    registers,
    collect() {
      this.reset()
      for (const view of views) {
        const counts = new Map<ServingState, number>(SERVING_STATES.map((state) => [state, 0]))
        for (const rollout of view.rollouts()) {
          const { serving } = verdict(rollout)
          counts.set(serving, (counts.get(serving) ?? 0) + 1)
        }
        for (const [state, count] of counts) this.set({ cluster: view.cluster, state }, count)
      }
    },
  })
}

function watchGauges({ views, clock, ledger }: MetricsOptions, registers: Registry[]): void {
  new Gauge({
    name: 'kedge_watch_age_seconds',
    help: 'Time since the stalest watch of a cluster showed a sign of life.',
    labelNames: ['cluster'],
    registers,
    collect() {
      this.reset()
      for (const view of views)
        this.set({ cluster: view.cluster }, Math.max(0, clock.now() - sightOf({ views, ledger }, view).asOf) / 1_000)
    },
  })
  new Gauge({
    name: 'kedge_watch_blind_seconds',
    help: 'How long a kind has not been seen; absent while it is.',
    labelNames: ['cluster', 'kind'],
    registers,
    collect() {
      this.reset()
      for (const view of views)
        for (const { kind, since } of sightOf({ views, ledger }, view).blind)
          this.set({ cluster: view.cluster, kind }, (clock.now() - since) / 1_000)
    },
  })
}

function ledgerGauges({ ledger, clock, views }: MetricsOptions, registers: Registry[]): void {
  const seconds = (since: number): number => Math.max(0, clock.now() - since) / 1_000
  new Gauge({
    name: 'kedge_releases_open',
    help: 'Releases that have not ended, by state and cause.',
    labelNames: ['state', 'cause'],
    registers,
    collect() {
      this.reset()
      for (const { state, cause } of openReleases(ledger, views)) this.inc({ state, cause: cause ?? 'none' })
    },
  })
  new Gauge({
    name: 'kedge_exposure_seconds',
    help: `How long Git has wanted a version known bad, the ${MAX_NAMED} longest.`,
    labelNames: ['cluster', 'namespace', 'rollout'],
    registers,
    collect() {
      this.reset()
      for (const release of exposed(openReleases(ledger, views)))
        this.set({ cluster: release.cluster, namespace: release.namespace, rollout: release.rollout }, seconds(failedAt(release)))
    },
  })
  burnGauge(
    registers,
    () => views,
    () => openReleases(ledger, views),
  )
  gauge(registers, 'kedge_outbox_depth', 'Effects that are decided and not confirmed.', () => ledger.pendingEffects().length)
  gauge(registers, 'kedge_outbox_oldest_seconds', 'Age of the oldest effect that is not confirmed; 0 without one.', () => {
    const oldest = ledger.pendingEffects()[0]
    return oldest ? seconds(oldest.createdAt) : 0
  })
  gauge(registers, 'kedge_pull_requests_open', 'Revert pull requests that wait for a person.', () => ledger.reverts({ open: true }).length)
  gauge(registers, 'kedge_pull_request_oldest_seconds', 'Age of the oldest open revert pull request; 0 without one.', () => {
    const opened = ledger.reverts({ open: true }).flatMap(({ openedAt }) => openedAt ?? [])
    return opened.length > 0 ? seconds(Math.min(...opened)) : 0
  })
  gauge(registers, 'kedge_storms_holding', 'Storms whose revert pull requests wait for a person.', () => {
    return ledger.storms({ open: true }).filter(({ state }) => state === 'holding').length
  })
  gauge(registers, 'kedge_quarantines', 'Versions that failed and are to stay out.', () => ledger.quarantines({ standing: true }).length)
  gauge(registers, 'kedge_restores_overdue', OVERDUE, () => {
    return ledger
      .reverts({ since: clock.now() - WEEK_MS })
      .filter(({ toldNotRestored, outcome }) => toldNotRestored && outcome !== 'restored').length
  })
}

const OVERDUE = 'Merged reverts after which N did not come back in time; of an Experiment, those that no sync is known to have applied.'
const WEEK_MS = 7 * 86_400_000

/** Those of clusters that have left the configuration are nobody's to count: nothing would ever end them. */
function openReleases(ledger: Ledger, views: MetricsOptions['views']): readonly Release[] {
  const clusters = new Set(views.map(({ cluster }) => cluster))
  return ledger.releases({ open: true, limit: OPEN_RELEASES_READ }).filter(({ cluster }) => clusters.has(cluster))
}

function exposed(open: readonly Release[]): readonly Release[] {
  const failed = open.filter(({ rollout, state, preExisting, cause, wish }) => {
    const isAsked = wish === undefined || wish.state === 'unknown'
    return state === 'failed' && !preExisting && cause !== 'undone' && isAsked && !isExperiment({ rollout })
  })
  return failed.toSorted((a, b) => failedAt(a) - failedAt(b)).slice(0, MAX_NAMED)
}

function failedAt(release: Release): number {
  return release.attempts[0]?.seenAt ?? release.startedAt
}

function conditionGauge(options: MetricsOptions, registers: Registry[]): void {
  new Gauge({
    name: 'kedge_condition',
    help: 'What /readyz says: 1 where the condition holds.',
    labelNames: ['condition'],
    registers,
    collect() {
      this.reset()
      for (const { name, ok } of options.readiness().conditions) this.set({ condition: name }, ok ? 1 : 0)
    },
  })
}

function rateLimitGauge({ forgeRateLimits }: MetricsOptions, registers: Registry[]): void {
  new Gauge({
    name: 'kedge_forge_rate_limit_remaining',
    help: 'Requests that the forge still allows in its window, as its newest answer said.',
    labelNames: ['host'],
    registers,
    collect() {
      this.reset()
      for (const [host, remaining] of forgeRateLimits?.() ?? []) this.set({ host }, remaining)
    },
  })
}

function leaderGauge({ leaders }: MetricsOptions, registers: Registry[]): void {
  new Gauge({
    name: 'kedge_leader',
    help: 'Where several replicas share the clusters: 1 where this one leads the cluster, else 0.',
    labelNames: ['cluster'],
    registers,
    collect() {
      this.reset()
      for (const { cluster, isOwn } of leaders?.() ?? []) this.set({ cluster }, isOwn ? 1 : 0)
    },
  })
}
