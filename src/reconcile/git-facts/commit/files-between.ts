import type { CommitSha } from '../../../domain/application/commit.ts'
import type { GitRepository } from '../../../ports/git.ts'
import { mergeInputs } from '../../inputs/read-inputs.ts'
import type { AppReader } from './app-commit.ts'
import type { Reduced } from './reduced.ts'

/** Larger files are seldom written by hand. */
const MOST_BYTES = 1024 * 1024

/** A release that changes more files than this, or more text, is nothing that files can prove. */
export const MOST_FILES = 200
const MOST_TEXT = 4 * 1024 * 1024
/** Each asking costs a round to the remote, and is held in memory. */
const AT_ONCE = 8

/** The files among the inputs that changed after the one commit, up to the other. @throws KedgeError E_GIT_* */
export async function pathsBetween({ repository }: AppReader, from: Reduced, to: Reduced): Promise<readonly string[]> {
  const inputs = mergeInputs(from.inputs, to.inputs)
  const commits = await repository.commitsTouching(from.commit.sha, to.commit.sha, inputs)
  const shas = commits.map(({ sha }) => sha)
  return shas.length === 0 ? [] : repository.changedPaths(shas, inputs)
}

/** What stands in files; undefined where that is too much together. @throws KedgeError E_GIT_* */
export async function readTexts(
  repository: GitRepository,
  revision: CommitSha,
  paths: readonly string[],
): Promise<readonly string[] | undefined> {
  const texts: string[] = []
  let left = MOST_TEXT
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const files = await repository.readFiles(revision, paths.slice(at, at + AT_ONCE), MOST_BYTES)
    for (const text of Object.values(files)) {
      left -= text.length
      // `v1` is a version of the API in nearly every manifest.
      texts.push(text.replace(/apiVersion"?[ \t]{0,9}:[^\n,]{0,100}/g, ''))
    }
    if (left < 0) return undefined
  }
  return texts
}
