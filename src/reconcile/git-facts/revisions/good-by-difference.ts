import { changedOutsideGit } from '../../../domain/application/applied-sources.ts'
import { pastSyncs } from '../../../domain/application/applied.ts'
import { sameRevisions } from '../../../domain/application/mapping.ts'
import type { Reduced } from '../commit/reduced.ts'
import type { Difference } from '../syncs/by-difference.ts'
import { UNKNOWN, type Answer, type GoodQuestion, type Passed } from './good-revision.ts'

type Refused = Extract<Answer, { refusal: object }>

/** One sync on the way to N+1. */
interface Step extends Passed {
  /** When it began, epoch ms. */
  startedAt: number
}

/** What was synced before N+1, as far back as to what is known to have made N. */
interface Way {
  /** Newest first; each is an own commit of the app, later than the anchor. */
  since: readonly Step[]
  /** `startedAt`: undefined where the history does not have its sync. */
  anchor: Reduced & { startedAt: number | undefined }
}

/**
 * N's commit by what the two versions differ in: the newest before N+1's since which all of that came about. What was synced after it had
 * other values than N, and never ran, or failed. Undefined where what differs stands in no file as it is. @throws KedgeError E_GIT_*
 */
export async function findByDifference(
  question: GoodQuestion,
  difference: Difference,
  remembered: Reduced | undefined,
): Promise<Answer | undefined> {
  const way = await readWay(question, remembered)
  if (!way || 'refusal' in way) return way
  const bad = { commit: question.bad, inputs: question.inputs }
  const { anchor, since } = way
  const unknown: Refused = { refusal: { check: 'P6', reason: UNKNOWN } }
  if (!(await difference.isBetween(anchor, bad))) return undefined
  for (const [index, step] of [...since, anchor].entries()) {
    if (!(await difference.isBetween(step, bad))) continue
    // It is taken for the commit of what failed, and files say that it has none of what differs from N: one of the two is wrong.
    if (question.failed.has(step.commit.sha)) return unknown
    // Git asked for it right before N+1, and N did not come back without a sync; or N came back, if it ever left, with that sync.
    if ((index > 0 || question.cameBackUnsynced) && question.isByHand(step.startedAt)) return unknown
    const isSure = step === anchor || (await difference.isLike('first', [anchor, step, bad]))
    return isSure ? { ...step, passedBy: since.slice(0, index) } : unknown
  }
  return unknown
}

async function readWay(question: GoodQuestion, remembered: Reduced | undefined): Promise<Way | Refused | undefined> {
  const { bad, isAncestor, stable } = question
  if (!stable) return undefined
  const since: Step[] = []
  let broughtAt: number | undefined
  for await (const step of stepsBefore(question)) {
    if (step === undefined || 'refusal' in step) return step
    const { sha } = step.commit
    if (sha === remembered?.commit.sha) broughtAt = step.startedAt
    // The history holds no sync that failed, so what made N may not be among what is known.
    if (remembered && (await isAncestor(sha, remembered.commit.sha))) break
    if (sha === bad.sha || sha === since.at(-1)?.commit.sha || !(await isAncestor(sha, bad.sha))) continue
    since.push(step)
    if (!remembered && step.startedAt < stable.createdAt) break
  }
  if (remembered) {
    const anchor = { ...remembered, startedAt: broughtAt }
    return (await isAncestor(remembered.commit.sha, bad.sha)) ? { since, anchor } : undefined
  }
  // Without a memory, what was synced before N's ReplicaSet appeared made it. Times are whole seconds.
  const anchor = since.at(-1)
  return anchor && anchor.startedAt <= stable.createdAt ? { since: since.slice(0, -1), anchor } : undefined
}

/** What is known to have been synced before N+1, newest first, each with its own commit; undefined where that is not known. */
async function* stepsBefore({ application, release, reduce }: GoodQuestion): AsyncGenerator<Step | Refused | undefined> {
  const { applied } = release
  if (!applied) return
  const past = pastSyncs(application, { namespace: release.namespace, name: release.rollout })
  const start = past.findIndex((sync) => sameRevisions(sync.revisions, applied.revisions))
  let newer = applied
  for (const older of past.slice(start + 1)) {
    const changed = changedOutsideGit(older, newer)
    if (changed) yield { refusal: { check: 'P7', reason: changed } }
    newer = older
    const reduced = await reduce(older)
    yield reduced && older.startedAt !== undefined ? { ...reduced, applied: older, startedAt: older.startedAt } : undefined
  }
}
