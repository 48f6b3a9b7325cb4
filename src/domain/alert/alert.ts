/** How an alert stands with who has it. `pending`: its condition holds, and not yet for long enough. */
export type AlertState = 'firing' | 'pending' | 'silenced' | 'inhibited'

/** One alert as the server that has it tells it, when it was asked. Nothing of it is a payload's word. All text is a stranger's. */
export interface Alert {
  /** Names this alert at its server, however often it fires. */
  readonly fingerprint: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly state: AlertState
  /** Since when it fires this time, by its server's clock, epoch ms; where that tells more, since when its condition holds. */
  readonly beganAt: number
  /** The page of its expression or its dashboard; undefined where there is none. */
  readonly link: string | undefined
}

/** A time in which an alert was pending or fired, epoch ms, by its server's clock. */
export interface Spell {
  readonly from: number
  readonly to: number
}

/** Whether, and when, an alert has fired before, as far as anybody keeps that. */
export type AlertPast =
  | { readonly result: 'told'; /** Nothing earlier is known. */ readonly since: number; readonly spells: readonly Spell[] }
  | { readonly result: 'unknown'; readonly detail: string }

/** An alert about one Rollout. */
export interface SeenAlert extends Alert {
  readonly past: AlertPast
}

/** What is known of the alerts about one Rollout. */
export interface AlertStanding {
  /** When they were told last, epoch ms; undefined where nobody has told them yet. */
  readonly askedAt: number | undefined
  /** Why they are not known now, a clause; undefined while they are. */
  readonly fault: string | undefined
  readonly alerts: readonly SeenAlert[]
}

/** What an alert of an error budget says of it, as far as its rule wrote that down. */
export interface Objective {
  /** What it is called: Pyrra's `slo`, Sloth's `sloth_slo`. */
  readonly slo?: string
  /** The target, as the rule spells it. */
  readonly target?: string
  /** How many times too fast the budget burns, as the rule spells it. */
  readonly burn?: string
  /** The short and the long window. */
  readonly windows?: { readonly short: string; readonly long: string }
  /** When the budget is used up at this pace: Pyrra's `exhaustion`. */
  readonly exhaustion?: string
}

/** A release that burns: the alert that names it, and what was known of it when it was last looked at. Kept with the attempt. */
export interface Burn {
  readonly alert: string
  readonly fingerprint: string
  readonly objective: Objective
  /** By the alerts' clock, epoch ms. */
  readonly beganAt: number
  /** By Kedge's clock, epoch ms; of flags, when the sync that applied them had ended, by Argo CD's. */
  readonly promotedAt: number
  /** Files of flags, where a sync changed them and no template. Absent where a template was promoted. */
  readonly flags?: readonly string[]
  readonly bakeMs: number
  /** See `Policy.ruledBakeMs`. */
  readonly ruledBakeMs?: number
  /** Other releases of the Rollout that were promoted within the window. */
  readonly others: number
  /** `clean`: it is known not to have fired before. Else nobody keeps that. */
  readonly past: 'clean' | 'unknown'
  /** Why it is not known, a sentence's end. */
  readonly pastDetail?: string | undefined
  readonly link?: string
  readonly state: BurnState
  /** When it was first seen not to fire any more, since it did last; epoch ms. */
  readonly quietSince?: number | undefined
}

/** How the alert of a burn stands now; `unknown`: nobody says. */
export type BurnState = 'firing' | 'silenced' | 'inhibited' | 'resolved' | 'unknown'
