import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import type { CommitSha, GitCommit } from '../../../domain/application/commit.ts'
import { reduce, type AppReader } from '../commit/app-commit.ts'
import type { Reduced } from '../commit/reduced.ts'
import type { OpenQuestion } from '../question/question.ts'
import { Refusal } from '../question/refusal.ts'
import { revisionsAt } from '../question/renderings.ts'
import { nameOf, type ContentQuestion } from '../question/versions.ts'
import { fitTo, type Fit, type LiveVersions } from '../syncs/sync-reader.ts'
import { SAME_COMMIT } from './good-revision.ts'
import { whyNotThere } from './rewritten.ts'

/** N's commit, and whether it only stands in for one that is not known. */
export type Good = Reduced & { goodStandsIn: boolean }

/** N's commit behind the sync that brought it. @throws Refusal P6, P7; KedgeError E_GIT_* */
export async function readTold(
  reader: OpenQuestion,
  { bad, head }: { bad: Reduced; head: CommitSha },
  goodApplied: AppliedRevision,
): Promise<Good> {
  const good = await reduce(reader, goodApplied)
  if (good?.commit.sha === bad.commit.sha) throw new Refusal('P7', SAME_COMMIT)
  if (!good || !(await reader.repository.isAncestor(good.commit.sha, bad.commit.sha))) {
    const isNewer = good && (await reader.repository.isAncestor(good.commit.sha, head))
    const why = isNewer ? 'it is newer' : good ? whyNotThere(reader, good.commit.sha) : 'it is not in the repository'
    throw new Refusal('P6', `what was synced for the version before is not on the way to the commit that failed: ${why}.`)
  }
  return { ...good, goodStandsIn: false }
}

/** A release has rarely more commits of its own app before it that were never synced. */
const MOST_COMMITS = 20

/**
 * The newest commit on the way to N+1 that renders N, where neither the ledger nor the sync history reaches back to what brought it. It has
 * to have made N itself: one that changes no template may have come along with either version, and would stay or go back by chance.
 * @throws Refusal P6; KedgeError E_GIT_*, E_RENDERER_UNREACHABLE
 */
export async function findStandIn(question: ContentQuestion & AppReader, bad: Reduced, live: LiveVersions): Promise<Good> {
  let before = await commitBefore(question, bad, bad.commit)
  for (let looked = 0; before && looked < MOST_COMMITS; looked += 1) {
    const commit = before
    before = await commitBefore(question, bad, commit)
    if (!isN(await fitAt(question, commit, live), false)) continue
    if (before && isN(await fitAt(question, before, live), true))
      throw new Refusal('P6', `${UNKNOWN_SYNC}, and ${nameOf(commit)}, which changes no template, may have come along with either version.`)
    return { commit, inputs: bad.inputs, goodStandsIn: true }
  }
  throw new Refusal(
    'P6',
    'no commit on the way to N+1 renders what the version before runs: it was made by hand, or by another spec of the Application.',
  )
}

const UNKNOWN_SYNC =
  'the commit that made the version before is not known for certain: neither the ledger nor the sync history reaches back to its sync'

async function commitBefore({ repository }: AppReader, { inputs }: Reduced, { parents }: GitCommit): Promise<GitCommit | undefined> {
  const [parent] = parents
  return parent && repository.newestTouching(parent, inputs)
}

/** Which version a commit renders; undefined where the Rollout is not there. @throws Refusal P6; KedgeError E_RENDERER_UNREACHABLE */
async function fitAt(
  { application, source, renderings, release }: ContentQuestion & AppReader,
  { sha }: GitCommit,
  live: LiveVersions,
): Promise<Fit | undefined> {
  const rendered = await renderings.at(revisionsAt(application, source, { commit: sha, applied: release.applied }))
  const told = rendered.result === 'rendered' ? fitTo(live, rendered.rollout.template) : { unknown: rendered.detail }
  if (!('unknown' in told)) return told.fit
  if (rendered.result === 'unknown' && rendered.why === 'absent') return undefined
  throw new Refusal('P6', `what ${sha.slice(0, 12)} made cannot be told: ${told.unknown}`)
}

function isN(fit: Fit | undefined, loosely: boolean): boolean {
  return fit?.of === 'before' && (loosely || !fit.reordered)
}
