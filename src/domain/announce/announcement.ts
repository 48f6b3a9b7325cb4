import type { CommitSha } from '../application/commit.ts'
import type { CheckId } from '../decision/check.ts'
import type { Release } from '../release/release.ts'
import type { Revert } from '../revert/revert.ts'

/** The name under which a commit's status stands. */
export const RELEASE_CONTEXT = 'kedge/release'

/** The ledger's document of what the forge says of one commit whose release has failed, in one Rollout or in many. */
export interface Announcement {
  /** See {@link announcementKey}. */
  readonly key: string
  /** Normalised, see `normaliseRepoURL`. */
  readonly repository: string
  /** As the Application spells it; credentials never in it. */
  readonly repoURL: string
  readonly commit: CommitSha
  /** What its comment is found by, for ever: see {@link announcementMarker}. */
  readonly marker: string
  /** The releases that the commit has brought and that have failed, the first to fail first. Empty once they are another commit's. */
  readonly releases: readonly string[]
  /** How often something was to be said. */
  readonly asked: number
  /** The pull request that brought the commit; null until the forge has told. */
  readonly pullRequest: number | null
  /** How many statuses were set: a forge takes so many of one name. */
  readonly statuses: number
  /** When it began, epoch milliseconds. */
  readonly at: number
}

/** One announcement for a commit of a repository. */
export function announcementKey(repository: string, commit: CommitSha): string {
  return `${repository}@${commit}`
}

/** The hidden line of the comment. Two Kedges that see other clusters have other ones, so neither takes the other's comment for its own. */
export function announcementMarker(key: string): string {
  return `<!-- kedge:v1 release=${key} -->`
}

/** That the release is one commit's, and which one: who is innocent must not be told that they broke it. */
const TELL_THE_COMMIT: readonly CheckId[] = ['P2', 'P3', 'P4', 'P6', 'P7']
/** Where nothing renders: what would be restored has to name N's images, too, and to have none of N+1's. */
const TELL_IT_BY_FILES: readonly CheckId[] = [...TELL_THE_COMMIT, 'P10']

/**
 * The commit that brought what has failed, where that is beyond doubt: a revert of it stands, or the checks that name both versions and say
 * that Git changed between them have passed. Undefined for what Kedge found broken, or nobody's commit has broken.
 * @param revert the one that stands for the release
 */
export function knownCulprit(
  release: Release,
  revert: Pick<Revert, 'culprits'> | undefined,
): { repository: string; repoURL: string; commit: CommitSha } | undefined {
  const { revision, repository, repoURL, decision, cause, preExisting, attempts, told = 'by-clocks' } = release
  if (preExisting || cause === 'undone' || attempts.length === 0) return undefined
  // The time of an alert names a release, and proves nothing of its commit.
  if (cause === 'slo-burn' && !revert) return undefined
  if (revision === null || repository === null || repoURL === undefined) return undefined
  const passed = (decision?.checks ?? []).filter(({ outcome }) => outcome === 'passed').map(({ id }) => id)
  const needed = told === 'by-clocks' ? TELL_IT_BY_FILES : TELL_THE_COMMIT
  const isTold = needed.every((id) => passed.includes(id)) || revert?.culprits.some(({ sha }) => sha === revision)
  return isTold ? { repository, repoURL, commit: revision } : undefined
}
