import type { AppliedRevision } from '../../domain/application/applied-revision.ts'
import type { CommitSha } from '../../domain/application/commit.ts'
import { reduce, type AppReader } from './app-commit.ts'
import { SAME_COMMIT, type Reduced } from './good-revision.ts'
import type { SourceQuestion } from './question.ts'
import { Refusal } from './refusal.ts'
import { revisionsAt } from './renderings.ts'
import { whyNotThere } from './rewritten.ts'
import { fitTo, type LiveVersions } from './sync-reader.ts'
import type { ContentQuestion } from './versions.ts'

/** N's commit, and whether it only stands in for one that is not known. */
export type Good = Reduced & { goodStandsIn: boolean }

/** N's commit behind the sync that brought it. @throws Refusal P6, P7; KedgeError E_GIT_* */
export async function readTold(
  reader: SourceQuestion & AppReader,
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
 * The newest commit on the way to N+1 that renders N, where neither the ledger nor the sync history reaches back to what brought it.
 * @throws Refusal P6; KedgeError E_GIT_*, E_RENDERER_UNREACHABLE
 */
export async function findStandIn(question: ContentQuestion & AppReader, bad: Reduced, live: LiveVersions): Promise<Good> {
  const { repository, application, source, renderings, release } = question
  let { commit } = bad
  for (let looked = 0; looked < MOST_COMMITS; looked += 1) {
    const [parent] = commit.parents
    const before = parent && (await repository.newestTouching(parent, bad.inputs))
    if (!before) break
    commit = before
    const rendered = await renderings.at(revisionsAt(application, source, { commit: commit.sha, applied: release.applied }))
    if (rendered.result === 'unknown') {
      if (rendered.why === 'absent') continue
      throw new Refusal('P6', `what ${commit.sha.slice(0, 12)} made cannot be told: ${rendered.detail}`)
    }
    const told = fitTo(live, rendered.rollout.template)
    if ('unknown' in told) throw new Refusal('P6', `what ${commit.sha.slice(0, 12)} made cannot be told: ${told.unknown}`)
    if (told.fit.of === 'before' && !told.fit.reordered) return { commit, inputs: bad.inputs, goodStandsIn: true }
  }
  throw new Refusal(
    'P6',
    'no commit on the way to N+1 renders what the version before runs: it was made by hand, or by another spec of the Application.',
  )
}
