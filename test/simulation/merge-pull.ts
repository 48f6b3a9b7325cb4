import type { MemoryForges } from '../../src/adapters/forges/memory/forge.ts'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import { sha, type createOrigin } from '../contract/git/origin.ts'
import { REPO } from './application.ts'

const AUTHOR = { GIT_AUTHOR_NAME: 'M', GIT_AUTHOR_EMAIL: 'm@x', GIT_COMMITTER_NAME: 'M', GIT_COMMITTER_EMAIL: 'm@x' }

/** A person merges a PR: a merge commit with the branch's tree on `main`. @throws Error there is no such PR */
export function mergePull(origin: Awaited<ReturnType<typeof createOrigin>>, forges: MemoryForges, number: number, by?: string): CommitSha {
  const pull = forges.pullRequests(REPO)[number - 1]
  if (!pull) throw new Error(`no PR ${number}`)
  const head = origin.git(['rev-parse', 'refs/heads/main'])
  const message = `Merge pull request #${number} from ${pull.branch}`
  const merged = sha(
    origin.git(['commit-tree', `${pull.headSha}^{tree}`, '-p', head, '-p', pull.headSha, '-m', message], undefined, AUTHOR),
  )
  origin.git(['update-ref', 'refs/heads/main', merged])
  forges.merge(REPO, number, merged, by)
  return merged
}
