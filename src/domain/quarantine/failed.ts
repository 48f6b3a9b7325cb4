import { canonicalJson } from '../canonical-json.ts'
import type { SourceFacts } from '../decision/facts.ts'
import type { Policy } from '../policy/policy.ts'
import type { Cause } from '../release/evidence.ts'
import type { Attempt, Release } from '../release/release.ts'
import type { Digest } from '../revert/keys.ts'
import { shortEvidence } from '../words/evidence.ts'
import { plainText } from '../words/plain-text.ts'
import { causeClause, hasVersionBefore } from '../words/wording.ts'
import { changedImages } from './images.ts'
import type { Quarantine } from './quarantine.ts'
import type { Failed, QuarantineEvent } from './transitions.ts'

/**
 * Causes that speak against the version itself. A person's abort, a measurement that could not be made or said nothing, and what never ran
 * do not, even where the policy lets them open a PR.
 */
const TELLING: readonly Cause[] = ['analysis-failed', 'progress-deadline', 'plugin-step']

const DIGITS = 12

/**
 * One key for one Rollout and the images that failed there, whatever else was in the template: a bot that pushes the same image with
 * something else pushes the same thing. Where only the template changed, it is that template.
 */
function quarantineKey({ cluster, namespace, rollout, images, templates }: Failed, digest: Digest): string {
  const what = images.length > 0 ? [...images].toSorted() : templates
  return digest(canonicalJson(['quarantine', cluster, namespace, rollout, what])).slice(0, DIGITS)
}

/** What a failed release has to be known by, beside itself. */
export interface FailureFacts {
  readonly policy: Pick<Policy, 'prCauses' | 'quarantineMs'>
  /** Why its PR is held with others that failed for one cause; see `whyHeld`. */
  readonly held: string | undefined
  readonly source: SourceFacts | null
  /** Epoch milliseconds. */
  readonly now: number
  readonly digest: Digest
}

/**
 * The version of a release that failed, as it is to be kept out. Undefined where nothing speaks against it: nobody reverts for such a
 * cause, many failed for the same one, it was broken before Kedge looked, or there is no version before to tell it from.
 */
export function failedVersionOf(release: Release, { policy, held, source, now, digest }: FailureFacts): Failed | undefined {
  const { cause, podTemplateHash: hash } = release
  const attempt = release.attempts.at(-1)
  if (policy.quarantineMs <= 0 || held !== undefined || release.state !== 'failed' || release.preExisting) return undefined
  if (!attempt || cause === null || !TELLING.includes(cause) || !policy.prCauses.includes(cause)) return undefined
  if (hash === null || !hasVersionBefore(release)) return undefined
  const failed: Failed = {
    key: '',
    cluster: release.cluster,
    namespace: release.namespace,
    rollout: release.rollout,
    images: changedImages(release.images, release.stableImages),
    stableImages: release.stableImages,
    templates: [hash],
    release: release.key,
    attempt: attempt.key,
    cause,
    reason: reasonOf(attempt, cause),
    ...tracedIn(source),
    since: now,
    until: now + policy.quarantineMs,
  }
  return { ...failed, key: quarantineKey(failed, digest) }
}

function reasonOf({ evidence: [first] }: Attempt, cause: Cause): string {
  return plainText(first ? `${causeClause(cause)}: ${shortEvidence(first)}` : causeClause(cause), 200)
}

type Traced = Extract<QuarantineEvent, { type: 'quarantine-traced' }>['facts']

/** Where its commits are. Without a commit, nothing is known of its repository either: its files tell nothing. */
function tracedIn(source: SourceFacts | null): Traced {
  const none: Traced = { repoURL: null, repository: null, baseBranch: null, culprit: null, good: null, paths: [] }
  if (!source?.revision || !source.repoURL || !source.repository || !source.baseBranch) return none
  const { repoURL, repository, baseBranch, revision, good, paths } = source
  return { repoURL, repository, baseBranch, culprit: revision.sha, good: good?.sha ?? null, paths: paths.slice(0, MOST_PATHS) }
}

/** A release that changes more files is told by its images alone. */
const MOST_PATHS = 200

/**
 * What a release that failed means for the quarantine that there is, or is not yet. The same failure seen again is no news.
 * What a person has lifted, or what has served, takes another failure to come back.
 */
export function eventOfFailure(known: Quarantine | undefined, failed: Failed): QuarantineEvent | undefined {
  if (!known) return { type: 'quarantine-begun', failed }
  const isNews = known.attempt !== failed.attempt
  if (known.state === 'over') return isNews || known.outcome === 'cleared' ? { type: 'quarantine-begun', failed } : undefined
  if (isNews) return { type: 'quarantine-renewed', failed: withTrace(failed, known) }
  const { repoURL, repository, baseBranch, culprit, good, paths } = withTrace(failed, known)
  const facts = { repoURL, repository, baseBranch, culprit, good, paths }
  const before: Traced = {
    repoURL: known.repoURL,
    repository: known.repository,
    baseBranch: known.baseBranch,
    culprit: known.culprit,
    good: known.good,
    paths: known.paths,
  }
  return canonicalJson(facts) === canonicalJson(before) ? undefined : { type: 'quarantine-traced', facts }
}

/** What Git has told once is not forgotten while it cannot be asked, nor once it says less. */
function withTrace(failed: Failed, known: Quarantine): Failed {
  if (failed.culprit !== null && (failed.paths.length > 0 || known.culprit !== failed.culprit)) return failed
  const { repoURL, repository, baseBranch, culprit, good, paths } = known
  return culprit === null ? failed : { ...failed, repoURL, repository, baseBranch, culprit, good, paths }
}
