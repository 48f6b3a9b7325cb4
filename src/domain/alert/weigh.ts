import type { Release } from '../release/release.ts'
import type { Serving } from '../rollout/serving.ts'
import type { ReplicaSetSnapshot, RolloutSnapshot } from '../rollout/snapshots.ts'
import { timeAndDay } from '../words/times.ts'
import type { SeenAlert, Spell } from './alert.ts'

/** Two clocks, and a promotion that was seen a moment after it was: what begins so soon after it is not known to have begun after it. */
const NEAR_MS = 5_000

/** What may be concluded from one alert about one Rollout. Only `burn` makes a failed release. */
export type AlertVerdict =
  | { readonly verdict: 'burn'; readonly release: Release; readonly promotedAt: number; readonly others: number; readonly words: string }
  | { readonly verdict: NoBurn; readonly words: string }

/** Why an alert says nothing of a release that was promoted. */
export type NoBurn =
  | 'pending'
  | 'silenced'
  | 'inhibited'
  | 'during-rollout'
  | 'not-seen-promoted'
  | 'before-promotion'
  | 'after-window'
  | 'fired-before'

export interface Weighed {
  readonly serving: Pick<Serving, 'state' | 'current'>
  /** Every release of this very object, ended ones too. */
  readonly past: readonly Release[]
  readonly replicaSets: readonly ReplicaSetSnapshot[]
  readonly rollout?: Pick<RolloutSnapshot, 'healthySince'> | undefined
  /** When a template was seen to serve, as the ledger remembers it. */
  readonly version?: (podTemplateHash: string) => { readonly healthyAt: number } | undefined
}

/** For how long what was promoted is held against alerts, milliseconds: as a policy says it, or a burn that keeps what it began with. */
export interface Windows {
  /** How long a promoted release is watched; 0: never. */
  readonly bakeMs: number
  /** See `Policy.ruledBakeMs`. */
  readonly ruledBakeMs?: number | undefined
}

/** When a release was promoted, by Kedge's clock, epoch ms: what burned since keeps it. Undefined where it was not. */
export function promotedAt({ outcome, endedAt, attempts }: Release): number | undefined {
  const burned = attempts.find(({ burn }) => burn !== undefined)?.burn
  if (burned) return burned.promotedAt
  return outcome === 'promoted' ? (endedAt ?? undefined) : undefined
}

/**
 * Whether an alert that fires names the release that the Rollout runs: it began after the promotion, within the bake window, and has not
 * fired before, as far as that is known. Pure.
 */
export function weighAlert(alert: SeenAlert, weighed: Weighed, windows: Windows): AlertVerdict {
  const { serving, past } = weighed
  const aside = saysNothing(alert, weighed)
  if (aside) return aside
  const began = beganFirst(alert)
  if (!serving.current) return because('during-rollout', BETWEEN)
  const { podTemplateHash, rolloutRevision } = serving.current
  const release = past.find((one) => one.podTemplateHash === podTemplateHash && one.rolloutRevision === rolloutRevision)
  const seen = release && promotedAt(release)
  const promoted = seen === undefined ? undefined : Math.min(seen, healthyBefore(weighed, seen))
  if (!release || promoted === undefined) return because('not-seen-promoted', 'Kedge has not seen the version that runs being promoted')
  if (began <= promoted + NEAR_MS)
    return because('before-promotion', `it began before what runs was promoted (${timeAndDay(promoted)}), or at that very moment`)
  if (began > promoted + windows.bakeMs)
    return because('after-window', `it began after the bake window of what runs, which was promoted ${timeAndDay(promoted)}`)
  const before = spellsOf(alert)?.find(({ from }) => from <= promoted + NEAR_MS)?.from
  if (before !== undefined) return because('fired-before', `it has fired before what runs was promoted, too (${timeAndDay(before)})`)
  const others = suspectsBeside(release, { promoted, began }, weighed, windows)
  return { verdict: 'burn', release, promotedAt: promoted, others, words: 'it began after what runs was promoted, within its bake window' }
}

/** A promotion is seen a moment after it was; one that is seen later is of when Kedge was away. */
const LATE_MS = 60_000

/** Since when what runs was healthy, where its promotion was seen later: its window began then. */
function healthyBefore({ rollout }: Weighed, seen: number): number {
  const { healthySince = Infinity } = rollout ?? {}
  return healthySince < seen - LATE_MS ? healthySince : Infinity
}

function because(verdict: NoBurn, words: string): { verdict: NoBurn; words: string } {
  return { verdict, words }
}

const BETWEEN = 'the Rollout is between two versions: it is the analysis that judges the newer one'

/** Why an alert says nothing, whatever it may be about. */
function saysNothing(alert: SeenAlert, { serving, past }: Weighed): { verdict: NoBurn; words: string } | undefined {
  if (alert.state === 'pending') return because('pending', 'its condition holds, and not yet for as long as its rule wants')
  if (alert.state === 'silenced') return because('silenced', 'somebody has silenced it')
  if (alert.state === 'inhibited') return because('inhibited', 'another alert inhibits it')
  const began = beganFirst(alert)
  const rolling = past.find(({ state, startedAt, cause }) => state !== 'ended' && cause !== 'slo-burn' && startedAt <= began)
  return rolling || serving.state !== 'in-step' || !serving.current ? because('during-rollout', BETWEEN) : undefined
}

/** What may be concluded from one alert about flags that a sync has applied. `others`: templates that it may be about as well. */
export type FlagVerdict = { readonly verdict: 'burn'; readonly others: number; readonly words: string } | ReturnType<typeof because>

/**
 * Whether an alert that fires names the flags that a sync has changed: it began once that had ended (`appliedAt`, by Argo CD's clock, epoch
 * ms), within the bake window, and has not fired before, as far as that is known. Pure.
 */
export function weighFlags(alert: SeenAlert, weighed: Weighed, windows: Windows, appliedAt: number): FlagVerdict {
  const aside = saysNothing(alert, weighed)
  if (aside) return aside
  const began = beganFirst(alert)
  if (began <= appliedAt + NEAR_MS)
    return because('before-promotion', `it began before the flag was applied (${timeAndDay(appliedAt)}), or at that very moment`)
  if (began > appliedAt + windows.bakeMs)
    return because('after-window', `it began after the bake window of the flag, which was applied ${timeAndDay(appliedAt)}`)
  const before = spellsOf(alert)?.find(({ from }) => from <= appliedAt + NEAR_MS)?.from
  if (before !== undefined) return because('fired-before', `it has fired before the flag was applied, too (${timeAndDay(before)})`)
  return {
    verdict: 'burn',
    others: templatesWithin(began, weighed, windows),
    words: 'it began after the flag was applied, within its bake window',
  }
}

/** Templates that were promoted, tried or made within twice the window before an alert, or of which nobody knows when. */
function templatesWithin(began: number, { past, replicaSets, serving, rollout, version }: Weighed, windows: Windows): number {
  const earliest = began - suspectSpan(windows)
  const isWithin = (at: number | null | undefined): boolean => typeof at === 'number' && at >= earliest && at <= began
  const known = past.filter((one) => isWithin(promotedAt(one)) || isWithin(one.startedAt) || isWithin(one.endedAt))
  const isSeen = ({ podTemplateHash: hash, rolloutRevision = 0 }: ReplicaSetSnapshot): boolean =>
    past.some((one) => one.podTemplateHash === hash && one.rolloutRevision === rolloutRevision && promotedAt(one) !== undefined)
  // A canary may have gone on for long before it was promoted while Kedge was away.
  const mayBeNew = ({ podTemplateHash: hash }: ReplicaSetSnapshot): boolean =>
    hash === serving.current?.podTemplateHash &&
    Math.min(rollout?.healthySince ?? Infinity, version?.(hash)?.healthyAt ?? Infinity) >= earliest
  const unseen = replicaSets.filter((set) => !isSeen(set) && (set.createdAt >= earliest || set.formerRevisions.length > 0 || mayBeNew(set)))
  return new Set([...known, ...unseen].map(({ podTemplateHash }) => podTemplateHash)).size
}

/** What one release did may show only after its own window, while another one is in its: so twice the window counts. */
const SUSPECT_WINDOWS = 2

/** For how long before an alert others count, milliseconds. Who shortens their own window does not shorten that of others. */
export function suspectSpan({ bakeMs, ruledBakeMs = bakeMs }: Windows): number {
  return SUSPECT_WINDOWS * Math.max(bakeMs, ruledBakeMs)
}

/** Templates besides a release's that the alert may be about: promoted not long before, or at work between the promotion and the alert. */
function suspectsBeside(
  release: Release,
  { promoted, began }: { promoted: number; began: number },
  { past, replicaSets }: Weighed,
  windows: Windows,
): number {
  const earliest = began - suspectSpan(windows)
  const known = past.filter((one) => {
    const then = promotedAt(one)
    return (then !== undefined && then >= earliest && then <= began) || (one.startedAt >= promoted && one.startedAt <= began)
  })
  // What Kedge has not seen being promoted, as it was away, has left its ReplicaSet.
  const unseen = replicaSets.filter((set) => isUnseen(set, release, past) && (set.createdAt >= earliest || set.formerRevisions.length > 0))
  const hashes = [...known, ...unseen].map(({ podTemplateHash }) => podTemplateHash)
  return new Set(hashes.filter((hash) => hash !== release.podTemplateHash)).size
}

/** Nobody has noted when it was promoted, or that it never was. Where it has run before N last did, that is long ago. */
function isUnseen({ podTemplateHash: hash, rolloutRevision = 0 }: ReplicaSetSnapshot, release: Release, past: readonly Release[]): boolean {
  const own = past.filter((one) => one.podTemplateHash === hash)
  if (own.some((one) => one.rolloutRevision === rolloutRevision && promotedAt(one) !== undefined)) return false
  return hash === release.stableHash || own.length === 0
}

/** When it began by all that is known: its condition may have held for long before it fired. */
export function beganFirst(alert: Pick<SeenAlert, 'beganAt' | 'past'>): number {
  return Math.min(alert.beganAt, lastSpell(alert)?.from ?? Infinity)
}

/** So far back, and for a window, is enough. */
const LONG_AGO_MS = 12 * 3_600_000

/**
 * Whether an alert is known not to have fired before a promotion, for at least as long as others count as suspects: one that comes and goes
 * may be quiet for a window. Long windows are enough by themselves: more than a day is not asked for. Who keeps the past has to know the
 * alert itself, too: else it was asked for another one.
 */
export function isKnownClean({ beganAt, past }: Pick<SeenAlert, 'beganAt' | 'past'>, promoted: number, bakeMs: number): boolean {
  const known = Math.min(suspectSpan({ bakeMs }), Math.max(bakeMs, LONG_AGO_MS))
  if (past.result === 'unknown' || past.since > promoted - known) return false
  return lastSpell({ beganAt, past }) !== undefined && past.spells.every(({ from }) => from > promoted + NEAR_MS)
}

function spellsOf({ past }: Pick<SeenAlert, 'past'>): readonly Spell[] | undefined {
  return past.result === 'told' ? past.spells : undefined
}

/** The one that it is in now; undefined where who keeps the past does not know of it (yet). */
export function lastSpell({ beganAt, past }: Pick<SeenAlert, 'beganAt' | 'past'>): Spell | undefined {
  return past.result === 'told' ? past.spells.findLast(({ from, to }) => from <= beganAt + NEAR_MS && to >= beganAt - NEAR_MS) : undefined
}
