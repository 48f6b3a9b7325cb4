import { type CommitSha, exactly, type InputPath } from '../../../domain/application/commit.ts'
import type { OpenQuestion } from '../question/question.ts'
import type { Revisions } from '../revisions/revisions.ts'

/** More files, and larger ones, are not looked at: commits that add these stand in the way. */
const MOST_FILES = 200
const MOST_BYTES = 256 * 1024
/** A manifest; none of the files that make a folder another tool's, or change what is read of it. */
const MANIFEST = /(?:^|\/)(?!\.argocd-source|kustomization\.|Chart\.)[^/]*\.(?:ya?ml|json)$/

/**
 * Without the manifests that later commits have added to plain folders and that neither name the Rollout nor declare an analysis: nothing
 * that is restored changes by them. Another definition of the Rollout would, and what was missing may be an analysis. To be asked where
 * nobody renders.
 * @throws KedgeError E_GIT_*
 */
export async function withoutAdded(
  { repository, release: { rollout } }: OpenQuestion,
  revisions: Revisions,
  head: CommitSha,
): Promise<Revisions> {
  const { revision, good, inputs, restored, isPlain } = revisions
  if (!isPlain) return revisions
  const changedIn = async (from: CommitSha, to: CommitSha, paths: readonly InputPath[]): Promise<readonly string[]> => {
    const commits = await repository.commitsTouching(from, to, paths)
    return repository.changedPaths(
      commits.map(({ sha }) => sha),
      paths,
    )
  }
  const since = await changedIn(revision.sha, head, inputs)
  if (since.length === 0 || since.length > MOST_FILES) return revisions
  const [atGood, atRevision] = [await repository.objectNames(good.sha, since), await repository.objectNames(revision.sha, since)]
  const added = since.filter((path) => atGood[path] === null && atRevision[path] === null && MANIFEST.test(path))
  const texts = await repository.readFiles(head, added, MOST_BYTES)
  // A name may be spelled by escapes.
  const isApart = (text: string | undefined): boolean => text !== undefined && !text.includes(rollout) && !/\\[uUx]|Analysis/.test(text)
  const apart = added.filter((path) => isApart(texts[path]))
  const touched = await changedIn(good.sha, revision.sha, restored)
  if (apart.length === 0 || touched.length > MOST_FILES) return revisions
  const others = since.filter((path) => !apart.includes(path))
  return { ...revisions, restored: exactly(touched), inputs: exactly([...new Set([...touched, ...others])]) }
}
