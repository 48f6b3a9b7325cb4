// See contract.ts.

/** A record of the chain by its number and hash. */
export interface ChainPlace {
  sequence: number
  /** SHA-256 over the record and the hash before it. */
  hash: string
}

/** One record, told in words. Its document is part of the answer for its release, and of an export. */
export interface LedgerLine extends ChainPlace {
  at: number
  /** Of the document: `release`, `revert`, `effect`, … */
  kind: string
  key: string
  /** What happened. */
  event: string
  /** What it is of, for people: a Rollout, a repository, a cluster. */
  subject: string
  /** The person by whose word it happened; null where it was Kedge's own doing. */
  who: string | null
  /** Id of the release that it belongs to, for `/api/v1/releases/{id}`; null where it belongs to none, or to several. */
  release: string | null
}

export interface LedgerAnswer {
  /** The newest record; null while there is none. */
  head: ChainPlace | null
  /** The last record that was archived, which the first one here follows; null while the chain is whole. */
  archived: ChainPlace | null
  /**
   * When this process has walked the chain and found it intact, and up to which record. `from`: it began after this one, the checkpoint,
   * and is walking the whole chain; null once that has held.
   */
  verified: { at: number; head: ChainPlace | null; from: ChainPlace | null } | null
  /** Where the head is signed; null where nothing is. Empty while another replica signs. */
  checkpoints: readonly { place: string; head: ChainPlace | null; trouble: string | null }[] | null
  /** Newest first. */
  items: readonly LedgerLine[]
  continue: string | null
}
