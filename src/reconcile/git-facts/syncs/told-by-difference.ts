import { canHaveMade, plain, syncsUnderWay, type AppliedSync } from '../../../domain/application/applied.ts'
import { sameRevisions } from '../../../domain/application/mapping.ts'
import { firstFailedAt } from '../../../domain/release/beginning.ts'
import { reduce, type AppReader } from '../commit/app-commit.ts'
import type { Reduced } from '../commit/reduced.ts'
import type { OpenQuestion, SourceQuestion } from '../question/question.ts'
import { Refusal } from '../question/refusal.ts'
import { readDifference, type Difference } from './by-difference.ts'
import type { Told } from './told-by-content.ts'

/**
 * The sync that began N+1, by what the two versions differ in: of the syncs that began before its ReplicaSet appeared, the newest in a row
 * with which all of that had come about since N, and of these the oldest. Undefined where that says nothing, or nothing new.
 * @throws Refusal P4; KedgeError E_GIT_*, E_CLUSTER_*
 */
export async function tellByDifference(question: SourceQuestion, single: OpenQuestion | undefined): Promise<Told['brought'] | undefined> {
  const { release, failing } = question
  const { goodApplied, goodRevision, byTemplate, applied } = release
  const isTold = byTemplate ? goodRevision !== null : applied !== null
  // One that was there before leaves no mark of when it came back.
  if (!single || isTold || !goodApplied || !failing || failing.formerRevisions.length > 0) return undefined
  const difference = await readDifference(single)
  const good = difference && (await reduce(single, goodApplied))
  if (!good) return undefined
  const told = byTemplate
    ? (await syncsOf(question, single, { difference, good, until: failing.createdAt })).at(-1)
    : await findAnew(question, single, { difference, good, until: firstFailedAt(release) ?? Infinity })
  if (!told || (byTemplate && !canHaveMade(told.sync, failing))) return undefined
  const isNews = !applied || !sameRevisions(applied.revisions, told.sync.revisions)
  return isNews ? { applied: plain(told.sync), goodApplied } : undefined
}

interface Since {
  difference: Difference
  good: Reduced
  /** What began later is left out, epoch ms. */
  until: number
}

interface Synced {
  sync: AppliedSync
  reduced: Reduced
}

/** The newest syncs in a row of what renders N+1, newest first: of those of one commit the first. @throws Refusal P4 */
async function syncsOf(
  { application, release }: SourceQuestion,
  single: AppReader,
  { difference, good, until }: Since,
): Promise<readonly Synced[]> {
  const found: Synced[] = []
  for (const sync of syncsUnderWay(application, { namespace: release.namespace, name: release.rollout })) {
    if ((sync.startedAt ?? Infinity) > until) continue
    const reduced = await reduce(single, sync)
    if (!reduced) return []
    const isAfter = await single.repository.isAncestor(good.commit.sha, reduced.commit.sha)
    const last = found.at(-1)
    if (isAfter && (await difference.isBetween(good, reduced))) {
      const isSame = last?.reduced.commit.sha === reduced.commit.sha
      if (last && !isSame && !(await difference.isLike('last', [good, reduced, last.reduced]))) throw new Refusal('P4', UNCLEAR)
      found.splice(isSame ? -1 : found.length, 1, { sync, reduced })
    } else if (last) break
  }
  return found
}

/**
 * The sync with which N+1 began anew, with other steps: the one that came after what made it, where there is no other. It may have begun
 * before the abort, and have waited for what comes first.
 */
async function findAnew(question: SourceQuestion, single: AppReader, since: Since): Promise<Synced | undefined> {
  const { anewSince = 0 } = question.release
  const all = await syncsOf(question, single, since)
  const [began, later] = [all.at(-1), all.at(-2)]
  if (!began || !later || all.length > 2 || (later.sync.endedAt ?? Infinity) + SECOND_MS <= anewSince) return undefined
  const { commit, inputs } = later.reduced
  // Of several commits, which one brought the steps is not known.
  const commits = await single.repository.commitsTouching(began.reduced.commit.sha, commit.sha, inputs)
  return commits.length === 1 ? later : undefined
}

/** Times are whole seconds. */
const SECOND_MS = 1_000

const UNCLEAR = 'which of the commits that were synced made N+1 is not known: the later changes what the earlier did.'
