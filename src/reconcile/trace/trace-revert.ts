import { closedWords, keptPeople, type PullRequestPeople } from '../../domain/people.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import type { Delivered } from '../outbox/delivered.ts'
import { recordRevert } from '../record/moves.ts'

/**
 * Asks the forge, once, who approved and merged a revert PR, and writes that into the ledger. Reads only, and nothing waits for it. What
 * may not be read is written down as that, with the reason.
 * @throws KedgeError E_FORGE_* that may pass
 */
export async function traceRevert(environment: Environment, revert: Revert): Promise<Delivered> {
  const { key, repoURL, pullRequest } = revert
  if (!pullRequest || !environment.allowsRepository(repoURL)) return { state: 'abandoned', event: 'revert-not-traced' }
  const people = await askOf(environment, repoURL, pullRequest.number)
  const entries = (): readonly LedgerEntry[] =>
    recordRevert(environment, key, { type: 'revert-traced', people: keptPeople(people) }).entries
  return { state: 'done', event: 'revert-traced', entries }
}

async function askOf(environment: Environment, repoURL: string, number: number): Promise<PullRequestPeople> {
  try {
    return await environment.forges.forRepository(repoURL).peopleOn(number)
  } catch (error) {
    const unread = closedWords(error)
    if (unread === undefined) throw error
    return { author: '', approvers: [], unread }
  }
}
