import type { Alert, AlertPast, AlertStanding, SeenAlert } from '../../domain/alert/alert.ts'
import { lastSpell } from '../../domain/alert/weigh.ts'
import { createRecent } from '../../domain/recent.ts'
import { parseRolloutKey, rolloutKey } from '../../domain/rollout/key.ts'
import type { RolloutRef } from '../../domain/rollout/snapshots.ts'
import type { AlertSource } from '../../ports/alerts.ts'
import type { Clock } from '../../ports/clock.ts'

/** How far back it is asked whether an alert has fired before: one that comes every night is known by it. */
const PAST_MS = 25 * 3_600_000
/** More alerts about one Rollout are not kept. */
const MOST_ALERTS = 50
/** What has fired before is asked again after this long, where that was not told, or not yet of this time. */
const PAST_AGAIN_MS = 15_000
/** And after so many times what the question took: it may be a costly one. */
const PAST_AGAIN_TIMES = 20
const MOST_PASTS = 1_000

/** Who has the alerts of one cluster, or of all. */
export interface AlertGroup {
  /** Undefined: of whichever. */
  readonly cluster: string | undefined
  readonly source: AlertSource
  /** Whether it is believed of what fires in a cluster: not where another one knows what is silenced there. */
  readonly tells: (cluster: string) => boolean
  /** Who is asked for what has fired before in a cluster. */
  readonly keeper: (cluster: string) => AlertSource
}

export interface AskOptions {
  clock: Clock
  groups: readonly AlertGroup[]
  /** The Rollout that an alert is about; undefined where it names none in view, or several. */
  locate: (alert: Alert, cluster: string | undefined) => RolloutRef | undefined
}

/** What everybody has told about some Rollouts. */
export interface Told {
  /** By key; none where nothing is about one. */
  readonly alerts: ReadonlyMap<string, readonly SeenAlert[]>
  /** Those who did not answer, and why; others that are of the same clusters may have. */
  readonly faults: readonly { cluster: string | undefined; tells: AlertGroup['tells']; detail: string }[]
  readonly at: number
}

/** Asks all who have alerts about the Rollouts of some keys. Never throws. */
export function createAsk({ clock, groups, locate }: AskOptions): (keys: ReadonlySet<string>) => Promise<Told> {
  const pasts = createPasts(clock)

  async function seen({ ref, alert }: About, { keeper }: AlertGroup, at: number): Promise<{ key: string; alert: SeenAlert }> {
    const key = rolloutKey(ref)
    const ask = (): Promise<AlertPast> => keeper(ref.cluster).past(alert, at - PAST_MS, ref.name)
    return {
      key,
      alert: { ...alert, past: alert.state === 'firing' ? await pasts.of(`${key} ${alert.fingerprint}`, alert, ask) : NOBODY_ASKED },
    }
  }

  return async (keys) => {
    const namespaces = [...new Set([...keys].flatMap((key) => parseRolloutKey(key)?.namespace ?? []))]
    const told = await Promise.all(groups.map(async (group) => ({ group, answer: await group.source.alerts({ namespaces }) })))
    const at = clock.now()
    const faults = told.flatMap(({ group: { cluster, tells }, answer }) =>
      answer.result === 'unknown' ? [{ cluster, tells, detail: answer.detail }] : [],
    )
    const all = told.flatMap(({ group, answer }) =>
      answer.result === 'told' ? about(answer.alerts, { keys, locate, group }).map((one) => seen(one, group, at)) : [],
    )
    const byKey = Map.groupBy(await Promise.all(all), ({ key }) => key)
    return { alerts: new Map([...byKey].map(([key, found]) => [key, found.map(({ alert }) => alert)])), faults, at }
  }
}

interface About {
  ref: RolloutRef
  alert: Alert
}

function about(
  alerts: readonly Alert[],
  { keys, locate, group }: { keys: ReadonlySet<string>; locate: AskOptions['locate']; group: AlertGroup },
): readonly About[] {
  const counts = new Map<string, number>()
  return alerts.flatMap((alert) => {
    const ref = locate(alert, group.cluster)
    if (!ref || !keys.has(rolloutKey(ref)) || !group.tells(ref.cluster)) return []
    const key = rolloutKey(ref)
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    return count > MOST_ALERTS ? [] : [{ ref, alert }]
  })
}

/** What is known of one Rollout after that; where who has its alerts did not answer, what was known before, and that. */
export function standingAfter(key: string, before: AlertStanding, { alerts, faults, at }: Told): AlertStanding {
  const cluster = parseRolloutKey(key)?.cluster
  const fault = faults.find(({ tells }) => cluster !== undefined && tells(cluster))?.detail
  return fault === undefined ? { askedAt: at, fault, alerts: alerts.get(key) ?? [] } : { ...before, fault }
}

const NOBODY_ASKED: AlertPast = { result: 'unknown', detail: 'it does not fire' }

/** What has fired before, asked once for each time that an alert fires; again where that was not told. */
function createPasts(clock: Clock): { of(id: string, alert: Alert, ask: () => Promise<AlertPast>): Promise<AlertPast> } {
  const known = createRecent<{ past: AlertPast; againAt: number }>(MOST_PASTS, () => 1)
  return {
    async of(id, { beganAt }, ask) {
      const name = `${id} ${beganAt}`
      const found = known.get(name)
      if (found && (isFinal(beganAt, found.past) || clock.elapsed() < found.againAt)) return found.past
      const began = clock.elapsed()
      const past = await ask()
      const at = clock.elapsed()
      known.set(name, { past, againAt: at + Math.max(PAST_AGAIN_MS, PAST_AGAIN_TIMES * (at - began)) })
      return past
    },
  }
}

/** It knows of this very time, and of the time before it. */
function isFinal(beganAt: number, past: AlertPast): boolean {
  return lastSpell({ beganAt, past }) !== undefined && past.result === 'told' && past.since <= beganAt
}
