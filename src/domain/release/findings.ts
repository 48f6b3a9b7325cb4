import { canonicalJson } from '../canonical-json.ts'
import type { Decision } from '../decision/decision.ts'
import type { SourceFacts } from '../decision/facts.ts'
import { isRendererAway } from '../decision/renderer-away.ts'
import type { Release } from './release.ts'
import type { ReleaseFacts } from './transitions.ts'

/** What Git says of a release; nothing while it could not be asked. */
export function factsOfSource(release: Release, source: SourceFacts | null): Partial<ReleaseFacts> {
  if (!source?.revision) return {}
  return {
    revision: source.revision.sha,
    committedAt: source.revision.committedAt,
    goodRevision: source.good?.sha ?? release.goodRevision,
    author: source.revision.author.name,
    repository: source.repository,
    ...(source.repoURL !== null && { repoURL: source.repoURL }),
    // Who brought another commit has not brought this one.
    ...(release.revision !== null && release.revision !== source.revision.sha && { sourcePr: null }),
    ...source.brought,
  }
}

/** A decision on a release, where it says anything new. That nothing can be decided yet is no news once something was. */
export function factsOfDecision(release: Release, decision: Decision, now: number): Partial<ReleaseFacts> {
  const { action, reason, checks, theirs } = decision
  const known = release.decision
  if (known && action === 'wait') return {}
  const isSame = known && known.action === action && known.reason === reason && canonicalJson(known.checks) === canonicalJson(checks)
  // Who renders is away still, whatever stands in the way by now: since when is what its patience is counted from.
  const at = known && isRendererAway(known) && isRendererAway(decision) ? known.at : now
  return isSame ? {} : { decision: { action, reason, checks, ...(theirs && { theirs }), at } }
}
