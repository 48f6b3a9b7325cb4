import type { Release } from '../../domain/release/release.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import { intend } from '../act/intent.ts'
import type { Environment } from '../environment.ts'
import type { Look } from '../loop/observe.ts'

/**
 * Asks for a release's trace now that it has ended, if its repository may be read at all. (One that fails is asked about anyway, and in a
 * hurry.)
 */
export function intendTrace(environment: Environment, look: Look, release: Release): readonly LedgerEntry[] {
  const [application] = look.applications
  if (!release.applied || release.outcome === 'gone' || !application) return []
  if (!application.sources.some((source) => environment.allowsRepository(source.repoURL))) return []
  return [intend(`trace|${release.key}`, { type: 'trace-release', releaseKey: release.key }, environment.clock.now())]
}
