import type { LedgerHead, LedgerStore } from './ledger.ts'

/** The head of the chain at a moment, signed. */
export interface Checkpoint {
  head: LedgerHead
  /** A signed note, see docs/signed-ledger.md. */
  text: string
}

/**
 * Where checkpoints are kept: what was added is never changed. Promises nothing about how long that takes, nor that it ever ends: a bucket
 * that is mounted may hang.
 */
export interface CheckpointPlace {
  /** For messages. */
  readonly name: string
  /** Resolves once it is on the disk, as far as the place can say so. @throws KedgeError E_CHECKPOINT_WRITE */
  add(checkpoint: Checkpoint): Promise<void>
  /** What the newest that is there says, by anybody; undefined where there is none. @throws KedgeError E_CHECKPOINT_WRITE */
  newest(): Promise<LedgerHead | undefined>
}

/** Signs what others keep as a proof. */
export interface Signing {
  /** By the key that holds at that moment. @param at epoch ms */
  checkpoint(head: LedgerHead, at: number): Checkpoint
  /**
   * What a ledger has of a release, as a signed in-toto statement: a DSSE envelope in JSON. Undefined where it has no such release.
   * @throws KedgeError E_LEDGER_*
   */
  attest(ledger: Pick<LedgerStore, 'load' | 'history'>, release: string): Promise<string | undefined>
  /** One at least. */
  readonly places: readonly CheckpointPlace[]
}
