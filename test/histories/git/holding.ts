import { assertCommit } from '../../../src/adapters/git/names.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { GitObject } from './objects.ts'
import type { Remote } from './remote.ts'
import type { Store, StoredCommit } from './store.ts'

/** What a repository in memory is made of. */
export interface Holding {
  remote: Remote
  store: Store
  /** Objects that were written here, and that the remote does not have before they are pushed. */
  own: Map<string, GitObject>
}

/** @throws KedgeError E_GIT_COMMIT_GONE, E_GIT_BAD_INPUT */
export function requireCommit(store: Store, sha: string): StoredCommit {
  const commit = store.commit(assertCommit(sha))
  if (!commit) throw new KedgeError('E_GIT_COMMIT_GONE', `there is no commit ${sha}`)
  return commit
}
