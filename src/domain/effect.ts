import type { CommitSha } from './application/commit.ts'
import type { Card } from './notice/card.ts'

/** What an effect does to the world. The intent is in the ledger before, the receipt after. */
export type EffectAction =
  | { type: 'open-revert'; revertKey: string }
  | { type: 'close-revert'; revertKey: string; reason: string }
  | { type: 'delete-branch'; revertKey: string }
  /** Who approved and merged its PR. */
  | { type: 'trace-revert'; revertKey: string }
  | { type: 'trace-release'; releaseKey: string }
  /** Who wrote, approved and merged what has failed, while it is failed. */
  | { type: 'trace-source'; releaseKey: string }
  /** What its images say that they were built from. */
  | { type: 'read-images'; releaseKey: string }
  /** What its pods, and those of the version before, really run. */
  | { type: 'read-pods'; releaseKey: string }
  /** What the forge shows beside a commit is to be what the quarantines of its repository say of it by then. */
  | { type: 'mark-commit'; releaseKey: string; quarantineKey: string; commit: CommitSha }
  /** `releaseKey`: the first of the announcement's releases, whose cluster's leader writes it. */
  | { type: 'announce-release'; releaseKey: string; announcement: string }
  /** Its deployment at the forge is to say what is so by then. */
  | { type: 'show-deployment'; releaseKey: string }
  /**
   * `channel`: as it was when the card was asked for; each try asks the policy anew. `also`: it is one that is told besides, and goes
   * nowhere else. `leaves`: it is one where the release is told no more. `thread`: absent in the first card of a channel.
   */
  | { type: 'publish-card'; releaseKey: string; card: Card; channel: string; thread: string | undefined; also?: true; leaves?: true }

/** The ledger's document of one effect: the outbox row. */
export interface Effect {
  /** Unique for ever: the same intent cannot be recorded twice. */
  key: string
  action: EffectAction
  state: 'pending' | 'done' | 'abandoned'
  /** Times it was started. Above zero, the effect may have happened: look before acting. */
  attempts: number
  /** Epoch milliseconds: when it, or the first whose place it takes, was asked for. */
  createdAt: number
  /** Not before this time, epoch milliseconds. */
  notBefore: number
  /** Its own, or until it is tried, that of the one whose place it takes. */
  lastError: string | undefined
  /** What the other side answered: PR number, message timestamp. */
  receipt: Readonly<Record<string, string | number>> | undefined
}
