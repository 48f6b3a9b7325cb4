import type { CommitSha } from '../../domain/application/commit.ts'
import type { SourceFacts } from '../../domain/decision/facts.ts'
import { KedgeError } from '../../domain/errors.ts'
import { keptPeople } from '../../domain/people.ts'
import { factsOfSource } from '../../domain/release/findings.ts'
import type { ReleaseFacts } from '../../domain/release/transitions.ts'
import type { SourcePullRequest } from '../../ports/forge.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import { askGit } from '../git-facts/ask-git.ts'
import { lookAt } from '../look/observe.ts'
import type { Delivered } from '../outbox/delivered.ts'
import { recordRelease } from '../record/moves.ts'

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
    const source = await askGit(environment, look, release)
    const people = await peopleBehind(environment, releaseKey, source)
    const entries = (): readonly LedgerEntry[] => {
      const facts = factsOfSource(environment.ledger.read('release', releaseKey) ?? release, source)
      return recordRelease(environment, releaseKey, { type: 'release-traced', facts: { ...facts, ...keptSource(people) } }).entries
    }
    return { state: 'done', event: 'release-traced', entries }
  } catch (error) {
    if (error instanceof KedgeError && !error.retryable) return { state: 'abandoned', event: 'release-not-traced' }
    throw error
  }
}

/** Asked only where they are not known yet for this very commit: one that failed has been asked about while it was failed. */
async function peopleBehind(
  environment: Environment,
  releaseKey: string,
  source: SourceFacts | null,
): Promise<SourcePullRequest | undefined> {
  if (!source?.revision || !source.repoURL) return undefined
  const known = environment.ledger.read('release', releaseKey)
  if (known?.sourcePr && known.revision === source.revision.sha) return undefined
  return introducedBy(environment, source.repoURL, source.revision.sha)
}

/** A pull request that brought a release, as the ledger keeps it; nothing where none is known. */
export function keptSource(source: SourcePullRequest | undefined): Pick<ReleaseFacts, 'sourcePr'> | undefined {
  return source && { sourcePr: { number: source.number, url: source.url, ...keptPeople(source) } }
}

/** The PR through which a commit came, with its people, where its repository may be read. @throws KedgeError E_FORGE_* */
export async function introducedBy(environment: Environment, repoURL: string, commit: CommitSha): Promise<SourcePullRequest | undefined> {
  return environment.allowsRepository(repoURL) ? environment.forges.forRepository(repoURL).introducedBy(commit) : undefined
}
