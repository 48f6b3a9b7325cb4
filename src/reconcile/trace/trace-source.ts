import type { CommitSha } from '../../domain/application/commit.ts'
import { KedgeError } from '../../domain/errors.ts'
import { closedWords } from '../../domain/people.ts'
import type { SourcePullRequest } from '../../ports/forge.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import type { Delivered } from '../outbox/delivered.ts'
import { recordRelease } from '../record/moves.ts'
import { introducedBy, keptSource } from './trace-release.ts'

/**
 * Asks the forge, once, who wrote, approved and merged what has failed, and writes that into the ledger. Reads only, and nothing waits for
 * it: the next look completes the card. What it may not read stays unknown. That nobody knows the PR is asked once more at the release's
 * end.
 * @throws KedgeError E_FORGE_* that may pass
 */
export async function traceSource(environment: Environment, releaseKey: string): Promise<Delivered> {
  const { revision, repoURL, sourcePr } = environment.ledger.read('release', releaseKey) ?? {}
  if (!revision || !repoURL || sourcePr) return { state: 'abandoned', event: 'release-not-traced' }
  const people = await askOf(environment, repoURL, revision)
  const entries = (): readonly LedgerEntry[] => {
    // Another commit is known to have brought it by now.
    if (environment.ledger.read('release', releaseKey)?.revision !== revision) return []
    const facts = { sourceAsked: revision, ...keptSource(people) }
    return recordRelease(environment, releaseKey, { type: 'release-traced', facts }).entries
  }
  return { state: 'done', event: 'release-traced', entries }
}

/**
 * What may not be read will not be in the next minute either, and hundreds may have failed; nor is a token that is refused shown again for
 * each of them. At the release's end it is asked once more.
 */
async function askOf(environment: Environment, repoURL: string, commit: CommitSha): Promise<SourcePullRequest | undefined> {
  try {
    return await introducedBy(environment, repoURL, commit)
  } catch (error) {
    if (closedWords(error) === undefined && !(error instanceof KedgeError && error.code === 'E_FORGE_AUTH')) throw error
    return undefined
  }
}
