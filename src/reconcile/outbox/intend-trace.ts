import type { Release } from '../../domain/release/release.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import type { Look } from '../look/observe.ts'
import { intend } from './intent.ts'

/**
 * Asks for a release's trace now that it has ended, if its repository may be read at all. Where Git is concerned, one that fails is asked
 * about anyway; for its people see {@link intendSource}.
 */
export function intendTrace(environment: Environment, look: Look, release: Release): readonly LedgerEntry[] {
  const [application] = look.applications
  if (!release.applied || release.outcome === 'gone' || !application) return []
  if (!application.sources.some((source) => environment.allowsRepository(source.repoURL))) return []
  return [intend(`trace|${release.key}`, { type: 'trace-release', releaseKey: release.key }, environment.clock.now())]
}

/**
 * Asks the forge, once for each commit, who wrote, approved and merged what has failed, as soon as its commit is known: people want to know
 * that while it is failed. Where a revert PR is about to be opened, that asks it itself, for the PR's reviewers. `revert`: what stands for
 * the release from now on, if anything does.
 */
export function intendSource(environment: Environment, release: Release | undefined, revert?: Revert): readonly LedgerEntry[] {
  if (release?.state !== 'failed' || release.preExisting || release.sourcePr || !release.revision || !release.repoURL) return []
  if (release.sourceAsked === release.revision || revert?.pullRequest === null) return []
  if (!environment.allowsRepository(release.repoURL)) return []
  const key = `source|${release.key}|${release.revision}`
  if (environment.ledger.read('effect', key)) return []
  return [intend(key, { type: 'trace-source', releaseKey: release.key }, environment.clock.now())]
}
