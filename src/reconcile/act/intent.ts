import type { Effect, EffectAction } from '../../domain/effect.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'

/** A pending effect as an outbox row. The key is unique for ever, so that one intent is one effect. */
export function intend(key: string, action: EffectAction, now: number): LedgerEntry {
  const document: Effect = {
    key,
    action,
    state: 'pending',
    attempts: 0,
    createdAt: now,
    notBefore: now,
    lastError: undefined,
    receipt: undefined,
  }
  return { kind: 'effect', key, event: `${action.type}-intended`, document }
}
