/** One line of the bench table: both arms measured in the same run, compared as a ratio. */
export interface BenchRow {
  what: string
  /** Our figure, with its unit. */
  ours: string
  /** The other arm's figure, with its unit. */
  other: string
  ratio: string
  goal: string
  /** Whether the goal was met in this run. */
  ok: boolean
}

/** What a bench has measured, or why it measures nothing on this machine. */
export type BenchOutcome = readonly BenchRow[] | { leftOut: string }
