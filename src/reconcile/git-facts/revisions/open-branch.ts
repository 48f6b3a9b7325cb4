import type { GitSource } from '../../../domain/application/inputs.ts'
import type { Note } from '../question/put-together.ts'
import { openAt, type OpenQuestion, type SourceQuestion } from '../question/question.ts'
import { readBranch, type Branch } from './revisions.ts'

/** A question as it is put to one repository, and the branch in it that a revert goes to. */
export interface OpenBranch {
  readonly opened: OpenQuestion
  readonly branch: Branch
}

/** Opens the repository of a source, and brings its branch up to date. @throws Refusal P3; KedgeError E_GIT_*, E_REPOSITORY_NOT_ALLOWED */
export async function openBranch(question: SourceQuestion, source: GitSource, note: Note): Promise<OpenBranch> {
  note('place', { repoURL: source.repoURL, repository: source.repository })
  const repository = await question.repositories.open(source.repoURL)
  const branch = await readBranch(repository, source)
  note('branch', branch)
  return { opened: openAt(question, source, repository), branch }
}
