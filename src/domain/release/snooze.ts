/** What a person has said about a release in a channel. */
export interface Said {
  /** Their name, as the admin gives it; else as the channel does, which is said. */
  readonly by: string
  /** What the channel calls them. */
  readonly user: string
  /** The address where it was said. */
  readonly channel: string
  /** Epoch ms. */
  readonly at: number
}

/** A person wants no replies for a while. */
export interface Snooze extends Said {
  /** Epoch ms; not after `at` where it is the end of one. */
  readonly until: number
  /** Number of the newest revert PR then: one that is opened since ends it. */
  readonly pullRequest: number | null
}
