import type { Environment, Journal } from '../environment.ts'

/** `absent`: no such release; `not-needed`: it is handled already, or has ended. */
export type AdoptResult = 'adopted' | 'absent' | 'not-needed'

/**
 * Takes a release out of the baseline: from now on it is decided on like any other. Recorded in the ledger. @throws KedgeError E_LEDGER_*
 */
export async function adoptRelease({ ledger }: Pick<Environment, 'ledger'>, journal: Journal, releaseKey: string): Promise<AdoptResult> {
  let result: AdoptResult = 'absent'
  await journal.commit(() => {
    const release = ledger.read('release', releaseKey)
    if (!release) return []
    result = release.preExisting && release.state !== 'ended' ? 'adopted' : 'not-needed'
    return result === 'adopted'
      ? [{ kind: 'release', key: release.key, event: 'release-adopted', document: { ...release, preExisting: false } }]
      : []
  })
  return result
}
