/** One row of a state's table: where an event leads, what has to follow, and why. */
export interface Row<To extends string, Effect extends string> {
  readonly to: To
  /** Names of what is written with the document in one transaction: intents for the outbox, cards. */
  readonly effects: readonly Effect[]
  readonly reason: string
}

/**
 * A written state machine: for each state, the events that apply in it. What has no row does not apply: the document stays as it is.
 * `Before` is where a document may stand when something happens to it, `To` where it may stand afterwards.
 */
export type StateTable<Before extends string, To extends string, Event extends string, Effect extends string> = Readonly<
  Record<Before, Readonly<Partial<Record<Event, Row<To, Effect>>>>>
>

/** Writes a row. */
export function row<To extends string, Effect extends string>(to: To, effects: readonly Effect[], reason: string): Row<To, Effect> {
  return { to, effects, reason }
}
