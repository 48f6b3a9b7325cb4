/** A mark that says at a glance how a release stands. */
export type Tone = 'bad' | 'waiting' | 'good' | 'info'

/**
 * What people are told about one release, for any channel: plain text everywhere, escaped by each Notifier for its own markup.
 * The same card is published again and again as the state moves.
 */
export interface Card {
  /** One card per release: the release's key. */
  key: string
  tone: Tone
  title: string
  /** Pairs such as `Git wants` / `Cluster runs`. */
  fields: readonly { label: string; value: string }[]
  /** One line per failing metric. */
  evidence: readonly string[]
  /** What Kedge did or did not do, and why. */
  outcome: string
  links: readonly { text: string; url: string }[]
}

/** Where a published card is, as the channel names it. */
export interface CardRef {
  channel: string
  timestamp: string
}
