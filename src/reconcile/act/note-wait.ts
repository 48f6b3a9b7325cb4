import type { Effect } from '../../domain/effect.ts'
import type { Environment, Journal } from '../environment.ts'
import { recordRevert } from '../record/moves.ts'

/** What is opened sooner needs no word of it. */
const TOLD_AFTER_MS = 10_000

/** A revert whose turn has not come for a while, because the forge takes no more for now: the cards of its releases say so, once. */
export async function noteWait(environment: Environment, journal: Journal, { action, createdAt }: Effect): Promise<void> {
  const { clock, ledger } = environment
  if (action.type !== 'open-revert' || clock.now() - createdAt < TOLD_AFTER_MS) return
  const { revertKey } = action
  if (ledger.read('revert', revertKey)?.awaitsTurn) return
  await journal.commit(() => recordRevert(environment, revertKey, { type: 'revert-waits' }).entries)
}
