/** The alerts about a Rollout, and what each says of what it runs. Times in epoch milliseconds. */
export interface AlertsDetail {
  /** When they were told last; null where they have not been yet. */
  askedAt: number | null
  /** Why they are not known now; null while they are. */
  fault: string | null
  items: readonly { name: string; beganAt: number; words: string }[]
}
