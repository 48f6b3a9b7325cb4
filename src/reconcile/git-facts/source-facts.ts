import { type CommitSha, exactly, type GitCommit } from '../../domain/application/commit.ts'
import type { GitSource } from '../../domain/application/inputs.ts'
import type { SourceFacts } from '../../domain/decision/facts.ts'
import type { Release } from '../../domain/release/release.ts'
import { chooseSource, onlySource } from './commit/choose-source.ts'
import { withoutAdded } from './culprits/added-since.ts'
import { readChanges, type Changes, type Since } from './culprits/changes.ts'
import { imageCommits } from './culprits/image-commits.ts'
import { weighLater } from './culprits/later-commits.ts'
import { withoutOthersCommits } from './culprits/own-commits.ts'
import { settleCandidates } from './culprits/worked-out.ts'
import { putTogether, type Note } from './question/put-together.ts'
import { asBegun, asOnBranch, openAt, type Brought, type OpenQuestion, type SourceQuestion } from './question/question.ts'
import { revisionsAt } from './question/renderings.ts'
import { refuseInnocent, refuseOlder, renderAt, type Versions } from './question/versions.ts'
import { backToOlder, type OlderQuestion } from './restore/older-states.ts'
import { readRestore } from './restore/restore-facts.ts'
import { openBranch, type OpenBranch } from './revisions/open-branch.ts'
import { readRevisions, settledFacts, type Branch, type Revisions } from './revisions/revisions.ts'
import { readRewritten } from './revisions/rewritten.ts'
import { toldLater } from './syncs/by-files.ts'
import { syncsBeside } from './syncs/syncs-beside.ts'
import { isTold, tellByContent, type Told } from './syncs/told-by-content.ts'
import { tellByDifference } from './syncs/told-by-difference.ts'
import { refuseSelective } from './syncs/unapplied.ts'

/**
 * Asks Git everything that the decision needs about a failed release, as far as it can be answered: branch, N+1's commit, N's commit,
 * the culprits between them, later commits, what a restore would change, and its proof.
 * @throws KedgeError E_GIT_*, E_REPOSITORY_NOT_ALLOWED for faults; what Git cannot answer comes back as `refusal`
 */
export function gatherSource(question: SourceQuestion): Promise<SourceFacts> {
  return putTogether(question, async (note) => {
    const only = await onlySource(question)
    renderAhead(question, only)
    const early = only && (await openBranch(question, only, note))
    // The question, as it is put from then on: about the release as it has begun, to the repository that changed.
    const { told, brought } = await tellBeginning(question, early?.opened)
    const { asked, branch, since } = await askOfBranch(asBegun(question, brought), early, note)
    const isRendered = told !== undefined || isTold(asked.release)
    // N+1's commit and N's, what lies between them, and what has come since.
    const revisions = await tellRevisions(asked, branch.head, { told, brought, isRendered, note })
    const changes = await readChanges(asked, revisions, since)
    note('changes', changes)
    note('revisions', settledFacts(revisions, madeBy(revisions, changes)))
    const weighed = await weighLater(asked, { revisions, changes, since, isRendered })
    note('weighed', weighed.facts)
    const { versions } = weighed
    if (versions) await weighCulprits(asked, { changes, versions, isRendered, note })
    // What a revert would be, and its proof.
    note('restore', await readRestore(asked, { branch, revisions, changes, weighed }))
  })
}

/** A server has to fetch a commit that it has not seen: the one that was pushed is asked for while Git is. The answer waits. */
function renderAhead({ pushed, application, release, renderings }: SourceQuestion, only: GitSource | undefined): void {
  if (!pushed || !only) return
  void renderings.at(revisionsAt(application, only, { commit: pushed, applied: release.applied })).catch(() => undefined)
}

/** What more is known by now of the syncs that brought the two versions; `told`: by what they render. */
interface Beginning {
  readonly told: Told | undefined
  readonly brought: Brought | undefined
}

/** By rendering, else by what the versions differ in, else by the age of syncs. @throws Refusal P4, P6, P7; KedgeError */
async function tellBeginning(question: SourceQuestion, single: OpenQuestion | undefined): Promise<Beginning> {
  const told = await tellByContent(question, single)
  if (told) return { told, brought: told.brought }
  return { told, brought: (await tellByDifference(question, single)) ?? (await toldLater(question, single)) }
}

/** The question as it is put to the one repository that changed, and up to where its branch is read. */
interface OfBranch {
  readonly asked: OpenQuestion
  readonly branch: Branch
  readonly since: Since
}

/**
 * Which repository and branch it is, and what stands there in the place of N+1's commits, if it was pushed by force. `early`: the only
 * repository there is, where it is open already. @throws Refusal P3, P4, P6, P7; KedgeError E_GIT_*
 */
async function askOfBranch(begun: SourceQuestion, early: OpenBranch | undefined, note: Note): Promise<OfBranch> {
  note('syncs', { syncsBeside: await syncsBeside(begun) })
  const { source, laterElsewhere } = await chooseSource(begun)
  const { opened, branch } = early ?? (await openBranch(begun, source, note))
  const question = openAt(begun, source, opened.repository)
  const { dropped, applied } = await readRewritten(question, branch.head)
  note('rewritten', { dropped })
  return { asked: asOnBranch(question, applied), branch, since: { head: branch.head, laterElsewhere } }
}

/** N+1's commit and N's, and what of what lies between them goes back. @throws Refusal P4, P6, P7; KedgeError E_GIT_*, E_RENDERER_* */
async function tellRevisions(
  question: OpenQuestion,
  head: CommitSha,
  { told, brought, isRendered, note }: Beginning & { readonly isRendered: boolean; readonly note: Note },
): Promise<Revisions> {
  const found = await readRevisions(question, head, told)
  note('revisions', found)
  const own = await withoutOthersCommits(question, found, isRendered)
  note('revisions', own)
  const settled = await settleCandidates(question, own, isRendered)
  const revisions = isRendered ? settled : await withoutAdded(question, settled, head)
  const applied = revisions.beganWith ?? brought?.applied
  const goodApplied = question.release.goodApplied
  if (applied) note('brought', { brought: { applied, goodApplied, told: howTold(told, revisions) } })
  return revisions
}

function howTold(told: Told | undefined, { goodStandsIn }: Revisions): NonNullable<Release['told']> {
  if (!told) return 'by-clocks'
  return goodStandsIn ? 'stands-in' : 'by-rendering'
}

/** N+1's commit may be one of another Rollout's own, which stays and is nobody's fault. */
function madeBy({ revision }: Revisions, { culprits, leftOut }: Changes): GitCommit {
  const isLeftOut = leftOut.commits.some(({ sha }) => sha === revision.sha)
  return (isLeftOut ? culprits.at(-1) : undefined) ?? revision
}

/** What the commits between the two versions did, and that no older one is to blame. @throws Refusal P6, P7; KedgeError */
async function weighCulprits(
  question: OpenQuestion,
  { changes, versions, isRendered, note }: { changes: Changes; versions: Versions; isRendered: boolean; note: Note },
): Promise<void> {
  const { culprits, paths } = changes
  const { repository, others, release } = question
  const files = exactly(paths)
  const templateAt = templatesOf(question, versions)
  note('older', await backToOlder(repository, { commits: culprits, files, others, release, templateAt }))
  note('images', { imageCommits: await imageCommits(repository, { commits: culprits, files, others, release }) })
  refuseSelective(question, culprits)
  await refuseOlder(question, versions, culprits)
  if (!isRendered) await refuseInnocent(question, versions, culprits)
}

function templatesOf(question: OpenQuestion, { by }: Versions): OlderQuestion['templateAt'] {
  if (by === 'files') return undefined
  return async (commit) => {
    const told = await renderAt(question, commit, question.release.applied)
    return told.result === 'rendered' ? told.rollout.template : undefined
  }
}
