import { isAmong } from '../../../domain/application/inputs.ts'
import { plainText } from '../../../domain/words/plain-text.ts'
import type { GitRepository } from '../../../ports/git.ts'
import { Refusal } from '../question/refusal.ts'
import type { Revisions } from '../revisions/revisions.ts'

/** What a template may read by a name that it works out has to be as it was. @throws Refusal P10; KedgeError E_GIT_* */
export async function insistUntouched(repository: GitRepository, { good, revision, perhaps, firm }: Revisions): Promise<void> {
  const commits = await repository.commitsTouching(good.sha, revision.sha, perhaps)
  const changed = await repository.changedPaths(
    commits.map(({ sha }) => sha),
    perhaps,
  )
  // What is read for certain goes back.
  const path = changed.find((one) => !isAmong(one, firm))
  if (path === undefined) return
  throw new Refusal(
    'P10',
    `not known is whether the Application reads ${plainText(path, 200)}, which has changed: a template may work out its name. ` +
      'Nobody renders it, so nothing else can prove it.',
  )
}
