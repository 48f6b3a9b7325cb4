import { asCommitSha } from '../../../domain/application/commit.ts'
import { applicationName } from '../../../domain/application/mapping.ts'
import { spelledRepoURL } from '../../../domain/application/repo-url.ts'
import type { SourceFacts } from '../../../domain/decision/facts.ts'
import { flagsOf } from '../../../domain/release/flag-files.ts'
import { revertBranch, revertKey } from '../../../domain/revert/keys.ts'
import { planRevert } from '../../../domain/revert/plan.ts'
import { rolloutName } from '../../../domain/words/wording.ts'
import { openBeside, rolloutsBeside } from '../beside/beside.ts'
import { findSharing, nameSharing } from '../beside/sharing.ts'
import type { Changes } from '../culprits/changes.ts'
import type { Weighed } from '../culprits/later-commits.ts'
import type { RevertCommits, RevertContent } from '../question/prove-commit.ts'
import type { RestoreFacts, WeighedFacts } from '../question/put-together.ts'
import type { OpenQuestion } from '../question/question.ts'
import { Refusal } from '../question/refusal.ts'
import { nameOf, proveRevert, type Versions } from '../question/versions.ts'
import type { Branch, Revisions } from '../revisions/revisions.ts'
import { insistByFiles, insistKnown } from '../syncs/by-files.ts'
import { changedForGood } from './irreversible.ts'
import { prove } from './prove-files.ts'
import { withTakenBack } from './taken-back.ts'
import { insistUntouched } from './untouched.ts'

/** All that was found out before a restore is tried. */
interface Known {
  readonly branch: Branch
  readonly revisions: Revisions
  readonly changes: Changes
  readonly weighed: Weighed
}

/** Tries the restore in the object store, and proves it. Nothing where there is nothing to restore. @throws Refusal P5, P6, P7, P10 */
export async function readRestore(question: OpenQuestion, known: Known): Promise<RestoreFacts> {
  const { repository, source, release, digest } = question
  const { branch, revisions, changes, weighed } = known
  const { baseBranch, head } = branch
  const { revision, good, restored, isPlain } = revisions
  const { culprits, paths } = changes
  const { versions, texts } = weighed
  const { staying, byFields, leftOut } = weighed.facts
  const newest = culprits.at(-1)
  if (!newest || paths.length === 0) return {}
  const key = keyOf(question, { baseBranch, culprits, paths })
  const sharing = await findSharing(question, repository, { name: source.repository, baseBranch, head, paths, revision })
  const place = { revertKey: key, branch: revertBranch(newest.sha, key), ...nameSharing(sharing) }
  if (!versions) return place
  const irreversible = await changedForGood(repository, { versions, revision, good, paths, restored, isPlain, digest })
  const named = { ...place, irreversible }
  const { message, date, author } = planRevert({
    culprits,
    good: good.sha,
    key,
    rollouts: [rolloutName(release)],
    paths,
    byFields,
    cause: release.cause,
    isFlags: flagsOf(release) !== undefined,
    commits: question.commitsFor(source.repoURL),
  })
  const built = await repository.buildRestore({ base: head, good: good.sha, bad: revision.sha, paths, texts, message, date, author })
  if (built.result !== 'built') return { ...named, conflicts: built.result === 'conflict' ? built.paths : [] }
  // Side by side: the others are no reason to wait.
  const beside = openBeside(question, sharing, { good: good.sha, left: revision.sha, head, revert: built.commit })
  const changed = beside.applications()
  changed.catch(() => undefined)
  const commits = await withTakenBack(question, key, { commit: built.commit, inputs: restored })
  const content = await proveContent(question, { revisions, culprits, paths, staying, versions }, commits).catch(refuseWith(named))
  const rollouts = await beside.rollouts(rolloutsBeside(question, changes.beside, versions), content.provenBy)
  const applications = await changed
  if (byFields.length > 0) {
    const isRendered = content.notRendered === null
    const why = await beside.builtUpon({ rollouts, applications, staying }, isRendered).catch(refuseWith(named))
    if (why !== undefined) return { ...named, later: staying, staying: [], byFields: [], notByFields: why, overtaken: true }
  }
  const ends = { revision: revision.sha, good: good.sha, commit: built.commit, tree: built.tree }
  const proof = await prove(repository, { restored, paths, staying, leftOut, byFields }, ends)
  return { ...named, ...content, otherRollouts: rollouts, ...applications, proof }
}

/** Says beside a refusal what was found out all the same. */
export function refuseWith(found: Partial<SourceFacts>): (error: unknown) => never {
  return (error) => {
    throw error instanceof Refusal ? new Refusal(error.check, error.message, { found: { ...found, ...error.found } }) : error
  }
}

/** A ledger from before case was ignored may have the revert under the repository's name as it was spelled then. */
export function keyOf(
  { source, revertOf, spellingsOf, digest }: OpenQuestion,
  { baseBranch, culprits, paths }: Pick<Branch, 'baseBranch'> & Pick<Changes, 'culprits' | 'paths'>,
): string {
  const scope = { baseBranch, culprits: culprits.map((commit) => commit.sha), paths }
  const keyUnder = (repository: string): string => revertKey({ ...scope, repository }, digest)
  const older = [spelledRepoURL(source.repoURL), ...spellingsOf(source.repository)].map(keyUnder)
  return older.find((one) => revertOf(one) !== undefined) ?? keyUnder(source.repository)
}

/** What the revert is proven by. */
interface Proving extends Pick<Changes, 'culprits' | 'paths'>, Pick<WeighedFacts, 'staying'> {
  readonly revisions: Revisions
  readonly versions: Versions
}

/** Before anything is pushed: what is not proven leaves this machine under no name. */
async function proveContent(question: OpenQuestion, known: Proving, commits: RevertCommits): Promise<RevertContent> {
  const content = await proveRevert(question, known.versions, commits)
  // That files have to do is kept beside what they do not show: it may be all that who renders has said of what was pushed.
  if (content.provenBy === 'files') await insistOnFiles(question, known).catch(refuseWith(content))
  return content
}

/** @throws Refusal P5, P6, P7, P10 where files do not show that the revert is N */
async function insistOnFiles(question: OpenQuestion, { revisions, culprits, paths, staying }: Proving): Promise<void> {
  const { repository } = question
  const { revision, good, inputs } = revisions
  const [newest] = staying.slice(-1)
  if (newest) throw new Refusal('P5', `a later commit touches the same inputs, and the revert is not rendered: ${nameOf(newest)}.`)
  insistKnown(revisions)
  await insistUntouched(repository, revisions)
  await insistOnHistory(question, { culprits, good, inputs })
  await insistByFiles(question, { revision, good, paths, inputs })
}

/**
 * A sync that failed is in no history. Where N's own is not in it, what the ledger saw of N may be older than what brought it, and what
 * came in between would be taken for part of what failed. Where one of the commits has served already, N is back by hand.
 * @throws Refusal P6
 */
async function insistOnHistory(
  { application, source, repository, others }: OpenQuestion,
  { culprits, good, inputs }: Pick<Changes, 'culprits'> & Pick<Revisions, 'good' | 'inputs'>,
): Promise<void> {
  if (culprits.length < 2) return
  const served = culprits.find(({ sha }) => others.some(({ outcome, revision }) => outcome === 'promoted' && revision === sha))
  if (served)
    throw new Refusal(
      'P6',
      `${nameOf(served)} has served here already, so the version before it was brought back by hand, and may be again.`,
    )
  for (const { revisions } of application.history) {
    const synced = asCommitSha(revisions[source.index])
    if (!synced || !(await repository.has(synced))) continue
    if ((await repository.newestTouching(synced, inputs))?.sha === good.sha) return
  }
  throw new Refusal(
    'P6',
    `no known sync of ${applicationName(application)} shows what brought the version before, and ${culprits.length} commits came since.`,
  )
}
