/** What several Rollouts may fail for at once. */
export interface StormCause {
  /** `metric`: the same ones failed with the same error or value; `commit`: one brought all; `cluster`: nothing got ready there. */
  readonly kind: 'metric' | 'commit' | 'cluster'
  /** Two failures with the same key have one cause: see `causesOf`. */
  readonly key: string
  /** For people, as a clause after "because". */
  readonly words: string
  /** Where it is so; null for a commit, which is the same everywhere. */
  readonly cluster: string | null
  /** Of kind `metric`: the metrics, by which it is seen that they can be measured again. */
  readonly metrics: readonly { readonly name: string; readonly provider: string }[]
}

/** The ledger's document of one storm: Rollouts that failed within minutes for one cause. Its releases bear its key. */
export interface Storm {
  /** Twelve hex digits, for people to type. */
  readonly key: string
  readonly cause: StormCause
  /**
   * `gathering`: told on one card, and nothing is held; `holding`: so many that their PRs wait for a person; `passed`: the cause is gone,
   * and what failed for it is tried again rather than reverted, so the PRs wait still; `released`: a person wants the PRs; `over`: nobody
   * waits.
   */
  readonly state: 'gathering' | 'holding' | 'passed' | 'released' | 'over'
  /** Epoch milliseconds. */
  readonly begunAt: number
  /** When it came to stand where nothing is held any more, epoch milliseconds; null before. */
  readonly endedAt: number | null
  /** Who released it, by the name that was given and how it was allowed. Absent while nobody has. */
  readonly releasedBy?: string
}
