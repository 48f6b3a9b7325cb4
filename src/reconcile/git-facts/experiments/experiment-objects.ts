import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import { asCommitSha, type CommitSha } from '../../../domain/application/commit.ts'
import type { GitSource } from '../../../domain/application/inputs.ts'
import { isUnanswered, notRendered, type RenderedDigest } from '../../../domain/application/rendered.ts'
import type { CheckId } from '../../../domain/decision/check.ts'
import { experimentNamed } from '../../../domain/experiment/name.ts'
import { broughtBy, changedBeside, type References, type Whole } from '../../../domain/experiment/own-objects.ts'
import { digestOf } from '../beside/sharing.ts'
import type { SourceQuestion } from '../question/question.ts'
import { Refusal } from '../question/refusal.ts'
import { insistOnAnswer, LEFT_TO_FILES } from '../question/renderings.ts'

type Question = Pick<SourceQuestion, 'renderer' | 'application' | 'release' | 'isLate'> & { source: GitSource }

/**
 * All that the Application renders at a commit. What has had no answer for two minutes is not found: what was pushed is taken back then.
 * @throws KedgeError E_RENDERER_* where there is no answer yet
 */
export async function renderWhole(question: Question, at: CommitSha, isUnpublished = false): Promise<RenderedDigest> {
  const { applied } = question.release
  const told = await digestOf(question, question, { at, isUnpublished, applied, insistsOnAccess: true })
  const isGivenUp = question.isLate && told.result === 'unknown' && isUnanswered(told.why)
  return isGivenUp ? notRendered('unfetched', told.detail) : insistOnAnswer(told)
}

/** What is rendered, object by object. */
export interface Rendered {
  readonly whole: Whole
  readonly refers: References
}

/** Each whole object of an answer. @throws Refusal of that check where it is not told, or not all of it */
export function insistOnWhole(told: RenderedDigest, check: CheckId): Rendered {
  if (told.result === 'unknown') {
    if (LEFT_TO_FILES.has(told.why)) throw new Refusal('P10', `nobody renders it, and files prove nothing of an Experiment. ${told.detail}`)
    throw new Refusal(check, `what is rendered there is not known. ${told.detail}`)
  }
  if (told.hides) throw new Refusal('P10', HIDDEN)
  if (!told.whole) throw new Refusal('P10', 'who renders does not tell the objects apart, by their names.')
  return { whole: told.whole, refers: told.templates ?? new Map() }
}

const HIDDEN = 'the Application holds Secrets, whose values who renders shows nobody: they may have changed, too.'

/** What a sync brought with an Experiment, its id first, and all that was rendered before it and since. */
export interface OwnObjects {
  readonly ids: readonly string[]
  readonly good: Whole
  readonly left: Whole
}

/**
 * Holds all that was rendered for the two syncs against each other: an Experiment, and AnalysisTemplates that came with it, have to be all
 * that differs. The Application's own commits behind them, which the revert is made of, have to render the very same.
 * @throws Refusal P4, P6, P7, P10; KedgeError E_RENDERER_*
 */
export async function readOwnObjects(question: Question, commits: Record<'good' | 'left', CommitSha>): Promise<OwnObjects> {
  const { namespace, rollout } = question.release
  const { whole: left, refers } = await renderSynced(question, { applied: question.release.applied, commit: commits.left, check: 'P4' })
  const { whole: good } = await renderSynced(question, { applied: question.release.goodApplied, commit: commits.good, check: 'P6' })
  const destination = question.application.destinationNamespace
  const found = broughtBy({ good, left, refers }, { namespace, name: experimentNamed(rollout) ?? '', destination })
  if ('ids' in found) return { ids: found.ids, good, left }
  if (found.why === 'absent') throw new Refusal('P4', `${commits.left.slice(0, 12)} ${found.words}.`)
  throw new Refusal('P7', `${found.words}.`)
}

interface Synced {
  applied: AppliedRevision | null
  /** The Application's own commit behind it. */
  commit: CommitSha
  check: CheckId
}

/** What a sync was of may hold more that is rendered than what is known to be read. @throws Refusal of that check; P10 */
async function renderSynced(question: Question, { applied, commit, check }: Synced): Promise<Rendered> {
  const synced = asCommitSha(applied?.revisions[question.source.index])
  if (!synced) throw new Refusal(check, 'what was synced is no commit.')
  const [told, toldOfOwn] = [await renderWhole(question, synced), await renderWhole(question, commit)]
  const [whole, own] = [insistOnWhole(told, check), insistOnWhole(toldOfOwn, check)]
  const more = changedBeside([], own.whole, whole.whole)
  if (more === undefined) return whole
  throw new Refusal(check, `the ${more} is rendered otherwise at ${synced.slice(0, 12)}, which was synced, than at ${commit.slice(0, 12)}.`)
}
