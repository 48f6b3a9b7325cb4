import type { CommitSha } from '../../domain/application/commit.ts'
import { isSameRepository } from '../../domain/application/repo-url.ts'
import { KedgeError } from '../../domain/errors.ts'
import { QUARANTINE_CONTEXT, type Quarantine } from '../../domain/quarantine/quarantine.ts'
import { wantedStatus } from '../../domain/quarantine/status.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import { pullLinkOf } from '../announce/link-of.ts'
import type { Environment } from '../environment.ts'
import { knownForge } from '../known-forge.ts'
import { revertOf } from '../look/stands-for.ts'
import type { Delivered } from '../outbox/delivered.ts'
import { recordQuarantine } from '../record/record-quarantine.ts'
import { policyOf } from '../tell/whom.ts'

/**
 * Lets the forge show beside a commit what all quarantines of its repository say of it by now, where it does not yet. A forge that takes
 * no status of ours costs nothing but that: it is kept with the quarantine, and said once. @throws KedgeError E_FORGE_*, to be tried again
 */
export async function markCommit(
  environment: Environment,
  { quarantineKey, commit }: { quarantineKey: string; commit: CommitSha },
): Promise<Delivered> {
  const { ledger, forges } = environment
  const asked = ledger.read('quarantine', quarantineKey)
  if (!asked?.repoURL || !environment.allowsRepository(asked.repoURL) || isObserved(environment, asked)) return NOT_NEEDED
  const inRepository = ledger.quarantines({}).filter((one) => isSameRepository(one.repository, asked.repository))
  const wanted = wantedStatus(inRepository, commit)
  const forge = wanted && knownForge(forges, asked.repoURL)
  if (!wanted || !forge) return NOT_NEEDED
  const { state, description } = wanted
  const stands = await forge.statusOf(commit, QUARANTINE_CONTEXT)
  if (stands?.state === state) return { state: 'done', event: 'mark-stands', receipt: { commit, state } }
  const why = await forge.setStatus(commit, { context: QUARANTINE_CONTEXT, state, description, url: urlOf(environment, wanted.of) })
  if (why !== undefined) tellUnsaid(environment, asked, why)
  const unsaid = why === undefined ? undefined : plainText(why, 300)
  return {
    state: 'done',
    event: why === undefined ? 'commit-marked' : 'mark-refused',
    receipt: { commit, state },
    entries: () => recordQuarantine(environment, quarantineKey, { type: 'quarantine-unsaid', why: unsaid }).entries,
  }
}

const NOT_NEEDED: Delivered = { state: 'abandoned', event: 'mark-not-needed' }

/** What the policy says by now: it may have been another one when this was asked for. */
function isObserved(environment: Environment, { release: key }: Quarantine): boolean {
  const release = environment.ledger.read('release', key)
  return release !== undefined && policyOf(environment, release).mode === 'observe'
}

/** Where there is more about it: the revert PR of its release, or the release's own page. */
function urlOf(environment: Environment, { release: key }: Quarantine): string | undefined {
  const release = environment.ledger.read('release', key)
  if (!release) return undefined
  return pullLinkOf(environment, release, revertOf(environment, release))
}

/** Once for a repository, until one was taken again. */
function tellUnsaid({ ledger, logger }: Environment, { repository }: Quarantine, why: string): void {
  const isTold = ledger.quarantines({}).some((one) => one.unsaid !== undefined && isSameRepository(one.repository, repository))
  if (isTold) return
  const { code, message } = new KedgeError('E_FORGE_NO_STATUS', plainText(why, 300))
  logger.warn('the forge takes no commit status, so quarantined versions are shown here alone', { code, repository, error: message })
}
