import type { Release } from '../../domain/release/release.ts'
import type { Environment, Journal } from '../environment.ts'
import { recordRelease } from './moves.ts'

/** `absent`: no such release; `not-needed`: it is handled already, or has ended. */
export type AdoptResult = 'adopted' | 'absent' | 'not-needed'

/** Only what people have not been asked about yet: what was broken before the first look, and what somebody undid by hand. */
function isAdoptable({ preExisting, cause, adoptedBy }: Release): boolean {
  return preExisting || (cause === 'undone' && adoptedBy === undefined)
}

/**
 * Takes a release out of the baseline, or lets Git follow what was undone by hand: from now on it is decided on like any other. The ledger
 * says who wanted it.
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
    if (!isAdoptable(release)) return []
    const { entries } = recordRelease(environment, releaseKey, { type: 'release-adopted', facts: { preExisting: false, adoptedBy: by } })
    if (entries.length > 0) result = 'adopted'
    return entries
  })
  return result
}
