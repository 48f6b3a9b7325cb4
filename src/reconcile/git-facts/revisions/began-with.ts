import { canHaveMade, plain, syncsUnderWay, type AppliedSync } from '../../../domain/application/applied.ts'
import { sameRevisions } from '../../../domain/application/mapping.ts'
import { reduce } from '../commit/app-commit.ts'
import type { Reduced } from '../commit/reduced.ts'
import type { OpenQuestion, SourceQuestion } from '../question/question.ts'
import { Refusal } from '../question/refusal.ts'
import type { Difference } from '../syncs/by-difference.ts'
import { mayBeBad } from '../syncs/by-files.ts'
import { hadOtherSteps } from '../syncs/other-steps.ts'
import type { Passed } from './good-revision.ts'

/** N's newest sync before N+1's, with all that are known. */
export async function syncOf(
  question: OpenQuestion,
  good: Reduced,
): Promise<{ sync: AppliedSync | undefined; syncs: readonly AppliedSync[] }> {
  const { application, release } = question
  const syncs = syncsUnderWay(application, { namespace: release.namespace, name: release.rollout })
  const began = syncs.findIndex((sync) => sameRevisions(sync.revisions, release.applied?.revisions ?? []))
  for (const sync of syncs.slice(began + 1)) if ((await reduce(question, sync))?.commit.sha === good.commit.sha) return { sync, syncs }
  return { sync: undefined, syncs }
}

/** Of what was synced after N and before N+1's commit, the oldest that all of N+1 came with began it already. @throws Refusal P4 */
export async function beganWith(
  question: OpenQuestion,
  { good, bad, difference }: { good: Reduced & { passedBy: readonly Passed[] }; bad: Reduced; difference: Difference | undefined },
): Promise<Passed | undefined> {
  // Other steps began it anew.
  if (!question.release.byTemplate) return undefined
  const isOf = async (passed: Passed): Promise<boolean> => difference?.isBetween(good, passed) ?? mayBeBad(question, passed, good)
  let oldest: Passed | undefined
  for (const passed of good.passedBy) if (await isOf(passed)) oldest = passed
  // Where N is known otherwise than by the history, nobody has looked at what is there since: in a row, as Git may have asked for N again.
  // What has run before leaves no mark of when it came back.
  const isNew = question.failing?.formerRevisions.length === 0
  const row = difference && isNew && good.passedBy.length === 0 ? await syncedBetween(question, good, bad) : []
  for (const synced of row) {
    if (!(await isOf(synced))) break
    oldest = synced
  }
  if (oldest && hadOtherSteps(question, [oldest.applied])) return undefined
  if (oldest && difference && !(await difference.isLike('last', [good, oldest, bad])))
    throw new Refusal('P4', 'which of the commits that were synced made N+1 is not known: the later changes what the earlier did.')
  return oldest
}

function beganAnother({ release, others }: SourceQuestion, { revisions }: AppliedSync): boolean {
  return others.some(({ key, applied }) => key !== release.key && applied !== null && sameRevisions(applied.revisions, revisions))
}

/** What was synced after N and before N+1's commit, newest first, as far as it is known. */
async function syncedBetween(question: OpenQuestion, good: Reduced, bad: Reduced): Promise<readonly Passed[]> {
  const { release, repository, failing } = question
  const { syncs } = await syncOf(question, good)
  const began = syncs.findIndex((sync) => sameRevisions(sync.revisions, release.applied?.revisions ?? []))
  const found: Passed[] = []
  for (const sync of began < 0 ? [] : syncs.slice(began + 1)) {
    const reduced = await reduce(question, sync)
    if (reduced?.commit.sha === bad.commit.sha) continue
    if (!reduced || reduced.commit.sha === good.commit.sha || beganAnother(question, sync)) break
    if (!failing || !canHaveMade(sync, failing)) break
    const { sha } = reduced.commit
    if (!(await repository.isAncestor(good.commit.sha, sha)) || !(await repository.isAncestor(sha, bad.commit.sha))) break
    found.push({ ...reduced, applied: plain(sync) })
  }
  return found
}
