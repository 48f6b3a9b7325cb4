import type { KedgeError } from '../domain/errors.ts'
import type { Inbox } from './inbox.ts'
import type { LeaderElection } from './leader-election.ts'
import type { LedgerCheckpoint } from './ledger-checkpoint.ts'
import type { LedgerStore } from './ledger.ts'

/** Where the ledger is kept, and the inbox beside it, as the service holds them. */
export interface HeldLedger extends LedgerStore, LedgerCheckpoint, Inbox {
  /**
   * Resolves, with the reason, once nothing can be recorded any more until the process is started anew: the disk reported an error, the
   * ledger was removed. Every append is refused from then on.
   */
  readonly lost: Promise<KedgeError>
  /**
   * To be asked right before anything is done outside: whether nobody else can be acting on this ledger by now. Nothing happens where only
   * one process can ever have it.
   * @throws KedgeError E_LEDGER_UNREACHABLE while that is not sure; E_LEDGER_FENCED, E_LEDGER_LOST once it never will be
   */
  assertMayAct(): void
  /** Why nothing can be recorded for now, as far as is known; undefined while it can. Absent where only an append would tell. */
  trouble?(): string | undefined
  /**
   * Why this process knows no more what the ledger has, while others go on: a newer program writes what it cannot read. It leads nothing
   * from then on, and is to be replaced. Undefined while it knows; absent where one process alone can have it.
   */
  outdated?(): KedgeError | undefined
  /** How several processes share it. Absent where one alone can have it: that one leads every cluster. */
  readonly election?: LeaderElection
}
