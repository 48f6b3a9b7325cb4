import { describeGitRepository } from '../../contract/git-repository.ts'
import { serveOverHttp } from './http-origin.ts'
import { openAt } from './open.ts'

describeGitRepository('over HTTP with a password', async (origin) => {
  const stack = new AsyncDisposableStack()
  const served = stack.use(await serveOverHttp(origin, 'kedge:s3cret-token'))
  const { repository } = stack.use(
    await openAt(served.url, { credentialsFor: async () => ({ username: 'kedge', password: 's3cret-token' }) }),
  )
  return { repository, [Symbol.asyncDispose]: () => stack.disposeAsync() }
})
