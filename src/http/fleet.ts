import type { RolloutFilter, RolloutPage } from '../api/contract.ts'
import { parseRolloutKey, rolloutKey } from '../domain/rollout/key.ts'
import type { ServingState } from '../domain/rollout/serving.ts'
import type { RolloutRef, RolloutSnapshot } from '../domain/rollout/snapshots.ts'
import type { ClusterView } from '../ports/cluster-view.ts'
import type { ReadOptions } from './options.ts'
import { decodeId, encodeId, firstInOrder } from './paging.ts'
import { summariseRollout, type AssessedRollout } from './rollout-summary.ts'

/** Rollouts of all clusters, in the order of their keys: one page, and how many match in all. */
export function listRollouts(
  options: ReadOptions,
  filter: RolloutFilter,
  page: { limit: number; continue: string | undefined },
): RolloutPage {
  const after = page.continue === undefined ? undefined : parseRolloutKey(decodeId(page.continue) ?? '')
  let total = 0
  function* onThisPage(): Iterable<AssessedRollout | RolloutSnapshot> {
    for (const found of matching(options, filter)) {
      total++
      if (!after || compareRefs(refOf(found), after) > 0) yield found
    }
  }
  // One more than asked for tells whether there is a next page.
  const first = firstInOrder(onThisPage(), page.limit + 1, (a, b) => compareRefs(refOf(a), refOf(b)))
  const items = first.slice(0, page.limit).map((found) => summariseRollout(assess(options, found), options))
  const last = items.at(-1)
  return { items, total, continue: first.length > page.limit && last ? encodeId(rolloutKey(last)) : null }
}

/** Every Rollout with its verdict, and those that need a person first. */
export interface FleetOverview {
  total: number
  byState: Readonly<Record<ServingState, number>>
  worst: readonly AssessedRollout[]
}

/** The whole fleet counted by state, and its `limit` worst Rollouts, worst first. */
export function overviewFleet(options: ReadOptions, filter: RolloutFilter, limit: number): FleetOverview {
  const byState: Record<ServingState, number> = {
    'in-step': 0,
    rolling: 0,
    undone: 0,
    'waiting-for-sync': 0,
    aborting: 0,
    split: 0,
    stuck: 0,
    'first-deploy-failed': 0,
    'invalid-spec': 0,
    unknown: 0,
  }
  let total = 0
  function* assessed(): Iterable<AssessedRollout> {
    for (const found of matching(options, { ...filter, state: undefined })) {
      const one = assess(options, found)
      total++
      byState[one.serving]++
      if (filter.state === undefined || filter.state === one.serving) yield one
    }
  }
  const worst = firstInOrder(assessed(), limit, (a, b) => severity(a) - severity(b) || compareRefs(a.rollout, b.rollout))
  return { total, byState, worst }
}

/** One Rollout with its verdict; undefined when no view has it. */
export function findRollout(options: ReadOptions, ref: RolloutRef): AssessedRollout | undefined {
  const view = options.views.find((one) => one.cluster === ref.cluster)
  const rollout = view?.rollout(ref.namespace, ref.name)
  return view && rollout ? { view, rollout, ...options.verdict(rollout) } : undefined
}

const SEVERITY: Readonly<Record<ServingState, number>> = {
  split: 0,
  stuck: 1,
  aborting: 2,
  'first-deploy-failed': 3,
  'invalid-spec': 4,
  undone: 5,
  'waiting-for-sync': 6,
  unknown: 7,
  rolling: 9,
  'in-step': 11,
}

/** A step that Git and cluster agree on can still be ill: it comes before those that are only moving. */
function severity({ serving, rollout }: AssessedRollout): number {
  if (serving === 'in-step' && rollout.health.status === 'Degraded') return 8
  if (serving === 'in-step' && rollout.health.status !== 'Healthy') return 10
  return SEVERITY[serving]
}

/** Verdicts cost more than reads, so they are taken only where the filter asks for one. */
function* matching(options: ReadOptions, filter: RolloutFilter): Iterable<AssessedRollout | RolloutSnapshot> {
  for (const view of options.views) {
    if (filter.cluster !== undefined && filter.cluster !== view.cluster) continue
    for (const rollout of view.rollouts()) {
      if (filter.namespace !== undefined && filter.namespace !== rollout.namespace) continue
      if (filter.name !== undefined && filter.name !== rollout.name) continue
      if (filter.health !== undefined && filter.health !== rollout.health.status) continue
      if (filter.state === undefined) {
        yield rollout
        continue
      }
      const verdict = options.verdict(rollout)
      if (verdict.serving === filter.state) yield { view, rollout, ...verdict }
    }
  }
}

function assess(options: ReadOptions, found: AssessedRollout | RolloutSnapshot): AssessedRollout {
  if ('rollout' in found) return found
  return { view: viewOf(options.views, found.cluster), rollout: found, ...options.verdict(found) }
}

function viewOf(views: readonly ClusterView[], cluster: string): ClusterView {
  const view = views.find((one) => one.cluster === cluster)
  if (!view) throw new Error(`no view of cluster ${cluster}`)
  return view
}

function refOf(found: AssessedRollout | RolloutSnapshot): RolloutRef {
  return 'rollout' in found ? found.rollout : found
}

function compareRefs(a: RolloutRef, b: RolloutRef): number {
  return compareText(a.cluster, b.cluster) || compareText(a.namespace, b.namespace) || compareText(a.name, b.name)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
