import type { SeenAlert } from '../../domain/alert/alert.ts'
import { beganFirst, weighAlert, weighFlags, type Windows } from '../../domain/alert/weigh.ts'
import { burnOf } from '../../domain/release/burned.ts'
import type { RolloutRef } from '../../domain/rollout/snapshots.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import { beginPass } from '../decide/case.ts'
import type { Environment } from '../environment.ts'
import type { Look } from '../look/observe.ts'

/** The alerts about one Rollout, and what each says of what it runs. */
export interface WeighedAlerts {
  /** Epoch ms; null where nobody has told any yet. */
  readonly askedAt: number | null
  readonly fault: string | null
  readonly items: readonly { name: string; beganAt: number; words: string }[]
}

/** See {@link WeighedAlerts}. Undefined where nobody is asked for alerts, or the Rollout is not in view. */
export function alertsOf(environment: Environment, ref: RolloutRef): WeighedAlerts | undefined {
  const view = environment.views.find(({ cluster }) => cluster === ref.cluster)
  if (!environment.alerts || !view) return undefined
  const { look, policy } = beginPass(environment, view, ref)
  const { askedAt, fault, alerts } = environment.alerts.of(ref)
  return {
    askedAt: askedAt ?? null,
    fault: fault === undefined ? null : plainText(fault, 300),
    items: alerts.map((alert) => ({
      name: plainText(alert.name, 200),
      beganAt: beganFirst(alert),
      words: wordsOf(alert, look.observation, policy),
    })),
  }
}

/** Where an alert names flags that burn, of those. */
function wordsOf(alert: SeenAlert, seen: Look['observation'], windows: Windows): string {
  const burns = seen.flags?.releases.filter(({ state }) => state !== 'ended').flatMap((release) => burnOf(release) ?? []) ?? []
  const own = burns.find(({ fingerprint }) => fingerprint === alert.fingerprint)
  return own ? weighFlags(alert, seen, windows, own.promotedAt).words : weighAlert(alert, seen, windows).words
}
