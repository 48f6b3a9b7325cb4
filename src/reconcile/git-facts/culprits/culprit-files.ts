import { type CommitSha, exactly, type GitCommit, type InputPath } from '../../../domain/application/commit.ts'
import type { ApplicationSnapshot } from '../../../domain/application/snapshots.ts'
import type { SourceFacts } from '../../../domain/decision/facts.ts'
import { isExperiment } from '../../../domain/experiment/name.ts'
import { subjectWords } from '../../../domain/experiment/words.ts'
import type { Release } from '../../../domain/release/release.ts'
import type { GitRepository } from '../../../ports/git.ts'
import { Refusal } from '../question/refusal.ts'
import { shareOut } from './own-files.ts'

/** More are not counted: see `GitRepository.commitsTouching`. */
const MOST_COMMITS = 1_000
/** Of more, Git is not asked by name which commits touch them. */
const MOST_FILES = 1_000

interface Between {
  application: ApplicationSnapshot
  release: Pick<Release, 'namespace' | 'rollout'>
  /** N+1's commit, and N's. */
  revision: CommitSha
  good: CommitSha
  restored: readonly InputPath[]
  isPlain: boolean
}

export interface CulpritFiles extends Pick<SourceFacts, 'culprits' | 'paths' | 'leftOut'> {
  /** Other Rollouts, `namespace/name`, that the files declare differently. */
  readonly beside: readonly string[]
}

/** What changed the inputs between the two versions, but for what is only another Rollout's. @throws Refusal P7; KedgeError E_GIT_* */
export async function readCulprits(repository: GitRepository, between: Between): Promise<CulpritFiles> {
  const { application, release, revision, good, restored, isPlain } = between
  const commits = await repository.commitsTouching(good, revision, restored)
  if (commits.length >= MOST_COMMITS) {
    const { ends } = subjectWords(isExperiment(release))
    throw new Refusal('P7', `${MOST_COMMITS} commits or more lie between the two ${ends}: too many for one revert.`)
  }
  const touched = await repository.changedPaths(
    commits.map(({ sha }) => sha),
    restored,
  )
  // A merge of the branch into somebody's own has changed what N has as well, and what was changed and taken back is as it was: such a
  // commit is neither reverted nor left.
  const differing = new Set(await repository.differingPaths(good, revision, restored))
  const changed = touched.filter((path) => differing.has(path))
  const { own, beside } = await shareOut(repository, { application, release, from: good, to: revision, paths: changed })
  const left = isPlain ? own : []
  const paths = changed.filter((path) => !left.includes(path))
  const those = async (files: readonly string[]): Promise<readonly GitCommit[]> =>
    files.length === touched.length || files.length > MOST_FILES ? commits : repository.commitsTouching(good, revision, exactly(files))
  const culprits = changed.length === 0 ? commits : await those(paths)
  const isCulprit = new Set<string>(culprits.map(({ sha }) => sha))
  const theirs = left.length === 0 ? [] : (await those(left)).filter(({ sha }) => !isCulprit.has(sha))
  return { culprits, paths, leftOut: { paths: left, commits: theirs }, beside }
}

interface Since extends Pick<Between, 'application' | 'release' | 'revision' | 'isPlain'> {
  head: CommitSha
  inputs: readonly InputPath[]
  later: readonly GitCommit[]
  /** What is restored. */
  paths: readonly string[]
}

/** The later commits that change more than other Rollouts' own files, and those files: in them, nothing else may differ since N+1. */
export async function withoutOthers(
  repository: GitRepository,
  since: Since,
): Promise<{ laterOwn: readonly GitCommit[]; laterOthers: readonly string[] }> {
  const { application, release, revision, head, inputs, later, paths, isPlain } = since
  if (later.length === 0 || !isPlain) return { laterOwn: later, laterOthers: [] }
  const changed = await repository.changedPaths(
    later.map(({ sha }) => sha),
    inputs,
  )
  const { own } = await shareOut(repository, { application, release, from: revision, to: head, paths: changed })
  const laterOthers = own.filter((path) => !paths.includes(path))
  const others = changed.filter((path) => !laterOthers.includes(path))
  const touching = new Set<string>((await repository.commitsTouching(revision, head, exactly(others))).map(({ sha }) => sha))
  return { laterOwn: later.filter(({ sha }) => touching.has(sha)), laterOthers }
}
