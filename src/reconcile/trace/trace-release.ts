import type { CommitSha } from '../../domain/application/commit.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { Release } from '../../domain/release/release.ts'
import type { SourcePullRequest } from '../../ports/forge.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Delivered } from '../act/delivery.ts'
import { investigate } from '../decide/judge.ts'
import type { Environment } from '../environment.ts'
import { lookAt, type Look } from '../loop/observe.ts'
import { enrich, intend, sameDocument } from '../tell/entries.ts'

/**
 * Asks for a release's trace when it has ended, if its repository may be read at all. (One that fails is asked about anyway, and in a
 * hurry.)
 */
export function intendTrace(
  environment: Environment,
  look: Look,
  { release, event }: { release: Release; event: string },
): readonly LedgerEntry[] {
  if (event !== 'release-ended') return []
  const [application] = look.applications
  if (!release.applied || release.outcome === 'gone' || !application) return []
  if (!application.sources.some((source) => environment.allowsRepository(source.repoURL))) return []
  const key = `trace|${release.key}`
  return environment.ledger.read('effect', key)
    ? []
    : [intend(key, { type: 'trace-release', releaseKey: release.key }, environment.clock.now())]
}

/**
 * Leads a release back to its commit, author and PR, and writes that into the ledger. Reads only. What cannot be traced (a chart, an
 * unreadable repository) is left as it is.
 * @throws KedgeError E_GIT_*, E_FORGE_* that may pass
 */
export async function traceRelease(environment: Environment, releaseKey: string): Promise<Delivered> {
  const release = environment.ledger.read('release', releaseKey)
  const view = environment.views.find((one) => one.cluster === release?.cluster)
  if (!release || !view) return { state: 'abandoned', event: 'release-not-traced' }
  const look = lookAt(environment, view, { cluster: release.cluster, namespace: release.namespace, name: release.rollout })
  try {
    const { source } = await investigate(environment, look, release)
    const people = source?.revision && source.repoURL ? await introducedBy(environment, source.repoURL, source.revision.sha) : undefined
    const entries = (): readonly LedgerEntry[] => {
      const current = environment.ledger.read('release', releaseKey) ?? release
      const traced = { ...enrich(current, source), sourcePr: people ?? current.sourcePr }
      return sameDocument(traced, current) ? [] : [{ kind: 'release', key: releaseKey, event: 'release-traced', document: traced }]
    }
    return { state: 'done', event: 'release-traced', entries }
  } catch (error) {
    if (error instanceof KedgeError && !error.retryable) return { state: 'abandoned', event: 'release-not-traced' }
    throw error
  }
}

async function introducedBy(environment: Environment, repoURL: string, commit: CommitSha): Promise<SourcePullRequest | undefined> {
  return environment.allowsRepository(repoURL) ? environment.forges.forRepository(repoURL).introducedBy(commit) : undefined
}
