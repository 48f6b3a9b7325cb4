import { afterEach, beforeEach, describe } from 'vitest'
import type { GitRepository } from '../../src/ports/git.ts'
import type { GitCase } from './git/case.ts'
import { changesContract } from './git/changes.ts'
import { fetchContract } from './git/fetch.ts'
import { filesContract } from './git/files.ts'
import { historyContract } from './git/history.ts'
import { createOrigin, type Origin } from './git/origin.ts'
import { pushContract } from './git/push.ts'
import { restoreContract } from './git/restore.ts'

/** Opens a fresh repository on an origin; what it disposes is closed after each test. */
export type OpenRepository = (origin: Origin) => Promise<{ repository: GitRepository } & AsyncDisposable>

/** What every GitRepository must do. Run by each implementation, over each way to reach a repository. */
export function describeGitRepository(name: string, open: OpenRepository): void {
  describe(`a repository ${name}`, () => {
    let resources: AsyncDisposableStack
    let current: GitCase

    beforeEach(async () => {
      resources = new AsyncDisposableStack()
      const origin = resources.use(await createOrigin())
      const { repository } = resources.use(await open(origin))
      current = { origin, repository }
    })
    afterEach(() => resources.disposeAsync())

    fetchContract(() => current)
    filesContract(() => current)
    historyContract(() => current)
    changesContract(() => current)
    restoreContract(() => current)
    pushContract(() => current)
  })
}
