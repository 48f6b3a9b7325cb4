import type { CommitSha, GitCommit } from '../../../domain/application/commit.ts'
import { isAmong } from '../../../domain/application/inputs.ts'
import type { SourceFacts } from '../../../domain/decision/facts.ts'
import type { GitRepository } from '../../../ports/git.ts'
import type { ChangeFacts } from '../question/put-together.ts'
import type { OpenQuestion } from '../question/question.ts'
import type { Revisions } from '../revisions/revisions.ts'
import { readCulprits, withoutOthers, type CulpritFiles } from './culprit-files.ts'

/** Up to where the later commits are read. */
export interface Since {
  readonly head: CommitSha
  /** See `ChosenSource`. */
  readonly laterElsewhere: readonly GitCommit[]
}

/** What lies between the two versions, and what has come since. */
export interface Changes extends ChangeFacts, CulpritFiles {
  /** Those of the later commits that change more than other Rollouts' own files. */
  readonly laterOwn: readonly GitCommit[]
  /** Those files. */
  readonly laterOthers: readonly string[]
}

/** Reads the commits between N and N+1, those after them, and the files of both. @throws Refusal P7; KedgeError E_GIT_* */
export async function readChanges(question: OpenQuestion, revisions: Revisions, { head, laterElsewhere }: Since): Promise<Changes> {
  const { repository, application, release } = question
  const { revision, good, inputs, restored, isPlain, apart = [] } = revisions
  const laterHere = await repository.commitsTouching(revision.sha, head, inputs)
  const later = [...laterElsewhere, ...laterHere]
  const restoredInGit =
    laterHere.length > 0 &&
    laterElsewhere.length === 0 &&
    (await repository.fingerprint(head, restored)) === (await repository.fingerprint(good.sha, restored))
  const between = await readCulprits(repository, { application, release, revision: revision.sha, good: good.sha, restored, isPlain })
  const { culprits, paths, beside } = between
  const files = await Promise.all([...culprits, ...apart].map(({ sha }) => repository.filesOf(sha)))
  const otherFiles = [...new Set(files.flat())].filter((file) => !isAmong(file, restored)).sort()
  const changedSince = await repository.changedPaths(
    laterHere.map((commit) => commit.sha),
    inputs,
  )
  const overtaken = changedSince.some((path) => paths.includes(path))
  const asked = { application, release, revision: revision.sha, head, inputs, later: laterHere, paths, isPlain }
  const { laterOwn, laterOthers } = await withoutOthers(repository, asked)
  return {
    culprits,
    paths,
    beside,
    leftOut: apart.length === 0 ? between.leftOut : { paths: await stayingFiles(repository, revisions, paths), commits: apart },
    later,
    laterOwn: [...laterElsewhere, ...laterOwn],
    laterOthers,
    restoredInGit,
    overtaken,
    otherFiles,
  }
}

/** What stays of commits that change nothing but other Rollouts, as rendering has shown. */
async function stayingFiles(
  repository: GitRepository,
  { apart = [], restored }: Pick<Revisions, 'apart' | 'restored'>,
  paths: readonly string[],
): Promise<SourceFacts['leftOut']['paths']> {
  const touched = await repository.changedPaths(
    apart.map(({ sha }) => sha),
    restored,
  )
  return touched.filter((path) => !paths.includes(path))
}
