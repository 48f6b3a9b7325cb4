import type { CommitSha, InputPath } from '../../domain/application/commit.ts'
import { isAmong } from '../../domain/application/inputs.ts'
import { mayBeIrreversible } from '../../domain/application/irreversible.ts'
import type { GitRepository } from '../../ports/git.ts'

/** Files beside, in which a Job may run as a hook. */
const MOST_BESIDE = 500
const MOST_BYTES = 1024 * 1024
/** Of these, no more than what may hold something irreversible is kept. */
const AT_ONCE = 50

interface Asked {
  revision: CommitSha
  paths: readonly string[]
  restored: readonly InputPath[]
}

/** Texts of inputs that the release left alone and that may hold something irreversible. Of too many none. @throws KedgeError E_GIT_* */
export async function readBeside(
  repository: GitRepository,
  { revision, paths, restored }: Asked,
): Promise<Readonly<Record<string, string>>> {
  const files = new Set<string>()
  for (const { path, glob } of restored) {
    if (!glob) files.add(path)
    else for (const file of await filesIn(repository, revision, path)) files.add(file)
  }
  const beside = [...files].filter((file) => isAmong(file, restored) && !paths.includes(file))
  const found: Record<string, string> = {}
  for (let at = 0; beside.length <= MOST_BESIDE && at < beside.length; at += AT_ONCE)
    for (const [path, text] of Object.entries(await repository.readFiles(revision, beside.slice(at, at + AT_ONCE), MOST_BYTES)))
      if (mayBeIrreversible(text)) found[path] = text
  return found
}

async function filesIn(repository: GitRepository, at: CommitSha, pattern: string): Promise<readonly string[]> {
  const folder = pattern.slice(0, Math.max(0, pattern.lastIndexOf('/', pattern.search(/[*?[\\]/))))
  const files = (await repository.listFiles(at, folder, { recurse: pattern.includes('**'), most: MOST_BESIDE })) ?? []
  return files.flatMap(({ path, kind }) => (kind === 'file' ? [path] : []))
}
