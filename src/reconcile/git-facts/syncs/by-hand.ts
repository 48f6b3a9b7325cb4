import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import type { AppliedSync } from '../../../domain/application/applied.ts'
import { asCommitSha, type CommitSha } from '../../../domain/application/commit.ts'
import { sameRevisions } from '../../../domain/application/mapping.ts'
import { hasFailed } from '../../../domain/release/attempts.ts'
import type { Release } from '../../../domain/release/release.ts'
import { replicaSetOf } from '../../../domain/rollout/serving.ts'
import type { ReplicaSetSnapshot } from '../../../domain/rollout/snapshots.ts'
import { ranSinceFormerStay } from '../../../domain/rollout/stays.ts'
import type { AppReader } from '../commit/app-commit.ts'
import type { SourceQuestion } from '../question/question.ts'

/** The clocks of Argo CD and of Kedge may differ by so much. */
const SKEW_MS = 5_000

export interface StayQuestion {
  replicaSets: readonly ReplicaSetSnapshot[]
  /** N's. */
  stable: ReplicaSetSnapshot
  /** N+1's. */
  failing: ReplicaSetSnapshot | undefined
  release: Release
  /** Other releases of this Rollout, as far as the ledger has them. */
  others: readonly Release[]
  /** When the sync began that is taken for N's, epoch milliseconds. */
  broughtAt: number | undefined
  /** When the first sync after that one began, of those that were passed by. */
  passedAt: number | undefined
  /** What was applied that renders N, as far as it is known. */
  renderN: readonly AppliedRevision[]
}

/**
 * Whether N is back by hand: something else ran since it had left, Git asked for something else after the sync that is taken for N's, and
 * no sync brought N back. What ran in between and failed over N is no reason: then N came back because of that, and is by hand if it was
 * before. What failed over another version went back to that one, and not to N.
 */
export function isByHand(question: StayQuestion): boolean {
  const { replicaSets, stable, failing, release, others, broughtAt } = question
  if (isAsAsked(question)) return false
  const { between, complete } = ranSinceFormerStay(replicaSets, stable)
  const isExcused = (set: ReplicaSetSnapshot): boolean =>
    (broughtAt !== undefined && set.formerRevisions.length === 0 && set.createdAt <= broughtAt) ||
    (!ranOverAnother(set, stable, others) &&
      (set.podTemplateHash === failing?.podTemplateHash || hasOnlyFailed(set, stable, [release, ...others])))
  if (!complete || !between.every(isExcused)) return true
  const { formerRevisions } = stable
  // What was synced since has brought N back from all of that, and a stay before says nothing.
  if (formerRevisions.length === 0 || (broughtAt !== undefined && between.every(({ createdAt }) => createdAt <= broughtAt))) return false
  const before = Math.max(...formerRevisions)
  return isByHand({
    ...question,
    stable: { ...stable, rolloutRevision: before, formerRevisions: formerRevisions.filter((revision) => revision !== before) },
  })
}

/** Whether a template that ran between N's two stays is known to have run over another version than N. */
function ranOverAnother(set: ReplicaSetSnapshot, stable: ReplicaSetSnapshot, releases: readonly Release[]): boolean {
  const between = releases.filter(isBetweenStays(stable))
  return between.some((one) => one.podTemplateHash === set.podTemplateHash && one.stableHash !== stable.podTemplateHash)
}

/**
 * Whether the ledger knows that N came back while Git asked for it: by Argo CD's word, N's own release of this stay began with what renders
 * N; or it began before anything else was synced; or a new template that failed over this very stay was told by rendering to have N from
 * there. (One that had run before may itself be what N was brought back from.)
 */
function isAsAsked(question: StayQuestion): boolean {
  const { stable, others, replicaSets, renderN, passedAt } = question
  const { rolloutRevision: now = Infinity } = stable
  const isIt = (one: AppliedRevision | null): boolean => renderN.some((other) => sameRevisions(other.revisions, one?.revisions ?? []))
  const isNew = (hash: string | null): boolean => replicaSetOf(replicaSets, hash)?.formerRevisions.length === 0
  return others.some((other) => {
    if (other.podTemplateHash === stable.podTemplateHash) {
      const isOwn = other.rolloutRevision === now
      const isByWord = (other.told ?? 'by-clocks') === 'by-clocks' && isIt(other.applied)
      return isOwn && ((isByWord && !isOfBefore(question, other)) || (passedAt !== undefined && other.startedAt + SKEW_MS <= passedAt))
    }
    const isSameStay = other.stableHash === stable.podTemplateHash && other.rolloutRevision > now
    return isSameStay && isNew(other.podTemplateHash) && other.told === 'by-rendering' && isIt(other.goodApplied)
  })
}

/**
 * Whether what N's own release is said to have begun with was synced before what N was brought back from had begun, by another sync. That
 * one failed, and is in no history any more: what the history ends with since is old, and no word of Argo CD's that Git asks for N.
 */
function isOfBefore({ stable, others, broughtAt = Infinity }: StayQuestion, { applied, rolloutRevision }: Release): boolean {
  const since = Math.max(...stable.formerRevisions)
  const between = others.filter((other) => other.rolloutRevision > since && other.rolloutRevision < rolloutRevision)
  return between.some(
    (other) => other.applied && !sameRevisions(other.applied.revisions, applied?.revisions ?? []) && broughtAt + SKEW_MS < other.startedAt,
  )
}

/**
 * Whether N came back, with no sync that is known for that, from a version that was undone, or that no sync brought and that made it; or
 * from one that the ledger has not seen, while Argo CD was not seen either to find N as Git asks. To go back from that by hand shows no
 * wish of Git's: it may ask for something newer by then, which is not synced yet.
 */
export function cameBackUnsynced({ stable, others, seenAsAsked }: Pick<SourceQuestion, 'stable' | 'others' | 'seenAsAsked'>): boolean {
  const { podTemplateHash, rolloutRevision: now = -Infinity, formerRevisions = [] } = stable ?? {}
  const since = Math.max(...formerRevisions)
  const own = others.find((other) => other.podTemplateHash === podTemplateHash && other.rolloutRevision === now)
  if (own && own.applied !== null) return false
  const between = others.filter(({ rolloutRevision }) => rolloutRevision > since && rolloutRevision < now)
  const seen = new Set(between.map(({ rolloutRevision }) => rolloutRevision))
  const isUnseen = formerRevisions.length > 0 && !seenAsAsked && seen.size < now - since - 1
  return isUnseen || between.some(({ applied, cause, outcome }) => cause === 'undone' || (applied === null && outcome === 'promoted'))
}

/**
 * Whether the sync that N's present stay is put down to has begun a former stay of N. Self-heal may have applied it again, or nothing
 * brought N back: where nothing renders, that is not known.
 */
export function broughtByFormerSync({ stable, others }: Pick<SourceQuestion, 'stable' | 'others'>): boolean {
  const own = others.filter(({ podTemplateHash }) => podTemplateHash === stable?.podTemplateHash)
  const brought = own.find(({ rolloutRevision }) => rolloutRevision === stable?.rolloutRevision)
  if (!brought?.applied) return false
  const { revisions } = brought.applied
  return own.some((one) => one.rolloutRevision < brought.rolloutRevision && sameRevisions(one.applied?.revisions ?? [], revisions))
}

/** That it has failed another time says nothing where it was undone between N's two stays before it could fail. */
function hasOnlyFailed({ podTemplateHash }: ReplicaSetSnapshot, stable: ReplicaSetSnapshot, releases: readonly Release[]): boolean {
  const own = releases.filter((release) => release.podTemplateHash === podTemplateHash)
  const between = own.filter(isBetweenStays(stable))
  const hasRunWell = own.some(({ outcome, cause }) => outcome === 'promoted' || cause === 'undone')
  return !hasRunWell && own.some(hasFailed) && between.every(hasFailed)
}

/** Whether a release began between N's present stay and the one before it. */
function isBetweenStays({ formerRevisions, rolloutRevision: now = Infinity }: ReplicaSetSnapshot): (release: Release) => boolean {
  const since = Math.max(...formerRevisions)
  return (release) => release.rolloutRevision > since && release.rolloutRevision < now
}

/**
 * Where Argo CD went back in Git for a sync: what it had synced just before, which was a later commit. Where N+1 does not come after that
 * either, the branch itself went back, and Git asks for neither.
 */
export async function rolledBackFrom(
  { repository, source }: AppReader,
  { sync, failed }: { sync: AppliedSync; failed: AppliedRevision | null },
  older: readonly AppliedSync[],
): Promise<AppliedSync | undefined> {
  const revisionOf = (one: AppliedSync): CommitSha | undefined => asCommitSha(one.revisions[source.index])
  const revision = revisionOf(sync)
  const from = older.slice(older.indexOf(sync) + 1).find((one) => revisionOf(one) !== revision)
  const before = from && revisionOf(from)
  if (!revision || !before) return undefined
  if (!(await repository.has(revision)) || !(await repository.has(before))) return undefined
  if (!(await repository.isAncestor(revision, before))) return undefined
  const after = asCommitSha(failed?.revisions[source.index])
  const isTakenOff = after !== undefined && (await repository.has(after)) && !(await repository.isAncestor(before, after))
  return isTakenOff && (await repository.isAncestor(revision, after)) ? undefined : from
}
