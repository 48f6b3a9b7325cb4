import { canHaveMade, plain, syncsUnderWay, type AppliedSync } from '../../domain/application/applied.ts'
import { sameRevisions } from '../../domain/application/mapping.ts'
import { reduce, type AppReader } from './app-commit.ts'
import { readDifference, type Difference } from './by-difference.ts'
import type { Reduced } from './good-revision.ts'
import type { SourceQuestion } from './question.ts'
import { Refusal } from './refusal.ts'
import type { Told } from './told-by-content.ts'

/**
 * The sync that began N+1, by what the two versions differ in: of the syncs that began before its ReplicaSet appeared, the newest in a row
 * with which all of that had come about since N, and of these the oldest. Undefined where that says nothing, or nothing new.
 * @throws Refusal P4; KedgeError E_GIT_*, E_CLUSTER_*
 */
export async function tellByDifference(question: SourceQuestion, single: AppReader | undefined): Promise<Told['brought'] | undefined> {
  const { release, failing } = question
  const { goodApplied } = release
  const isTold = release.goodRevision !== null || !release.byTemplate
  // One that was there before leaves no mark of when it came back.
  if (!single || isTold || !goodApplied || !failing || failing.formerRevisions.length > 0) return undefined
  const difference = await readDifference({ ...question, ...single })
  const good = difference && (await reduce(single, goodApplied))
  const began = good && (await findBeginning(question, single, { difference, good, appearedAt: failing.createdAt }))
  if (!began || !canHaveMade(began, failing)) return undefined
  const isNews = !release.applied || !sameRevisions(release.applied.revisions, began.revisions)
  return isNews ? { applied: plain(began), goodApplied } : undefined
}

async function findBeginning(
  { application, release }: SourceQuestion,
  single: AppReader,
  { difference, good, appearedAt }: { difference: Difference; good: Reduced; appearedAt: number },
): Promise<AppliedSync | undefined> {
  let began: { sync: AppliedSync; reduced: Reduced } | undefined
  for (const sync of syncsUnderWay(application, { namespace: release.namespace, name: release.rollout })) {
    if ((sync.startedAt ?? Infinity) > appearedAt) continue
    const reduced = await reduce(single, sync)
    if (!reduced) return undefined
    const isAfter = await single.repository.isAncestor(good.commit.sha, reduced.commit.sha)
    if (isAfter && (await difference.isBetween(good, reduced))) {
      const isOther = began && began.reduced.commit.sha !== reduced.commit.sha
      if (isOther && began && !(await difference.isLike('last', [good, reduced, began.reduced]))) throw new Refusal('P4', UNCLEAR)
      began = { sync, reduced }
    } else if (began) break
  }
  return began?.sync
}

const UNCLEAR = 'which of the commits that were synced made N+1 is not known: the later changes what the earlier did.'
