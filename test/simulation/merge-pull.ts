import type { MemoryForges } from '../../src/adapters/forges/memory/forge.ts'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import { sha, type Origin } from '../contract/git/origin.ts'
import { REPO } from './application.ts'

/** A person merges a PR: a merge commit with the branch's tree on `main`. @throws Error there is no such PR */
export function mergePull(origin: Origin, forges: MemoryForges, number: number, by?: string): CommitSha {
  const pull = forges.pullRequests(REPO)[number - 1]
  if (!pull) throw new Error(`no PR ${number}`)
  const message = `Merge pull request #${number} from ${pull.branch}`
  const merged = origin.commit({}, { merges: sha(pull.headSha), message, author: 'M <m@x>' })
  forges.merge(REPO, number, merged, by)
  return merged
}
