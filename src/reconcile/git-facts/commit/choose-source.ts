import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import { branchOf, changedOutsideGit } from '../../../domain/application/applied-sources.ts'
import { asCommitSha, type GitCommit } from '../../../domain/application/commit.ts'
import { appInputs, gitSources, type GitSource } from '../../../domain/application/inputs.ts'
import type { ApplicationSnapshot } from '../../../domain/application/snapshots.ts'
import type { Release } from '../../../domain/release/release.ts'
import type { GitRepositories } from '../../../ports/git.ts'
import { Refusal } from '../question/refusal.ts'
import { reduce } from './app-commit.ts'

export interface ChosenSource {
  readonly source: GitSource
  /** Commits that have changed the app's inputs in its other repositories since N+1: with them, N would not come back as it was. */
  readonly laterElsewhere: readonly GitCommit[]
}

interface AppSources {
  readonly repositories: GitRepositories
  readonly application: ApplicationSnapshot
}

export interface SourceChoice extends AppSources {
  readonly release: Release
}

/**
 * The source whose branch a revert has to go to. Of several repositories (a chart here, its values there) it is the one that changed
 * between N and N+1; when more than one did, no single PR can be right.
 * @throws Refusal P3, P4, P6, P7; KedgeError E_GIT_*, E_REPOSITORY_NOT_ALLOWED
 */
export async function chooseSource(choice: SourceChoice): Promise<ChosenSource> {
  const { application, release } = choice
  const sources = await onePerRepository(choice)
  const [first, second] = sources
  if (!first) throw noGit(application)
  if (!second) return { source: first, laterElsewhere: [] }
  const { applied, goodApplied } = release
  if (!applied) throw new Refusal('P4', 'Argo CD does not say which revisions it applied.')
  const names = sources.map((source) => source.repository).join(', ')
  if (!goodApplied)
    throw new Refusal(
      'P6',
      `the Application reads several repositories (${names}), and Kedge has not seen the version before run: which ` +
        `of them changed is not known.`,
    )
  const moved: GitSource[] = []
  for (const source of sources) if (await hasMoved(choice, source, { from: goodApplied, to: applied })) moved.push(source)
  const [source, other] = moved
  if (!source)
    throw new Refusal(
      'P7',
      `none of the repositories (${names}) changed for this Application between the two versions: the image behind ` +
        `a tag, a parameter or a generated value did.`,
    )
  if (other)
    throw new Refusal(
      'P3',
      `several repositories changed between the two versions (${moved.map((one) => one.repository).join(', ')}): ` +
        `one PR cannot restore them together.`,
    )
  return {
    source,
    laterElsewhere: await findLater(
      choice,
      sources.filter((one) => one !== source),
      applied,
    ),
  }
}

/** The source of an Application that reads one Git repository; undefined when it reads several, or none. @throws Refusal P3 */
export async function onlySource(choice: AppSources): Promise<GitSource | undefined> {
  const [first, second] = await onePerRepository(choice)
  return second ? undefined : first
}

function noGit(application: ApplicationSnapshot): Refusal {
  const isOci = application.sources.some((source) => source.repoURL.startsWith('oci://'))
  return new Refusal(
    'P3',
    `the source is ${isOci ? 'an OCI artifact' : 'a Helm repository'}: there is no Git commit to revert; whoever ` +
      `pins the version has to change it.`,
  )
}

/** One source stands for all of its repository: a PR goes to one branch, so all of them have to read that one. */
async function onePerRepository({ application, repositories }: AppSources): Promise<readonly GitSource[]> {
  const byRepository = Map.groupBy(gitSources(application), (source) => source.repository)
  const chosen: GitSource[] = []
  for (const [repository, sources] of byRepository) {
    const [first] = sources
    const named = new Set(sources.map((source) => branchOf(source.targetRevision)))
    const branches = first && named.size > 1 ? await withoutHead(repositories, first, named) : named
    if (branches.size > 1)
      throw new Refusal('P3', `the Application reads several branches of ${repository}: one PR cannot restore them together.`)
    if (first) chosen.push(first)
  }
  return chosen
}

async function withoutHead(
  repositories: GitRepositories,
  { repoURL }: GitSource,
  branches: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  if (!branches.has('HEAD')) return branches
  const head = await (await repositories.open(repoURL)).defaultBranch()
  return new Set([...branches].map((branch) => (branch === 'HEAD' ? head : branch)))
}

/**
 * Whether the app's inputs in this repository differ. Equal revisions are never looked into, so a repository at rest need not even be
 * allowed.
 */
async function hasMoved(
  choice: AppSources,
  source: GitSource,
  { from, to }: { from: AppliedRevision; to: AppliedRevision },
): Promise<boolean> {
  const { application } = choice
  const indices = gitSources(application)
    .filter((one) => one.repository === source.repository)
    .map((one) => one.index)
  if (indices.every((index) => to.revisions[index] !== undefined && from.revisions[index] === to.revisions[index])) return false
  // A `ref` that nothing refers to.
  if (appInputs(application, source.repository).inputs.length === 0) return false
  const reader = { ...choice, source, repository: await choice.repositories.open(source.repoURL) }
  const [before, after] = [await reduce(reader, from), await reduce(reader, to)]
  return !before || before.commit.sha !== after?.commit.sha
}

/**
 * Whether two applied revisions are one and the same to the Application: its spec and its inputs in every repository.
 * @throws Refusal P3; KedgeError E_GIT_*, E_REPOSITORY_NOT_ALLOWED
 */
export async function isSameForApp(choice: AppSources, from: AppliedRevision, to: AppliedRevision): Promise<boolean> {
  if (changedOutsideGit(from, to) !== undefined) return false
  for (const source of await onePerRepository(choice)) if (await hasMoved(choice, source, { from, to })) return false
  return true
}

/** What Argo CD has compared since, in the repositories that the revert does not touch. */
async function findLater(choice: SourceChoice, others: readonly GitSource[], applied: AppliedRevision): Promise<readonly GitCommit[]> {
  const { comparedRevisions } = choice.application
  // Branch names stand there while a comparison fails.
  const compared = { ...applied, revisions: applied.revisions.map((revision, index) => asCommitSha(comparedRevisions[index]) ?? revision) }
  const later: GitCommit[] = []
  for (const source of others) {
    if (!(await hasMoved(choice, source, { from: applied, to: compared }))) continue
    const newest = await reduce({ ...choice, source, repository: await choice.repositories.open(source.repoURL) }, compared)
    if (newest) later.push(newest.commit)
  }
  return later
}
