import type { AlertStanding, Burn, BurnState, SeenAlert } from '../alert/alert.ts'
import { objectiveOf } from '../alert/objective.ts'
import {
  beganFirst,
  isKnownClean,
  weighAlert,
  weighFlags,
  type AlertVerdict,
  type FlagVerdict,
  type Weighed,
  type Windows,
} from '../alert/weigh.ts'
import { burnSentence } from '../alert/words.ts'
import type { RolloutSnapshot } from '../rollout/snapshots.ts'
import { plainText } from '../words/plain-text.ts'
import { attemptKey } from './keys.ts'
import type { Observation } from './observation.ts'
import type { Attempt, Release } from './release.ts'
import type { ReleaseEvent, ReleaseFacts } from './transitions.ts'

/** An alert has to be gone for so long before it counts as over: those of error budgets come and go. */
const QUIET_MS = 5 * 60_000

/** The burn that a release stands for; undefined where it has failed by something else, or not at all. */
export function burnOf({ cause, attempts }: Pick<Release, 'cause' | 'attempts'>): Burn | undefined {
  return cause === 'slo-burn' ? attempts.at(-1)?.burn : undefined
}

/**
 * A step of the release that the Rollout runs: it was promoted, and an alert that began within its bake window names it. It stands for that
 * alert from then on, whatever other ones come.
 */
export function burnedRelease(look: Observation): { known: Release; event: ReleaseEvent } | undefined {
  const { alerts } = look
  const windows = windowsOf(look)
  if (!look.settled || look.baseline || !alerts || alerts.fault !== undefined) return undefined
  const weighed = alerts.alerts.map((alert) => ({ alert, ...weighAlert(alert, look, windows) }))
  const burning = weighed.filter((one): one is Burning => one.verdict === 'burn' && one.release.state === 'ended')
  // What is known not to have fired before says most.
  const rank = ({ alert, promotedAt }: Burning): number =>
    isKnownClean(alert, promotedAt, Math.max(windows.bakeMs, windows.ruledBakeMs ?? 0)) ? 0 : 1
  const [first] = burning.toSorted((a, b) => rank(a) - rank(b) || a.alert.beganAt - b.alert.beganAt)
  return first && { known: first.release, event: { type: 'release-burned', facts: burnedFacts(first, look, windows) } }
}

/** For how long this look holds a release against alerts. */
export function windowsOf({ bakeMs = 0, ruledBakeMs }: Pick<Observation, 'bakeMs' | 'ruledBakeMs'>): Windows {
  return { bakeMs, ruledBakeMs }
}

type Burning = { alert: SeenAlert } & Extract<AlertVerdict, { verdict: 'burn' }>

interface Burned {
  alert: SeenAlert
  release: ReleaseFacts
  promotedAt: number
  others: number
  flags?: readonly string[]
}

/** What is known of a release once an alert names it. */
export function burnedFacts({ alert, release, promotedAt, others, flags }: Burned, look: Observation, windows: Windows): ReleaseFacts {
  // What people said of it is over with what it was then.
  const { adoptedBy: _by, onIt: _onIt, snooze: _snooze, ...before } = release
  const burn: Burn = {
    alert: plainText(alert.name, 200),
    fingerprint: alert.fingerprint,
    objective: objectiveOf(alert),
    beganAt: beganFirst(alert),
    promotedAt,
    bakeMs: windows.bakeMs,
    ...(windows.ruledBakeMs !== undefined && { ruledBakeMs: windows.ruledBakeMs }),
    others,
    ...(flags && { flags }),
    ...pastOf(alert, flags ? promotedAt : seenPromoted(release, promotedAt), windows, flags ? undefined : look.rollout),
    ...(alert.link !== undefined && { link: alert.link }),
    state: 'firing',
  }
  const attempt: Attempt = {
    key: attemptKey(release.key, `slo-burn ${alert.fingerprint} ${burn.beganAt}`),
    cause: 'slo-burn',
    message: burnSentence(burn),
    seenAt: look.now,
    abortedAt: null,
    abortedAtMs: null,
    evidence: [],
    burn,
  }
  return {
    ...before,
    cause: 'slo-burn',
    attempts: [...release.attempts, attempt],
    recurrence: 1,
    serving: look.serving.state,
    waiting: null,
    preExisting: false,
    decision: null,
    revertKey: null,
  }
}

const AWAY = 'Kedge was away when it was promoted, and saw it later'

/** When Kedge saw it, as far as that counts; its window may have begun before. */
function seenPromoted({ attempts, endedAt }: ReleaseFacts & { endedAt?: number | null }, promoted: number): number {
  const before = attempts.flatMap(({ burn }) => burn ?? [])
  if (before.some(({ pastDetail }) => pastDetail === AWAY)) return Infinity
  return before.length > 0 ? promoted : (endedAt ?? promoted)
}

/** A promotion is seen a moment after it was; one that is seen later is of when Kedge was away, and its window was another one. */
const LATE_MS = 60_000

function pastOf(
  alert: SeenAlert,
  promotedAt: number,
  { bakeMs, ruledBakeMs = bakeMs }: Windows,
  rollout: RolloutSnapshot | undefined,
): Pick<Burn, 'past' | 'pastDetail'> {
  if ((rollout?.healthySince ?? Infinity) < promotedAt - LATE_MS) return { past: 'unknown', pastDetail: AWAY }
  if (isKnownClean(alert, promotedAt, Math.max(bakeMs, ruledBakeMs))) return { past: 'clean' }
  const { past } = alert
  return {
    past: 'unknown',
    pastDetail: past.result === 'unknown' ? plainText(past.detail, 200) : 'what is kept of it does not reach back so far',
  }
}

/** Steps of the burns that are not over: who serves, whether the alert still fires, and what else was promoted by then. */
export function followBurns(
  look: Observation,
  taken: ReadonlySet<string>,
  open = look.open,
): readonly { known: Release; event: ReleaseEvent }[] {
  if (look.serving.state === 'unknown') return []
  return open.flatMap((known) => {
    const event = taken.has(known.key) ? undefined : followBurn(known, look)
    return event ? [{ known, event }] : []
  })
}

function followBurn(release: Release, look: Observation): ReleaseEvent | undefined {
  const last = release.attempts.at(-1)
  if (release.cause !== 'slo-burn' || release.state !== 'failed' || !last?.burn) return undefined
  const burn = { ...last.burn, ...nowOf(last.burn, look) }
  const isRun = look.rollout?.currentPodHash === release.podTemplateHash
  const serving = isRun || release.serving !== 'undone' ? look.serving.state : release.serving
  const isSame = burn.state === last.burn.state && burn.past === last.burn.past && burn.others === last.burn.others
  if (isSame && release.serving === serving) return undefined
  const attempts = [...release.attempts.slice(0, -1), { ...last, message: burnSentence(burn), burn }]
  return { type: 'release-updated', facts: { serving, attempts } }
}

function nowOf(burn: Burn, look: Observation): Partial<Burn> {
  const { alerts, now } = look
  const state = burnState(burn, alerts)
  if (state !== 'firing') return { state, quietSince: state === 'resolved' ? (burn.quietSince ?? now) : undefined }
  const fires = { state, quietSince: undefined }
  const alert = alerts?.alerts.find(({ fingerprint }) => fingerprint === burn.fingerprint)
  if (!alert) return fires
  const again = weighFor(burn, alert, look, windowsOf(look))
  if (again.verdict !== 'burn') return fires
  const mayBeTold = burn.past === 'unknown' && burn.pastDetail !== AWAY
  return {
    ...fires,
    others: Math.max(again.others, burn.others),
    ...(mayBeTold && pastOf(alert, burn.promotedAt, burn, burn.flags ? undefined : look.rollout)),
  }
}

function weighFor(
  { flags, promotedAt }: Pick<Burn, 'flags' | 'promotedAt'>,
  alert: SeenAlert,
  weighed: Weighed,
  windows: Windows,
): AlertVerdict | FlagVerdict {
  return flags ? weighFlags(alert, weighed, windows, promotedAt) : weighAlert(alert, weighed, windows)
}

/** How the alert of a burn stands by what is known of the Rollout's alerts now: that of any window of the same objective counts. */
export function burnState(burn: Pick<Burn, 'alert' | 'objective'>, standing: AlertStanding | undefined): BurnState {
  if (!standing || standing.askedAt === undefined || standing.fault !== undefined) return 'unknown'
  const same = standing.alerts.filter((alert) => alert.state !== 'pending' && isOfBurn(burn, alert))
  for (const state of ['firing', 'silenced', 'inhibited'] as const) if (same.some((one) => one.state === state)) return state
  return 'resolved'
}

/** Rules of many objectives share a name: Pyrra calls every alert `ErrorBudgetBurn`. */
function isOfBurn(burn: Pick<Burn, 'alert' | 'objective'>, alert: SeenAlert): boolean {
  return plainText(alert.name, 200) === burn.alert && objectiveOf(alert).slo === burn.objective.slo
}

/**
 * The same for whoever decides on it: what fires counts only where it speaks of this release, and another label set of the rule may have
 * fired for long.
 */
export function burnStateNow(burn: Burn, alerts: AlertStanding | undefined, look: Weighed, windows: Windows = burn): BurnState {
  const state = burnState(burn, alerts)
  if (state !== 'firing') return state
  const firing = alerts?.alerts.filter((alert) => alert.state === 'firing' && isOfBurn(burn, alert)) ?? []
  return firing.some((alert) => weighFor(burn, alert, look, windows).verdict === 'burn') ? 'firing' : 'resolved'
}

/**
 * Whether one of these releases is at work or goes on failing: an alert that begins then makes no failure of its own. One whose alert is
 * over may be open for days, until a person has decided on its PR.
 */
export function isUnderWay(open: readonly Release[], look: Weighed & Pick<Observation, 'alerts'>, windows: Windows): boolean {
  return open.some((release) => {
    const burn = burnOf(release)
    return !burn || release.state !== 'failed' || burnStateNow(burn, look.alerts, look, windows) !== 'resolved'
  })
}

/** Whether the alert of a burn has been gone for long enough. Nobody says so while nobody answers. */
function isQuiet({ state, quietSince }: Burn, now: number): boolean {
  return state === 'resolved' && quietSince !== undefined && now - quietSince >= QUIET_MS
}

/**
 * Whether a burn has passed by itself: its alert is gone, its window is over, and no PR is open for it. Where nobody is asked any more, the
 * window alone counts.
 */
export function hasPassed(release: Release, { alerts, now, standingRevert }: Observation): boolean {
  const burn = burnOf(release)
  if (!burn || standingRevert(release.templateKey) !== null || now < burn.promotedAt + burn.bakeMs) return false
  return alerts === undefined || isQuiet(burn, now)
}
