import type { Effect } from '../domain/effect.ts'
import type { CardRef } from '../domain/notice/card.ts'
import type { Release } from '../domain/release/release.ts'
import type { Version } from '../domain/release/version.ts'
import type { Revert } from '../domain/revert/revert.ts'
import type { RolloutRef } from '../domain/rollout/snapshots.ts'

/** The documents that the ledger keeps, by kind. */
export interface LedgerDocuments {
  baseline: { cluster: string; at: number }
  version: Version
  release: Release
  revert: Revert
  effect: Effect
  /** `channel` is where it was asked to be published, by the name that the policy gives. */
  card: { releaseKey: string; ref: CardRef | null; contentHash: string; channel?: string }
}

export type LedgerKind = keyof LedgerDocuments

/** One thing that happened, with the whole document as it is from now on. */
export type LedgerEntry = {
  [K in LedgerKind]: { kind: K; key: string; event: string; document: LedgerDocuments[K] }
}[LedgerKind]

/** An entry as it stands in the chain. */
export interface LedgerRecord {
  sequence: number
  /** Epoch ms, Kedge's own clock. */
  at: number
  kind: LedgerKind
  key: string
  event: string
  document: unknown
  /** SHA-256 over the record and the hash before it. */
  hash: string
}

/**
 * The append-only, hash-chained journal and the newest document of each key. Reads see everything that `append` has returned for.
 * One writer process.
 */
export interface Ledger {
  /** Writes all entries in one durable transaction, or none. @throws KedgeError E_LEDGER_* */
  append(entries: readonly LedgerEntry[]): Promise<void>
  read<K extends LedgerKind>(kind: K, key: string): LedgerDocuments[K] | undefined
  /** The newest releases of the Rollouts of this name (an object made anew has another uid), newest first, 200 by default. */
  releasesOf(rollout: RolloutRef, limit?: number): readonly Release[]
  /** Newest first; `open` = not ended. */
  releases(filter: { open?: boolean; limit: number; before?: number }): readonly Release[]
  /** Reverts of one repository (normalised), or of all, newest first. */
  reverts(filter: { repository?: string; open?: boolean; since?: number }): readonly Revert[]
  /** Pending effects, oldest first. */
  pendingEffects(): readonly Effect[]
  /** The history of one key, oldest first. */
  history(kind: LedgerKind, key: string): readonly LedgerRecord[]
  /** The whole chain, oldest first. */
  records(): Iterable<LedgerRecord>
  /** Walks the whole chain. The program refuses to act on a broken one. */
  verify(): LedgerVerdict
}

export type LedgerVerdict = { intact: true; records: number; head: string } | { intact: false; sequence: number; what: string }
