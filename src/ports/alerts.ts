import type { Alert, AlertPast } from '../domain/alert/alert.ts'

/** Why alerts are not known. `refused`: the server does not let Kedge in, or does not understand the question. */
export type UntoldAlerts = {
  readonly result: 'unknown'
  readonly why: 'unreachable' | 'refused' | 'too-large' | 'malformed'
  /** A clause for people; nothing of what was sent. */
  readonly detail: string
}

export type AlertsTold = { readonly result: 'told'; readonly alerts: readonly Alert[] } | UntoldAlerts

/**
 * Who has the alerts: asked, and never believed by what it sends. Never throws: what cannot be told is an answer. Promises neither that an
 * alert that it does not tell has never fired, nor that its clock is Kedge's; nor, where `knowsSilences` is false, that nobody has silenced
 * what fires.
 */
export interface AlertSource {
  /** Whether it tells what is silenced and what is inhibited. */
  readonly knowsSilences: boolean
  /** Whether it can tell what has fired before. */
  readonly keepsPast: boolean
  /** All that fire, are pending, silenced or inhibited, with one of these namespaces; of any, where none is named or no label tells it. */
  alerts(question: { readonly namespaces: readonly string[] }): Promise<AlertsTold>
  /**
   * When alerts of this name about a Rollout of this name fired or were pending since `from`, epoch ms; asked only where `keepsPast`. Of
   * whichever pods, versions, thresholds and windows: what changes with a release does not make an alert another one.
   */
  past(alert: Alert, from: number, rollout: string): Promise<AlertPast>
  /** Why it could not tell of any alert that it is clean since `from`, a clause; undefined where it could. For `kedge doctor`. */
  whyNoPast?(from: number): Promise<string | undefined>
}
