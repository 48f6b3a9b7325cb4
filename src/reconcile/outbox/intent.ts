import type { Effect, EffectAction } from '../../domain/effect.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'

/**
 * A pending effect as an outbox row. The key is unique for ever, so that one intent is one effect. `overtaken`: whose place it
 * takes, oldest first. That people wait did not begin with it, and what they waited for may have got through.
 */
export function intend(key: string, action: EffectAction, now: number, overtaken: readonly Effect[] = []): LedgerEntry {
  const document: Effect = {
    key,
    action,
    state: 'pending',
    attempts: Math.max(0, ...overtaken.map((effect) => effect.attempts)),
    createdAt: Math.min(now, ...overtaken.map((effect) => effect.createdAt)),
    notBefore: now,
    lastError: overtaken.at(-1)?.lastError,
    receipt: undefined,
  }
  return { kind: 'effect', key, event: `${action.type}-intended`, document }
}
