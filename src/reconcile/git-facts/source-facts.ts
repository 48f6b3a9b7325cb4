import { changedOutsideGit, readsTheSame } from '../../domain/application/applied-sources.ts'
import { asCommitSha, type CommitSha, type GitCommit } from '../../domain/application/commit.ts'
import { appInputs, isAmong, type GitSource } from '../../domain/application/inputs.ts'
import { applicationName } from '../../domain/application/mapping.ts'
import type { ApplicationSnapshot } from '../../domain/application/snapshots.ts'
import type { CheckId } from '../../domain/decision/check.ts'
import type { Proof, SourceFacts } from '../../domain/decision/facts.ts'
import type { Release } from '../../domain/release/release.ts'
import { type Digest, revertBranch, revertKey } from '../../domain/revert/keys.ts'
import { planRevert } from '../../domain/revert/plan.ts'
import type { ReplicaSetSnapshot } from '../../domain/rollout/snapshots.ts'
import { rolloutName } from '../../domain/words/wording.ts'
import type { GitRepositories, GitRepository } from '../../ports/git.ts'
import { inputsAt, mergeInputs, reduce, type AppReader } from './app-commit.ts'
import { chooseSource } from './choose-source.ts'
import { findGood } from './good-revision.ts'
import { outsideInputs } from './outside-inputs.ts'
import { Refusal } from './refusal.ts'

export interface SourceQuestion {
  repositories: GitRepositories
  application: ApplicationSnapshot
  /** All Applications in view, for those that share the files. */
  applications: Iterable<ApplicationSnapshot>
  release: Release
  /** N's ReplicaSet, when the view has it. */
  stable: ReplicaSetSnapshot | undefined
  /** Kedge has seen N run, and that no sync made it. */
  madeByHand: boolean
  /** Other releases of this Rollout, as far as the ledger has them. */
  others: readonly Release[]
  digest: Digest
}

/** Each costs a look into the repository; a base that more Applications might share than these is named for these. */
const MOST_ASKED = 500

const NOTHING: SourceFacts = {
  refusal: null,
  repoURL: null,
  repository: null,
  baseBranch: null,
  head: null,
  inputs: [],
  revision: null,
  good: null,
  culprits: [],
  later: [],
  restoredInGit: false,
  overtaken: false,
  paths: [],
  otherFiles: [],
  otherApplications: [],
  revertKey: null,
  branch: null,
  proof: null,
  conflicts: [],
}

/** What is known when Git could not be asked at all. */
export function refusedSource(check: CheckId, reason: string): SourceFacts {
  return { ...NOTHING, refusal: { check, reason } }
}

/**
 * Asks Git everything that the decision needs about a failed release, as far as it can be answered: branch, N+1's commit, N's commit,
 * the culprits between them, later commits, what a restore would change, and its proof.
 * @throws KedgeError E_GIT_*, E_REPOSITORY_NOT_ALLOWED for faults; what Git cannot answer comes back as `refusal`
 */
export async function gatherSource(question: SourceQuestion): Promise<SourceFacts> {
  let facts = NOTHING
  try {
    const { source, laterElsewhere } = await chooseSource(question)
    facts = { ...facts, repoURL: source.repoURL, repository: source.repository }
    const repository = await question.repositories.open(source.repoURL)
    facts = { ...facts, ...(await readBranch(repository, source)) }
    facts = { ...facts, ...(await readRevisions({ ...question, repository, source }, facts)) }
    facts = { ...facts, ...(await readCulprits(repository, facts, laterElsewhere)) }
    return { ...facts, ...(await readRestore(repository, question, facts)) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { ...facts, ...error.found, refusal: { check: error.check, reason: error.message } }
  }
}

/** What made a template that is not N's cannot have made N. */
function failedCommits({ others, release }: SourceQuestion): ReadonlySet<string> {
  return new Set(
    others
      .filter((other) => other.key !== release.key && other.podTemplateHash !== release.stableHash && other.attempts.length > 0)
      .flatMap((other) => other.revision ?? []),
  )
}

async function readBranch(repository: GitRepository, source: GitSource): Promise<Pick<SourceFacts, 'baseBranch' | 'head'>> {
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

type Revisions = Pick<SourceFacts, 'revision' | 'good' | 'inputs'>

async function readRevisions(question: SourceQuestion & AppReader, facts: SourceFacts): Promise<Revisions> {
  const { application, release, repository, source } = question
  if (!release.applied || !facts.head) throw new Refusal('P4', 'Argo CD does not say which revision it applied.')
  const bad = await reduce(question, release.applied)
  if (!bad)
    throw new Refusal(
      'P4',
      'the applied revision is not in the repository, no commit up to it touches the inputs, or its sources were ' +
        'applied at different commits.',
    )
  if (!(await repository.isAncestor(bad.commit.sha, facts.head)))
    throw new Refusal('P4', `the applied commit ${bad.commit.sha.slice(0, 12)} is not on the branch: its history was rewritten.`)
  const found = { revision: bad.commit, inputs: bad.inputs }
  if (!readsTheSame(application, release.applied))
    throw new Refusal('P4', 'the Application reads other sources now than when N+1 was applied.', { found })
  const changed = changedOutsideGit(release.goodApplied, release.applied)
  if (changed) throw new Refusal('P7', changed, { found })
  const known = release.repository === source.repository ? release.goodRevision : null
  if (known && (await repository.isAncestor(known, bad.commit.sha))) {
    // Found when it first failed: N is the same for all of a release, while the history moves on and N's ReplicaSet gets new numbers.
    return { revision: bad.commit, good: await repository.commit(known), inputs: mergeInputs(bad.inputs, await inputsAt(question, known)) }
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
  if ('refusal' in good) throw new Refusal(good.refusal.check, good.refusal.reason, { found })
  return { revision: bad.commit, good: good.commit, inputs: mergeInputs(bad.inputs, good.inputs) }
}

async function readCulprits(
  repository: GitRepository,
  facts: SourceFacts,
  laterElsewhere: readonly GitCommit[],
): Promise<Partial<SourceFacts>> {
  const { revision, good, head, inputs } = facts
  if (!revision || !head) return {}
  const laterHere = await repository.commitsTouching(revision.sha, head, inputs)
  const later = [...laterElsewhere, ...laterHere]
  if (!good) return { later }
  const restoredInGit =
    laterHere.length > 0 &&
    laterElsewhere.length === 0 &&
    (await repository.fingerprint(head, inputs)) === (await repository.fingerprint(good.sha, inputs))
  const culprits = await repository.commitsTouching(good.sha, revision.sha, inputs)
  const shas = culprits.map((commit) => commit.sha)
  const paths = await repository.changedPaths(shas, inputs)
  const files = await Promise.all(shas.map((sha) => repository.filesOf(sha)))
  const otherFiles = [...new Set(files.flat())].filter((file) => !isAmong(file, inputs)).sort()
  const changedSince = await repository.changedPaths(
    laterHere.map((commit) => commit.sha),
    inputs,
  )
  const overtaken = changedSince.some((path) => paths.includes(path))
  return { later, restoredInGit, overtaken, culprits, paths, otherFiles }
}

async function readRestore(repository: GitRepository, question: SourceQuestion, facts: SourceFacts): Promise<Partial<SourceFacts>> {
  const { repository: name, baseBranch, head, revision, good, culprits, paths } = facts
  const newest = culprits.at(-1)
  if (!name || !baseBranch || !head || !revision || !good || !newest || paths.length === 0) return {}
  const key = revertKey({ repository: name, baseBranch, culprits: culprits.map((commit) => commit.sha), paths }, question.digest)
  const known = { revertKey: key, branch: revertBranch(newest.sha, key), otherApplications: await sharing(question, repository, facts) }
  if (facts.restoredInGit || facts.later.length > 0) return known
  const plan = planRevert({ culprits, good: good.sha, key, rollouts: [rolloutName(question.release)], paths })
  const built = await repository.buildRestore({
    base: head,
    good: good.sha,
    bad: revision.sha,
    paths,
    message: plan.message,
    date: plan.date,
  })
  if (built.result === 'conflict') return { ...known, conflicts: built.paths }
  if (built.result === 'empty') return known
  return {
    ...known,
    proof: await prove(repository, facts, { revision: revision.sha, good: good.sha, commit: built.commit, tree: built.tree }),
  }
}

async function prove(
  repository: GitRepository,
  { inputs, paths }: SourceFacts,
  at: { revision: CommitSha; good: CommitSha; commit: CommitSha; tree: string },
): Promise<Proof> {
  const [atGood, atRevert, before, after] = await Promise.all([
    repository.fingerprint(at.good, inputs),
    repository.fingerprint(at.commit, inputs),
    repository.objectNames(at.revision, paths),
    repository.objectNames(at.commit, paths),
  ])
  const files = paths.map((path) => ({ path, before: before[path] ?? null, after: after[path] ?? null }))
  return { commit: at.commit, tree: at.tree, atGood, atRevert, files }
}

/**
 * The other Applications that render from one of the restored files. Where a file is none that this Application's own spec names (a base, a
 * chart that others depend on), those that the others' kustomizations and charts name count, too.
 */
async function sharing(
  { application: own, applications }: SourceQuestion,
  repository: GitRepository,
  { repository: name, paths, revision }: SourceFacts,
): Promise<readonly string[]> {
  if (name === null || !revision) return []
  const declared = appInputs(own, name)
  const isBase = paths.some((path) => !isAmong(path, declared))
  const found: string[] = []
  let asked = 0
  for (const application of applications) {
    const inputs = appInputs(application, name)
    if (inputs.length === 0 || applicationName(application) === applicationName(own)) continue
    let shares = paths.some((path) => isAmong(path, inputs))
    if (!shares && isBase && (asked += 1) <= MOST_ASKED) {
      const outside = await outsideInputs(repository, revision.sha, inputs)
      shares = paths.some((path) => isAmong(path, outside))
    }
    if (shares) found.push(applicationName(application))
  }
  return found.sort()
}
