import { plainText } from '../../domain/words/plain-text.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment, Journal } from '../environment.ts'
import { recordQuarantine } from '../record/record-quarantine.ts'

/** `absent`: no such quarantine; `not-needed`: it is over already. */
export type LiftResult = 'lifted' | 'absent' | 'not-needed'

/** Who lifts a quarantine, and why: both stand in the ledger. */
export interface Lift {
  key: string
  by: string
  reason: string
}

/** A person lets a version that failed come back. @throws KedgeError E_LEDGER_* */
export async function liftQuarantine(environment: Environment, journal: Journal, { key, by, reason }: Lift): Promise<LiftResult> {
  let result: LiftResult = 'absent'
  await journal.commit((): readonly LedgerEntry[] => {
    if (!environment.ledger.read('quarantine', key)) return []
    const at = environment.clock.now()
    const { entries } = recordQuarantine(environment, key, { type: 'quarantine-lifted', by, reason: plainText(reason, 300), at })
    result = entries.length > 0 ? 'lifted' : 'not-needed'
    return entries
  })
  return result
}
