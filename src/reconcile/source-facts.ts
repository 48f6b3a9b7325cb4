import type { ApplicationSnapshot } from '../domain/application.ts'
import { asCommitSha, type CommitSha, type InputPath } from '../domain/commit.ts'
import type { CheckId } from '../domain/check.ts'
import type { Proof, SourceFacts } from '../domain/facts.ts'
import { revertBranch, revertKey, type Digest } from '../domain/identity.ts'
import { appInputs, gitSources, isAmong, type GitSource } from '../domain/inputs.ts'
import { applicationName } from '../domain/mapping.ts'
import type { AppliedRevision, Release } from '../domain/release.ts'
import type { ReplicaSetSnapshot } from '../domain/rollout.ts'
import { planRevert } from '../domain/revert-plan.ts'
import { rolloutName } from '../domain/wording.ts'
import type { GitRepositories, GitRepository } from '../ports.ts'
import { findGood, type Reduced } from './good-revision.ts'
import { dryRevision, drySource } from './hydrator.ts'
import { kustomizeInputs } from './kustomize.ts'

export interface SourceQuestion {
  repositories: GitRepositories
  application: ApplicationSnapshot
  /** All Applications in view, for those that share the files. */
  applications: Iterable<ApplicationSnapshot>
  release: Release
  /** N's ReplicaSet, when the view has it. */
  stable: ReplicaSetSnapshot | undefined
  /** Other releases of this Rollout, as far as the ledger has them. */
  others: readonly Release[]
  digest: Digest
}

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

/** Where a question to Git ends without an answer: a named refusal, not a fault. */
class Refusal extends Error {
  readonly check: CheckId
  /** What was found out all the same. */
  readonly found: Partial<SourceFacts>
  constructor(check: CheckId, reason: string, { found = {} }: { found?: Partial<SourceFacts> } = {}) {
    super(reason)
    this.check = check
    this.found = found
  }
}

/**
 * Asks Git everything that the decision needs about a failed release, as far as it can be answered: branch, N+1's commit, N's commit,
 * the culprits between them, later commits, what a restore would change, and its proof.
 * @throws KedgeError E_GIT_*, E_REPOSITORY_NOT_ALLOWED for faults; what Git cannot answer comes back as `refusal`
 */
export async function gatherSource(question: SourceQuestion): Promise<SourceFacts> {
  let facts = NOTHING
  try {
    const source = chooseSource(question.application)
    facts = { ...facts, repoURL: source.repoURL, repository: source.repository }
    const repository = await question.repositories.open(source.repoURL)
    facts = { ...facts, ...(await readBranch(repository, source)) }
    facts = { ...facts, ...(await readRevisions(repository, source, question, facts)) }
    facts = { ...facts, ...(await readCulprits(repository, facts)) }
    return { ...facts, ...(await readRestore(repository, question, facts)) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { ...facts, ...error.found, refusal: { check: error.check, reason: error.message } }
  }
}

/** What made a template that is not N's cannot have made N. */
function failedCommits({ others, release }: SourceQuestion): ReadonlySet<string> {
  return new Set(others.filter((other) => other.key !== release.key && other.podTemplateHash !== release.stableHash && other.attempts.length > 0).flatMap((other) => other.revision ?? []))
}

/** All sources must lie in one repository and branch; otherwise no single PR can be right. */
function chooseSource(application: ApplicationSnapshot): GitSource {
  const hydrated = drySource(application)
  if (hydrated) return hydrated
  const sources = gitSources(application)
  const [first] = sources
  const other = application.sources.find((source) => source.chart !== undefined || source.repoURL.startsWith('oci://'))
  if (!first) throw new Refusal('P3', `the source is ${other?.repoURL.startsWith('oci://') ? 'an OCI artifact' : 'a Helm repository'}: there is no Git commit to revert; whoever pins the version has to change it.`)
  const foreign = sources.find((source) => source.repository !== first.repository || source.targetRevision !== first.targetRevision)
  const valuesOnly = sources.filter((source) => source.source.path !== undefined)
  if (foreign && valuesOnly.length > 1) throw new Refusal('P3', `the Application reads several repositories or branches (${first.repository}, ${foreign.repository}): one PR cannot restore them together.`)
  return foreign && valuesOnly.length === 1 && valuesOnly[0] ? valuesOnly[0] : first
}

async function readBranch(repository: GitRepository, source: GitSource): Promise<Pick<SourceFacts, 'baseBranch' | 'head'>> {
  const { targetRevision } = source
  if (asCommitSha(targetRevision)) throw new Refusal('P3', `targetRevision is pinned to a commit (${targetRevision.slice(0, 12)}): reverting a branch changes nothing; change the pin.`)
  const baseBranch = targetRevision === 'HEAD' ? await repository.defaultBranch() : targetRevision.replace(/^refs\/heads\//, '')
  if (!/^[\w.][\w./-]*$/.test(baseBranch)) throw new Refusal('P3', `targetRevision "${targetRevision.slice(0, 100)}" is not a branch: it is a tag or a version constraint; change the pin.`)
  const head = await repository.fetch(baseBranch)
  if (!head) throw new Refusal('P3', `targetRevision "${baseBranch}" is not a branch of the repository: it is a tag or gone; change the pin.`)
  return { baseBranch, head }
}

type Revisions = Pick<SourceFacts, 'revision' | 'good' | 'inputs'>

async function readRevisions(repository: GitRepository, source: GitSource, question: SourceQuestion, facts: SourceFacts): Promise<Revisions> {
  const { application, release } = question
  if (!release.applied || !facts.head) throw new Refusal('P4', 'Argo CD does not say which revision it applied.')
  const reader = { repository, source, application }
  const bad = await reduce(reader, release.applied)
  if (!bad) throw new Refusal('P4', 'the applied revision is not in the repository, or no commit up to it touches the inputs.')
  if (!(await repository.isAncestor(bad.commit.sha, facts.head))) throw new Refusal('P4', `the applied commit ${bad.commit.sha.slice(0, 12)} is not on the branch: its history was rewritten.`)
  const found = { revision: bad.commit, inputs: bad.inputs }
  const known = release.goodRevision
  if (known && (await repository.isAncestor(known, bad.commit.sha))) {
    // Found when it first failed: N is the same for all of a release, while the history moves on and N's ReplicaSet gets new numbers.
    return { revision: bad.commit, good: await repository.commit(known), inputs: mergeInputs(bad.inputs, await inputsAt(reader, known)) }
  }
  const good = await findGood({
    reduce: (applied) => reduce(reader, applied),
    isAncestor: (ancestor, descendant) => repository.isAncestor(ancestor, descendant),
    application,
    release,
    bad: bad.commit,
    stable: question.stable,
    failed: failedCommits(question),
  })
  if ('refusal' in good) throw new Refusal(good.refusal.check, good.refusal.reason, { found })
  return { revision: bad.commit, good: good.commit, inputs: mergeInputs(bad.inputs, good.inputs) }
}

interface Reader {
  repository: GitRepository
  source: GitSource
  application: ApplicationSnapshot
}

/**
 * The app's own commit behind an applied revision: in a shared repository the synced commit is mostly another team's. Of several
 * sources in this repository, the newest counts.
 */
async function reduce(reader: Reader, applied: AppliedRevision): Promise<Reduced | undefined> {
  const { repository } = reader
  const revisions = await revisionsOf(reader, applied)
  let newest: Reduced | undefined
  for (const revision of revisions) {
    if (!(await repository.has(revision))) continue
    const inputs = await inputsAt(reader, revision)
    const commit = await repository.newestTouching(revision, inputs)
    if (commit && (!newest || (await repository.isAncestor(newest.commit.sha, commit.sha)))) newest = { commit, inputs }
  }
  return newest
}

async function inputsAt({ repository, source, application }: Reader, revision: CommitSha): Promise<readonly InputPath[]> {
  const own = application.hydrator ? [{ path: application.hydrator.dryPath, glob: false }] : appInputs(application, source.repository)
  return mergeInputs(own, await kustomizeInputs(repository, revision, own))
}

async function revisionsOf(reader: Reader, applied: AppliedRevision): Promise<readonly CommitSha[]> {
  const { repository, source, application } = reader
  if (application.hydrator) {
    const dry = await dryRevision(repository, application.hydrator, applied.revisions[0])
    return dry ? [dry] : []
  }
  const indices = application.multiSource ? gitSources(application).filter((one) => one.repository === source.repository).map((one) => one.index) : [0]
  return [...new Set(indices.flatMap((index) => asCommitSha(applied.revisions[index]) ?? []))]
}

async function readCulprits(repository: GitRepository, facts: SourceFacts): Promise<Partial<SourceFacts>> {
  const { revision, good, head, inputs } = facts
  if (!revision || !head) return {}
  const later = await repository.commitsTouching(revision.sha, head, inputs)
  if (!good) return { later }
  const restoredInGit = later.length > 0 && (await repository.fingerprint(head, inputs)) === (await repository.fingerprint(good.sha, inputs))
  const culprits = await repository.commitsTouching(good.sha, revision.sha, inputs)
  const shas = culprits.map((commit) => commit.sha)
  const paths = await repository.changedPaths(shas, inputs)
  const files = await Promise.all(shas.map((sha) => repository.filesOf(sha)))
  const otherFiles = [...new Set(files.flat())].filter((file) => !isAmong(file, inputs)).sort()
  return { later, restoredInGit, culprits, paths, otherFiles }
}

async function readRestore(repository: GitRepository, question: SourceQuestion, facts: SourceFacts): Promise<Partial<SourceFacts>> {
  const { repository: name, baseBranch, head, revision, good, culprits, paths } = facts
  const newest = culprits.at(-1)
  if (!name || !baseBranch || !head || !revision || !good || !newest || paths.length === 0) return {}
  const key = revertKey({ repository: name, baseBranch, culprits: culprits.map((commit) => commit.sha), paths }, question.digest)
  const known = { revertKey: key, branch: revertBranch(newest.sha, key), otherApplications: sharing(question, name, paths) }
  if (facts.restoredInGit || facts.later.length > 0) return known
  const plan = planRevert({ culprits, good: good.sha, key, rollouts: [rolloutName(question.release)], paths })
  const built = await repository.buildRestore({ base: head, good: good.sha, bad: revision.sha, paths, message: plan.message, date: plan.date })
  if (built.result === 'conflict') return { ...known, conflicts: built.paths }
  if (built.result === 'empty') return known
  return { ...known, proof: await prove(repository, facts, { revision: revision.sha, good: good.sha, commit: built.commit, tree: built.tree }) }
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

/** The other Applications that render from one of the restored files. */
function sharing(question: SourceQuestion, repository: string, paths: readonly string[]): readonly string[] {
  const own = applicationName(question.application)
  return [...question.applications]
    .filter((application) => applicationName(application) !== own)
    .filter((application) => {
      const inputs = appInputs(application, repository)
      return inputs.length > 0 && paths.some((path) => isAmong(path, inputs))
    })
    .map(applicationName)
    .sort()
}

function mergeInputs(a: readonly InputPath[], b: readonly InputPath[]): readonly InputPath[] {
  const all = new Map([...a, ...b].map((input) => [`${input.glob} ${input.path}`, input]))
  return [...all.values()].toSorted((one, other) => (one.path < other.path ? -1 : 1))
}
