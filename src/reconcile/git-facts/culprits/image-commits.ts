import type { CommitSha, GitCommit, InputPath } from '../../../domain/application/commit.ts'
import { hasFailed } from '../../../domain/release/attempts.ts'
import type { Release } from '../../../domain/release/release.ts'
import { holdsMark, imageMarks } from '../../../domain/rollout/image-marks.ts'
import type { GitRepository } from '../../../ports/git.ts'
import { MOST_FILES, readTexts } from '../commit/files-between.ts'

/** As many are held against older states, see `backToOlder`. */
const MOST_COMMITS = 20

export interface ImageQuestion {
  release: Pick<Release, 'images' | 'stableImages'>
  /** Other releases of the Rollout. */
  others: readonly Release[]
  commits: readonly GitCommit[]
  /** What is restored. */
  files: readonly InputPath[]
}

/**
 * Those of the commits with which an image came that only N+1 has: a line names it that did not before. Null where files do not tell, or
 * nothing has failed before, so that nobody asks. @throws KedgeError E_GIT_*
 */
export async function imageCommits(repository: GitRepository, question: ImageQuestion): Promise<readonly CommitSha[] | null> {
  const { release, others, commits, files } = question
  const marks = imageMarks(release.images, release.stableImages)
  if (marks.length === 0 || commits.length > MOST_COMMITS || !others.some(hasFailed)) return null
  const found: CommitSha[] = []
  for (const { sha, parents } of commits) {
    const paths = await repository.changedPaths([sha], files)
    const [parent] = parents
    if (parent === undefined || paths.length > MOST_FILES) return null
    const [before, after] = [await readTexts(repository, parent, paths), await readTexts(repository, sha, paths)]
    if (!before || !after) return null
    if (marks.some((mark) => linesWith(after, mark) > linesWith(before, mark))) found.push(sha)
  }
  // An image that comes with none is put together in a way that no line shows.
  return found.length > 0 ? found : null
}

function linesWith(texts: readonly string[], mark: string): number {
  return texts.flatMap((text) => text.split('\n')).filter((line) => holdsMark(line, mark)).length
}
