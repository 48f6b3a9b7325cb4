import type { AppliedSync } from '../../domain/application/applied.ts'
import { asCommitSha } from '../../domain/application/commit.ts'
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
}

/**
 * Whether N is back by hand: something else ran since it had left, Git asked for something else after the sync that is taken for N's, and
 * no sync brought N back. What ran in between and failed is no reason: then N came back because of that.
 */
export function isByHand({ replicaSets, stable, failing, release, others, broughtAt }: StayQuestion): boolean {
  const { between, complete } = ranSinceFormerStay(replicaSets, stable)
  const isExcused = (set: ReplicaSetSnapshot): boolean =>
    set.podTemplateHash === failing?.podTemplateHash ||
    hasOnlyFailed(set.podTemplateHash, [release, ...others]) ||
    (broughtAt !== undefined && set.formerRevisions.length === 0 && set.createdAt <= broughtAt)
  return !complete || !between.every(isExcused)
}

function hasOnlyFailed(podTemplateHash: string, releases: readonly Release[]): boolean {
  const own = releases.filter((release) => release.podTemplateHash === podTemplateHash)
  return own.some(hasFailed) && own.every((release) => release.outcome !== 'promoted' && release.cause !== 'undone')
}

/** Whether Argo CD went back in Git for a sync: what it synced just before was a later commit. */
export async function wasRolledBack({ repository, source }: AppReader, sync: AppliedSync, older: readonly AppliedSync[]): Promise<boolean> {
  const revision = asCommitSha(sync.revisions[source.index])
  const before = older
    .slice(older.indexOf(sync) + 1)
    .map((one) => asCommitSha(one.revisions[source.index]))
    .find((one) => one !== revision)
  if (!revision || !before) return false
  if (!(await repository.has(revision)) || !(await repository.has(before))) return false
  return repository.isAncestor(revision, before)
}
