import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import { changedOutsideGit, readsTheSame } from '../../../domain/application/applied-sources.ts'
import { syncsUnderWay } from '../../../domain/application/applied.ts'
import { asCommitSha, type CommitSha, type GitCommit, type InputPath } from '../../../domain/application/commit.ts'
import type { GitSource } from '../../../domain/application/inputs.ts'
import { sameRevisions } from '../../../domain/application/mapping.ts'
import { isSameRepository } from '../../../domain/application/repo-url.ts'
import { hasFailed } from '../../../domain/release/attempts.ts'
import type { GitRepository } from '../../../ports/git.ts'
import { mergeInputs } from '../../inputs/read-inputs.ts'
import { inputsAt, readRestored, reduce, type Restored } from '../commit/app-commit.ts'
import { pathsBetween } from '../commit/files-between.ts'
import type { Reduced } from '../commit/reduced.ts'
import type { RevisionFacts } from '../question/put-together.ts'
import type { OpenQuestion, SourceQuestion } from '../question/question.ts'
import { Refusal } from '../question/refusal.ts'
import { ROLLED_BACK, UNSEEN } from '../syncs/before-by-content.ts'
import { readDifference, type Difference } from '../syncs/by-difference.ts'
import { haveOtherImages, mayBeGood } from '../syncs/by-files.ts'
import { broughtByFormerSync, cameBackUnsynced, isByHand, rolledBackFrom } from '../syncs/by-hand.ts'
import type { Told } from '../syncs/told-by-content.ts'
import { hasSeenAll } from '../syncs/walk.ts'
import { beganWith, syncOf } from './began-with.ts'
import { cameLater } from './came-later.ts'
import { findStandIn, readTold, type Good } from './good-by-content.ts'
import { findByDifference } from './good-by-difference.ts'
import { findGood, type GoodQuestion, type Passed } from './good-revision.ts'
import { whyNotThere } from './rewritten.ts'

export interface Branch {
  readonly baseBranch: string
  readonly head: CommitSha
}

/** The branch that a revert goes to, brought up to date. @throws Refusal P3 */
export async function readBranch(repository: GitRepository, source: GitSource): Promise<Branch> {
  const { targetRevision } = source
  if (asCommitSha(targetRevision))
    throw new Refusal(
      'P3',
      `targetRevision is pinned to a commit (${targetRevision.slice(0, 12)}): reverting a branch changes nothing; change the pin.`,
    )
  const baseBranch = targetRevision === 'HEAD' ? await repository.defaultBranch() : targetRevision.replace(/^refs\/heads\//, '')
  if (!/^[\w.][\w./-]*$/.test(baseBranch))
    throw new Refusal(
      'P3',
      `targetRevision "${targetRevision.slice(0, 100)}" is not a branch: it is a tag or a version constraint; change the pin.`,
    )
  const head = await repository.fetch(baseBranch)
  if (!head)
    throw new Refusal('P3', `targetRevision "${baseBranch}" is not a branch of the repository: it is a tag or gone; change the pin.`)
  return { baseBranch, head }
}

/** N+1's commit, N's, and what the app renders from in either. */
export interface Revisions extends Restored {
  readonly revision: GitCommit
  readonly good: GitCommit
  readonly inputs: readonly InputPath[]
  /** See `SourceFacts.goodStandsIn`. */
  readonly goodStandsIn: boolean
  /** The sync that began N+1, where files say that it was an earlier one than times do. */
  readonly beganWith?: AppliedRevision
  /** Commits of the release that change nothing but other Rollouts: `good` and `revision` are the ends of what is left without them. */
  readonly apart?: readonly GitCommit[]
}

/** What is told of them once it is settled which files go back. `revision`: the commit that N+1 is put down to. */
export function settledFacts({ good, restored, goodStandsIn }: Revisions, revision: GitCommit): RevisionFacts {
  return { revision, good, inputs: restored, goodStandsIn }
}

/** Leads what was applied back to commits; `told`: by what they render. @throws Refusal P4, P6, P7; KedgeError E_RENDERER_UNREACHABLE */
export async function readRevisions(question: OpenQuestion, head: CommitSha, told: Told | undefined): Promise<Revisions> {
  const { application, release, repository } = question
  if (!release.applied) throw new Refusal('P4', 'Argo CD does not say which revision it applied.')
  const bad = await reduce(question, release.applied)
  if (!bad)
    throw new Refusal(
      'P4',
      'the applied revision is not in the repository, no commit up to it touches the inputs, or its sources were ' +
        'applied at different commits.',
    )
  if (!(await repository.isAncestor(bad.commit.sha, head)))
    throw new Refusal(
      'P4',
      `the applied commit ${bad.commit.sha.slice(0, 12)} is not on the branch: ${whyNotThere(question, bad.commit.sha)}.`,
    )
  const found = { revision: bad.commit, inputs: bad.inputs }
  if (!readsTheSame(application, release.applied))
    throw new Refusal('P4', 'the Application reads other sources now than when N+1 was applied.', { found })
  const changed = changedOutsideGit(release.goodApplied, release.applied)
  if (changed) throw new Refusal('P7', changed, { found })
  const { commit, inputs, goodStandsIn, began } = await readGood(question, bad, { told, head }).catch((error: unknown) => {
    throw error instanceof Refusal ? new Refusal(error.check, error.message, { found }) : error
  })
  const { commit: revision, inputs: own } = began ?? bad
  return {
    revision,
    good: commit,
    inputs: mergeInputs(own, inputs),
    ...(await readRestored(question, { good: commit.sha, revision: revision.sha })),
    goodStandsIn,
    ...(began && { beganWith: began.applied }),
  }
}

/** N's commit, on the way to N+1's. */
async function readGood(
  question: OpenQuestion,
  bad: Reduced,
  { told, head }: { told: Told | undefined; head: CommitSha },
): Promise<Good & { began?: Passed | undefined }> {
  const { application, release, repository, source } = question
  if (told)
    return told.brought.goodApplied ? readTold(question, { bad, head }, told.brought.goodApplied) : findStandIn(question, bad, told.live)
  const known = isSameRepository(release.repository, source.repository) ? release.goodRevision : null
  if (known && (await repository.isAncestor(known, bad.commit.sha))) {
    // Found when it first failed: N is the same for all of a release, while the history moves on and N's ReplicaSet gets new numbers.
    return { commit: await repository.commit(known), inputs: await inputsAt(question, known), goodStandsIn: release.told === 'stands-in' }
  }
  const difference = await readDifference(question)
  const asked: GoodQuestion = {
    difference,
    byDifference: async (remembered) => difference && findByDifference(asked, difference, remembered),
    reduce: (applied) => reduce(question, applied),
    imagesDiffer: haveOtherImages(release),
    isPrompt: isPrompt(question),
    mayBeGood: (candidate) => mayBeGood(question, candidate, bad),
    isByHand: (broughtAt) => {
      const { stable, replicaSets, failing, others } = question
      const stay = { replicaSets, failing, others, release, broughtAt, passedAt: undefined, renderN: [] }
      return stable !== undefined && isByHand({ ...stay, stable })
    },
    cameBackUnsynced: cameBackUnsynced(question) || broughtByFormerSync(question),
    touchesSame: async (from, to) => {
      const [before, after] = [await pathsBetween(question, from, to), await pathsBetween(question, to, bad)]
      return after.some((path) => before.includes(path))
    },
    isSame: async (one, other) => {
      const inputs = mergeInputs(one.inputs, other.inputs)
      return (await repository.fingerprint(one.commit.sha, inputs)) === (await repository.fingerprint(other.commit.sha, inputs))
    },
    isAncestor: (ancestor, descendant) => repository.isAncestor(ancestor, descendant),
    application,
    release,
    bad: bad.commit,
    inputs: bad.inputs,
    stable: question.madeByHand ? undefined : question.stable,
    before: await foundBefore(question),
    failed: failedCommits(question),
  }
  const good = await findGood(asked)
  if ('refusal' in good) throw new Refusal(good.refusal.check, good.refusal.reason)
  if (await isRolledBack(question, good)) throw new Refusal('P6', ROLLED_BACK)
  if (await mayBeUnseen(question, { good, bad, difference })) throw new Refusal('P6', UNSEEN)
  if (difference && (await cameLater(question, { good, bad, difference, head }))) throw new Refusal('P4', LATER)
  return { ...good, goodStandsIn: false, began: await beganWith(question, { good, bad, difference }) }
}

/** Whether N's newest sync before N+1's went back in Git. */
async function isRolledBack(question: OpenQuestion, good: Reduced): Promise<boolean> {
  const { sync, syncs } = await syncOf(question, good)
  const from = sync && (await rolledBackFrom(question, { sync, failed: question.release.applied }, syncs))
  return from !== undefined && (await reduce(question, from))?.commit.sha !== good.commit.sha
}

/** See `refuseUnseen`: whether a commit between the two may have been synced unseen, and have made N. */
async function mayBeUnseen(
  question: OpenQuestion,
  { good, bad, difference }: { good: Reduced & { passedBy: readonly Passed[] }; bad: Reduced; difference: Difference | undefined },
): Promise<boolean> {
  if (hasSeenAll(question.application, (await syncOf(question, good)).sync)) return false
  const between = await question.repository.commitsTouching(good.commit.sha, bad.commit.sha, bad.inputs)
  for (const commit of between.slice(0, -1)) {
    if (good.passedBy.some((passed) => passed.commit.sha === commit.sha)) continue
    if (!difference || (await difference.isBetween({ commit, inputs: bad.inputs }, bad))) return true
  }
  return false
}

const LATER = 'what N+1 runs came about with a later commit than the one that is taken for its own: which was synced for it is not known.'

/** Whether N+1 appeared while its sync ran, in whole seconds. */
function isPrompt({ application, release, failing }: SourceQuestion): boolean {
  const { applied } = release
  const syncs = syncsUnderWay(application, { namespace: release.namespace, name: release.rollout })
  const sync = applied && syncs.find((one) => sameRevisions(one.revisions, applied.revisions))
  if (!failing || failing.formerRevisions.length > 0 || sync?.startedAt === undefined || sync === null) return false
  return failing.createdAt >= sync.startedAt && failing.createdAt <= (sync.endedAt ?? Infinity) + SECOND_MS
}

const SECOND_MS = 1_000

/** N's commit as it was found when something else failed over it, while it has not left since. */
async function foundBefore(question: OpenQuestion): Promise<readonly Reduced[]> {
  const { others, release, stable, source, repository } = question
  const found: Reduced[] = []
  for (const other of others) {
    const isOverSameStay = other.stableHash === release.stableHash && other.rolloutRevision > (stable?.rolloutRevision ?? Infinity)
    const known = isOverSameStay && isSameRepository(other.repository, source.repository) ? other.goodRevision : null
    if (known === null || !(await repository.has(known))) continue
    found.push({ commit: await repository.commit(known), inputs: await inputsAt(question, known) })
  }
  return found
}

/** What made a template that is not N's cannot have made N. */
function failedCommits({ others, release }: SourceQuestion): ReadonlySet<string> {
  return new Set(
    others
      .filter((other) => other.key !== release.key && other.podTemplateHash !== release.stableHash && hasFailed(other))
      .flatMap((other) => other.revision ?? []),
  )
}
