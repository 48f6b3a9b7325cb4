import type { AppliedRevision } from '../../domain/application/applied-revision.ts'
import type { AppliedSync } from '../../domain/application/applied.ts'
import { asCommitSha, type CommitSha } from '../../domain/application/commit.ts'
import { sameRevisions } from '../../domain/application/mapping.ts'
import { hasFailed } from '../../domain/release/attempts.ts'
import type { Release } from '../../domain/release/release.ts'
import type { ReplicaSetSnapshot } from '../../domain/rollout/snapshots.ts'
import { ranSinceFormerStay } from '../../domain/rollout/stays.ts'
import type { AppReader } from './app-commit.ts'

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
  /** What was applied that renders N, as far as it is known. */
  renderN: readonly AppliedRevision[]
}

/**
 * Whether N is back by hand: something else ran since it had left, Git asked for something else after the sync that is taken for N's, and
 * no sync brought N back. What ran in between and failed is no reason: then N came back because of that.
 */
export function isByHand(question: StayQuestion): boolean {
  const { replicaSets, stable, failing, release, others, broughtAt } = question
  if (isAsAsked(question)) return false
  const { between, complete } = ranSinceFormerStay(replicaSets, stable)
  const isExcused = (set: ReplicaSetSnapshot): boolean =>
    set.podTemplateHash === failing?.podTemplateHash ||
    hasOnlyFailed(set.podTemplateHash, [release, ...others]) ||
    (broughtAt !== undefined && set.formerRevisions.length === 0 && set.createdAt <= broughtAt)
  return !complete || !between.every(isExcused)
}

/**
 * Whether the ledger has seen N come back while what renders it was the newest that was applied: N's own release of this stay began with
 * it, or another one that failed over this stay was told by rendering to have N from it.
 */
function isAsAsked({ stable, others, renderN }: StayQuestion): boolean {
  const isIt = (one: AppliedRevision | null): boolean => renderN.some((other) => sameRevisions(other.revisions, one?.revisions ?? []))
  return others.some(({ applied, goodApplied, podTemplateHash, rolloutRevision, stableHash, told }) => {
    if (podTemplateHash === stable.podTemplateHash) return rolloutRevision === stable.rolloutRevision && isIt(applied)
    const isSameStay = stableHash === stable.podTemplateHash && rolloutRevision > (stable.rolloutRevision ?? Infinity)
    return isSameStay && told === 'by-rendering' && isIt(goodApplied)
  })
}

function hasOnlyFailed(podTemplateHash: string, releases: readonly Release[]): boolean {
  const own = releases.filter((release) => release.podTemplateHash === podTemplateHash)
  return own.some(hasFailed) && own.every((release) => release.outcome !== 'promoted' && release.cause !== 'undone')
}

/** Where Argo CD went back in Git for a sync: what it had synced just before, which was a later commit. */
export async function rolledBackFrom(
  { repository, source }: AppReader,
  sync: AppliedSync,
  older: readonly AppliedSync[],
): Promise<AppliedSync | undefined> {
  const revisionOf = (one: AppliedSync): CommitSha | undefined => asCommitSha(one.revisions[source.index])
  const revision = revisionOf(sync)
  const from = older.slice(older.indexOf(sync) + 1).find((one) => revisionOf(one) !== revision)
  const before = from && revisionOf(from)
  if (!revision || !before) return undefined
  if (!(await repository.has(revision)) || !(await repository.has(before))) return undefined
  return (await repository.isAncestor(revision, before)) ? from : undefined
}
