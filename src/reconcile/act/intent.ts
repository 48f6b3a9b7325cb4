import type { Effect, EffectAction } from '../../domain/effect.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'

/**
 * A pending effect as an outbox row. The key is unique for ever, so that one intent is one effect. `attempts`: of those that it overtakes.
 */
export function intend(key: string, action: EffectAction, now: number, attempts = 0): LedgerEntry {
  const document: Effect = {
    key,
    action,
    state: 'pending',
    attempts,
    createdAt: now,
    notBefore: now,
    lastError: undefined,
    receipt: undefined,
  }
  return { kind: 'effect', key, event: `${action.type}-intended`, document }
}
