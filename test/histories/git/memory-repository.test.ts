import { describeGitRepository } from '../../contract/git-repository.ts'
import { createMemoryRepository } from './memory-repository.ts'
import { createRemoteAt } from './remote-at.ts'

describeGitRepository('in memory', async (origin) => ({
  repository: createMemoryRepository('https://git.example/acme/gitops.git', createRemoteAt(origin.dir)),
  [Symbol.asyncDispose]: async () => undefined,
}))
