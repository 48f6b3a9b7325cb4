import type { LedgerHead, LedgerVerdict, NewestDocument } from './ledger.ts'

/** Of each Rollout, so many of the newest releases are decided on, and kept in memory. */
export const RELEASES_OF_EACH = 200

/** Who takes what a start decides on. */
export interface Taking {
  /** Is given each document once at least, those from before the checkpoint first; they are in the order of their records. */
  take(newest: NewestDocument): void
  /** Asked once all else was taken: the keys of the releases that are wanted beside, each with its card. */
  wanted(): readonly string[]
  /** Ends it before long; its reason is thrown. */
  interrupted?: AbortSignal | undefined
}

/**
 * A record up to which the chain held when it was last walked as a whole, and after which only who followed the chain has appended. It is
 * one statement for each ledger, kept beside the chain and no part of it: it spares a start the walk before it acts, and proves nothing to
 * anybody else, see docs/decisions/stored-checkpoint.md.
 */
export interface LedgerCheckpoint {
  /**
   * Walks the chain after the checkpoint, and takes what a `Ledger` keeps: from after it all newest documents, from before it those
   * alone that are decided on, found by index. Each is proven: it is the newest of its key, its record follows from the one before it by
   * its hash, and its index is that of its document. Whoever acts on that walks the whole chain beside: an index that hides a document,
   * and a record that is not decided on, are found by that alone.
   * @returns undefined, and nothing was taken, where there is no checkpoint, or its record is not in the chain, or has another hash. Of one
   * that is intact `after` is the checkpoint. What was taken is worth nothing unless it is intact
   * @throws KedgeError E_LEDGER_DOCUMENT, E_LEDGER_NEWER for a document that is to be taken and cannot be read; E_LEDGER_UNREACHABLE
   */
  resume(taking: Taking): Promise<LedgerVerdict | undefined>
  /** The whole chain was walked up to this record, and held. Undefined for a ledger without a record. @throws KedgeError E_LEDGER_* */
  keepCheckpoint(head: LedgerHead | undefined): Promise<void>
  /**
   * Moves the checkpoint that is there to the newest record that this process has written or followed. To be called by who has walked the
   * whole chain, or found it intact, only. Nothing is done where there is none: somebody has found the chain broken. @throws KedgeError
   * E_LEDGER_*
   */
  raiseCheckpoint(): Promise<void>
  /** The chain does not hold: the next start walks it before it acts. @throws KedgeError E_LEDGER_* */
  dropCheckpoint(): Promise<void>
}
