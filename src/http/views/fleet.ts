import { SERVING_STATES, type RolloutPage } from '../../api/contract.ts'
import type { RolloutFilter } from '../../api/filters.ts'
import { parseRolloutKey, rolloutKey } from '../../domain/rollout/key.ts'
import type { ServingState } from '../../domain/rollout/serving.ts'
import type { RolloutRef, RolloutSnapshot } from '../../domain/rollout/snapshots.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import type { ReadOptions } from '../request/options.ts'
import { decodeId, encodeId, firstInOrder } from '../request/paging.ts'
import { matchingRollouts, meantBy } from './fleet-filter.ts'
import { sinceWhen, summariseRollout, type AssessedRollout } from './rollout-summary.ts'

/** Rollouts of all clusters, in the order of their keys: one page, and how many match in all. */
export function listRollouts(
  options: ReadOptions,
  filter: RolloutFilter,
  page: { limit: number; continue: string | undefined },
): RolloutPage {
  const after = page.continue === undefined ? undefined : parseRolloutKey(decodeId(page.continue) ?? '')
  let total = 0
  function* onThisPage(): Iterable<AssessedRollout | RolloutSnapshot> {
    for (const found of matchingRollouts(options, filter)) {
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

/** The whole fleet in numbers, and one page of those that a filter means. */
export interface FleetOverview {
  /** Of the whole fleet, whatever the filter. */
  total: number
  fleet: Readonly<Record<ServingState, number>>
  /** Of those that match all but the state that is asked for. */
  byState: Readonly<Record<ServingState, number>>
  matching: number
  /** How many need a look, of those that match and of those that do not. */
  trouble: { matching: number; hidden: number }
  rows: readonly AssessedRollout[]
}

/** The whole fleet counted by state, and a page of those that match, newest trouble first. `page` counts from 1. */
export function overviewFleet(options: ReadOptions, filter: RolloutFilter, { page, rows }: { page: number; rows: number }): FleetOverview {
  const isMeant = meantBy(options, filter)
  const burning = burningNow(options)
  const fleet = noneYet()
  const byState = noneYet()
  const trouble = { matching: 0, hidden: 0 }
  const found: Placed[] = []
  let total = 0
  for (const view of options.views) {
    for (const rollout of view.rollouts()) {
      const one = { view, rollout, ...options.verdict(rollout) }
      const rank = rankOf(one, burning)
      const isInFilter = isMeant(rollout)
      const isShown = isInFilter && (filter.state === undefined || filter.state === one.serving)
      total++
      fleet[one.serving]++
      if (isInFilter) byState[one.serving]++
      if (rank <= LAST_TROUBLE) trouble[isShown ? 'matching' : 'hidden']++
      if (isShown) found.push({ one, rank, since: rank === CALM ? 0 : (sinceWhen(one, options.ledger) ?? 0) })
    }
  }
  const ordered = found.toSorted((a, b) => a.rank - b.rank || b.since - a.since || compareRefs(a.one.rollout, b.one.rollout))
  const first = (page - 1) * rows
  return { total, fleet, byState, matching: found.length, trouble, rows: ordered.slice(first, first + rows).map(({ one }) => one) }
}

interface Placed {
  one: AssessedRollout
  rank: number
  since: number
}

function noneYet(): Record<ServingState, number> {
  return Object.fromEntries(SERVING_STATES.map((state) => [state, 0])) as Record<ServingState, number>
}

/** One Rollout with its verdict; undefined when no view has it. */
export function findRollout(options: ReadOptions, ref: RolloutRef): AssessedRollout | undefined {
  const view = options.views.find((one) => one.cluster === ref.cluster)
  const rollout = view?.rollout(ref.namespace, ref.name)
  return view && rollout ? { view, rollout, ...options.verdict(rollout) } : undefined
}

/** In step and healthy: these are in the order of their names, all others the newest first. */
const CALM = 5
const LAST_TROUBLE = 3

const RANKS: Readonly<Record<ServingState, number>> = {
  split: 0,
  stuck: 0,
  aborting: 0,
  'first-deploy-failed': 0,
  'invalid-spec': 0,
  undone: 1,
  'waiting-for-sync': 1,
  unknown: 2,
  rolling: 4,
  'in-step': CALM,
}

/** More open releases than this are not looked through. */
const MOST_OPEN = 10_000

/** The Rollouts (uid) of which an alert names what runs: nothing else shows it. */
function burningNow({ ledger }: ReadOptions): ReadonlySet<string> {
  const open = ledger.releases({ open: true, limit: MOST_OPEN })
  return new Set(open.filter(({ cause }) => cause === 'slo-burn').map(({ uid }) => uid))
}

/** What is wrong before what is not told, before what cannot be seen, before what is ill, before what only moves, before what stands. */
function rankOf({ serving, rollout }: AssessedRollout, burning: ReadonlySet<string>): number {
  if (serving === 'in-step' && burning.has(rollout.uid)) return 0
  if (serving !== 'in-step' || rollout.health.status === 'Healthy') return RANKS[serving]
  return rollout.health.status === 'Degraded' ? LAST_TROUBLE : 4
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
