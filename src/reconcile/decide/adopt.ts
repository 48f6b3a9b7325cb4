import { recordRelease } from '../act/moves.ts'
import type { Environment, Journal } from '../environment.ts'

/** `absent`: no such release; `not-needed`: it is handled already, or has ended. */
export type AdoptResult = 'adopted' | 'absent' | 'not-needed'

/**
 * Takes a release out of the baseline: from now on it is decided on like any other. The ledger says who wanted it.
 * @throws KedgeError E_LEDGER_*
 */
export async function adoptRelease(
  environment: Pick<Environment, 'ledger'>,
  journal: Journal,
  { releaseKey, by }: { releaseKey: string; by: string },
): Promise<AdoptResult> {
  let result: AdoptResult = 'absent'
  await journal.commit(() => {
    const release = environment.ledger.read('release', releaseKey)
    if (!release) return []
    result = 'not-needed'
    if (!release.preExisting) return []
    const { entries } = recordRelease(environment, releaseKey, { type: 'release-adopted', facts: { preExisting: false, adoptedBy: by } })
    if (entries.length > 0) result = 'adopted'
    return entries
  })
  return result
}
