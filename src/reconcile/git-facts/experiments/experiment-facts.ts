import { exactly } from '../../../domain/application/commit.ts'
import type { RenderedDigest } from '../../../domain/application/rendered.ts'
import type { SourceFacts } from '../../../domain/decision/facts.ts'
import { areAlike, changedBeside, mayNeed, type Whole } from '../../../domain/experiment/own-objects.ts'
import { revertBranch } from '../../../domain/revert/keys.ts'
import { planRevert } from '../../../domain/revert/plan.ts'
import { rolloutName } from '../../../domain/words/wording.ts'
import { findSharing, namesOf } from '../beside/sharing.ts'
import { onlySource } from '../commit/choose-source.ts'
import { readChanges, type Changes } from '../culprits/changes.ts'
import { NOT_FOUND, proveCommit, RENDERED, type RevertContent } from '../question/prove-commit.ts'
import { putTogether, type RestoreFacts, type WeighedFacts } from '../question/put-together.ts'
import type { OpenQuestion, SourceQuestion } from '../question/question.ts'
import { Refusal } from '../question/refusal.ts'
import { LEFT_TO_FILES } from '../question/renderings.ts'
import { backToOlder } from '../restore/older-states.ts'
import { prove } from '../restore/prove-files.ts'
import { keyOf, refuseWith } from '../restore/restore-facts.ts'
import { withTakenBack } from '../restore/taken-back.ts'
import { openBranch } from '../revisions/open-branch.ts'
import { settledFacts, type Branch, type Revisions } from '../revisions/revisions.ts'
import { readSyncedRevisions } from '../revisions/synced-revisions.ts'
import { insistOnWhole, readOwnObjects, renderWhole, type OwnObjects } from './experiment-objects.ts'

const EXPERIMENT = {
  what: 'the Experiment',
  were: 'was',
  them: 'it',
  again: 'the sync before was of the same commit: it was made anew, and what was there before its first sync is not asked for.',
} as const

/**
 * What Git says of an Experiment outside of a Rollout that failed: its commits lie between what its sync applied and what was applied
 * before. No version stands before it, so all that is rendered has to say that nothing but the Experiment came with them, that the branch
 * asks for it still, and that the revert takes nothing else away.
 * @throws KedgeError E_GIT_*, E_RENDERER_*, E_REPOSITORY_NOT_ALLOWED for faults; what cannot be answered comes back as `refusal`
 */
export function gatherExperiment(question: SourceQuestion): Promise<SourceFacts> {
  return putTogether(question, async (note) => {
    const source = await onlySource(question)
    const { sources, hydrator } = question.application
    if (!source || sources.length > 1 || hydrator) throw new Refusal('P3', ONE_SOURCE)
    const { opened: asked, branch } = await openBranch(question, source, note)
    insistOnSyncs(question)
    const revisions = await readSyncedRevisions(asked, branch.head, EXPERIMENT)
    const { good, revision } = revisions
    note('revisions', settledFacts(revisions, revision))
    const changes = await readChanges(asked, revisions, { head: branch.head, laterElsewhere: [] })
    // Which of what came later stands in the way, only what is rendered tells.
    note('changes', { ...changes, later: [] })
    insistOnOneCommit(changes)
    const own = await readOwnObjects(asked, { good: good.sha, left: revision.sha })
    const { whole: head } = insistOnWhole(await renderWhole(asked, branch.head), 'P5')
    const weighed = weigh(own, head, changes)
    note('weighed', weighed)
    const { others, release } = question
    const files = exactly(changes.paths)
    note('older', await backToOlder(asked.repository, { commits: changes.culprits, files, others, release, templateAt: undefined }))
    note('restore', await readRestore(asked, { branch, revisions, changes, weighed, own, rendered: head }))
  })
}

const ONE_SOURCE = 'the Application reads several sources, none, or hydrated ones: an Experiment is looked for in one folder of Git alone.'

/** That nothing came between the two syncs was seen when it failed, and what was not seen then never is. @throws Refusal P4, P6 */
function insistOnSyncs({ release: { applied, goodApplied } }: SourceQuestion): void {
  if (!applied) throw new Refusal('P4', 'which sync made it is not known: none was seen to run just then, or several.')
  if (!goodApplied)
    throw new Refusal(
      'P6',
      'Kedge has not seen every sync from the one before to the one that made it, both of them to a good end: one that failed, or was of ' +
        'some resources only, may have applied a part of it.',
    )
}

/** Of several commits some may have nothing to do with it, by what is rendered or at all. @throws Refusal P7 */
function insistOnOneCommit({ culprits }: Changes): void {
  if (culprits.length > 1)
    throw new Refusal('P7', `${culprits.length} commits came with its sync: whether all of them are about the Experiment, nobody can tell.`)
}

/** What has come since: the branch asks for the Experiment as it failed, no more, or for something else. @throws Refusal P5 */
function weigh({ ids, good, left }: OwnObjects, head: Whole, { later, overtaken, restoredInGit, leftOut }: Changes): WeighedFacts {
  const nothing: WeighedFacts = { later, staying: [], restoredInGit, overtaken, byFields: [], notByFields: null, leftOut }
  if (restoredInGit || areAlike(ids, good, head)) return { ...nothing, restoredInGit: true }
  const isAsked = areAlike(ids, left, head)
  if (later.length === 0 && !isAsked) throw new Refusal('P5', 'the branch renders it otherwise by now, and no commit of it says why.')
  if (overtaken || !isAsked) return nothing
  const needs = mayNeed(ids, left, head)
  if (needs) return { ...nothing, notByFields: `the ${needs} has changed, and may need an AnalysisTemplate that came with the Experiment` }
  return { ...nothing, later: [], staying: later }
}

/** All that was found out before a restore is tried. */
interface Known {
  readonly branch: Branch
  readonly revisions: Revisions
  readonly changes: Changes
  readonly weighed: WeighedFacts
  readonly own: OwnObjects
  /** All that the branch renders. */
  readonly rendered: Whole
}

/** Tries the restore in the object store, and proves it. Nothing where there is nothing to restore. @throws Refusal P7, P10 */
async function readRestore(question: OpenQuestion, known: Known): Promise<RestoreFacts> {
  const { repository, source, release } = question
  const { baseBranch, head } = known.branch
  const { revision, good, restored } = known.revisions
  const { culprits, paths, leftOut } = known.changes
  const { later, staying, restoredInGit } = known.weighed
  const newest = culprits.at(-1)
  if (!newest || paths.length === 0) return {}
  const key = keyOf(question, { baseBranch, culprits, paths })
  const sharing = await findSharing(question, repository, { name: source.repository, baseBranch, head, paths, revision })
  const place = { revertKey: key, branch: revertBranch(newest.sha, key), untoldApplications: namesOf(sharing.untold) }
  if (restoredInGit || later.length > 0) return place
  const [shared] = namesOf(sharing.sharing)
  if (shared !== undefined) throw new Refusal('P7', `the Application ${shared} is made of the same files.`, { found: place })
  const [untold] = place.untoldApplications
  if (untold !== undefined) throw new Refusal('P7', `the Application ${untold} may be made of the same files.`, { found: place })
  const { message, date, author } = planRevert({
    culprits,
    good: good.sha,
    key,
    rollouts: [rolloutName(release)],
    paths,
    byFields: [],
    cause: release.cause,
    isExperiment: true,
    commits: question.commitsFor(source.repoURL),
  })
  const texts = new Map<string, string>()
  const built = await repository.buildRestore({ base: head, good: good.sha, bad: revision.sha, paths, texts, message, date, author })
  if (built.result !== 'built') return { ...place, conflicts: built.result === 'conflict' ? built.paths : [] }
  const commits = await withTakenBack(question, key, { commit: built.commit, inputs: restored })
  const content = await proveCommit<RenderedDigest>(question, commits, {
    at: (commit, isUnpublished) => renderWhole(question, commit, isUnpublished),
    read: (told) => readProof(told, known),
    byFiles,
  }).catch(refuseWith(place))
  const ends = { revision: revision.sha, good: good.sha, commit: built.commit, tree: built.tree }
  return { ...place, ...content, proof: await prove(repository, { restored, paths, staying, leftOut, byFields: [] }, ends) }
}

/** The revert has to be the branch without the Experiment, or with what was there before it, in every object. @throws Refusal P10 */
function readProof(told: RenderedDigest, { own, rendered: head }: Known): RevertContent {
  if (told.result === 'unknown') {
    if (LEFT_TO_FILES.has(told.why)) return byFiles(told.detail)
    if (told.why === 'unfetched') throw new Refusal('P10', `${NOT_FOUND} ${told.detail}`, { found: { unfetched: true } })
    throw new Refusal('P10', `the revert does not render. ${told.detail}`, RENDERED)
  }
  const { whole: revert } = insistOnWhole(told, 'P10')
  if (!areAlike(own.ids, own.good, revert))
    throw new Refusal('P10', 'the revert does not render the Experiment, or its AnalysisTemplates, as before its sync.', RENDERED)
  const more = changedBeside(own.ids, head, revert)
  if (more !== undefined) throw new Refusal('P10', `the revert would change the ${more} as well.`, RENDERED)
  return { provenBy: 'rendering', notRendered: null, changedFields: null }
}

/** @throws Refusal P10 */
function byFiles(because: string): never {
  const found = { provenBy: 'files', notRendered: because } as const
  throw new Refusal('P10', `nobody renders the revert, and files prove nothing of an Experiment. ${because}`, { found })
}
