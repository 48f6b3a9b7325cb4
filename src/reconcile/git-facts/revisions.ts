import { changedOutsideGit, readsTheSame } from '../../domain/application/applied-sources.ts'
import { asCommitSha, type CommitSha, type GitCommit, type InputPath } from '../../domain/application/commit.ts'
import type { GitSource } from '../../domain/application/inputs.ts'
import { hasFailed } from '../../domain/release/attempts.ts'
import type { GitRepository } from '../../ports/git.ts'
import { inputsAt, mergeInputs, reduce, type AppReader } from './app-commit.ts'
import { findStandIn, readTold, type Good } from './good-by-content.ts'
import { findGood, type Reduced } from './good-revision.ts'
import type { SourceQuestion } from './question.ts'
import { Refusal } from './refusal.ts'
import type { Told } from './told-by-content.ts'

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
export interface Revisions {
  readonly revision: GitCommit
  readonly good: GitCommit
  readonly inputs: readonly InputPath[]
  /** See `SourceFacts.goodStandsIn`. */
  readonly goodStandsIn: boolean
}

/** Leads what was applied back to commits; `told`: by what they render. @throws Refusal P4, P6, P7; KedgeError E_RENDERER_UNREACHABLE */
export async function readRevisions(question: SourceQuestion & AppReader, head: CommitSha, told: Told | undefined): Promise<Revisions> {
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
    throw new Refusal('P4', `the applied commit ${bad.commit.sha.slice(0, 12)} is not on the branch: its history was rewritten.`)
  const found = { revision: bad.commit, inputs: bad.inputs }
  if (!readsTheSame(application, release.applied))
    throw new Refusal('P4', 'the Application reads other sources now than when N+1 was applied.', { found })
  const changed = changedOutsideGit(release.goodApplied, release.applied)
  if (changed) throw new Refusal('P7', changed, { found })
  const { commit, inputs, goodStandsIn } = await readGood(question, bad, told).catch((error: unknown) => {
    throw error instanceof Refusal ? new Refusal(error.check, error.message, { found }) : error
  })
  return { revision: bad.commit, good: commit, inputs: mergeInputs(bad.inputs, inputs), goodStandsIn }
}

/** N's commit, on the way to N+1's. */
async function readGood(question: SourceQuestion & AppReader, bad: Reduced, told: Told | undefined): Promise<Good> {
  const { application, release, repository, source } = question
  if (told) return told.brought.goodApplied ? readTold(question, bad, told.brought.goodApplied) : findStandIn(question, bad, told.live)
  const known = release.repository === source.repository ? release.goodRevision : null
  if (known && (await repository.isAncestor(known, bad.commit.sha))) {
    // Found when it first failed: N is the same for all of a release, while the history moves on and N's ReplicaSet gets new numbers.
    return { commit: await repository.commit(known), inputs: await inputsAt(question, known), goodStandsIn: release.told === 'stands-in' }
  }
  const good = await findGood({
    reduce: (applied) => reduce(question, applied),
    isAncestor: (ancestor, descendant) => repository.isAncestor(ancestor, descendant),
    application,
    release,
    bad: bad.commit,
    stable: question.madeByHand ? undefined : question.stable,
    failed: failedCommits(question),
  })
  if ('refusal' in good) throw new Refusal(good.refusal.check, good.refusal.reason)
  return { ...good, goodStandsIn: false }
}

/** What made a template that is not N's cannot have made N. */
function failedCommits({ others, release }: SourceQuestion): ReadonlySet<string> {
  return new Set(
    others
      .filter((other) => other.key !== release.key && other.podTemplateHash !== release.stableHash && hasFailed(other))
      .flatMap((other) => other.revision ?? []),
  )
}
