import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment, Journal } from '../environment.ts'
import { recordStorm } from './gather.ts'

/** `absent`: no such storm; `not-needed`: it is over, or a person has released it already. */
export type ReleaseStormResult = 'released' | 'absent' | 'not-needed'

/**
 * A person wants each release of a storm decided by itself, whatever they have in common. The ledger says who.
 * @throws KedgeError E_LEDGER_*
 */
export async function releaseStorm(
  environment: Pick<Environment, 'ledger' | 'clock'>,
  journal: Journal,
  { key, by }: { key: string; by: string },
): Promise<ReleaseStormResult> {
  let result: ReleaseStormResult = 'absent'
  await journal.commit((): readonly LedgerEntry[] => {
    if (!environment.ledger.read('storm', key)) return []
    const entries = recordStorm(environment, key, { type: 'storm-released', by, at: environment.clock.now() })
    result = entries.length > 0 ? 'released' : 'not-needed'
    return entries
  })
  return result
}
