import { KedgeError } from '../../../domain/errors.ts'
import type { RepositoryName } from './repository-name.ts'

const REPOSITORY = /^\/repos\/([\w.-]{1,100})\/([\w.-]{1,100})(?=\/|$)/

/**
 * Where a request belongs by now, below the API's address: Gitea redirects what names a repository by a name that it had before. Undefined
 * where the answer is no redirect. A redirect is followed nowhere else, and to no repository that the admin does not allow.
 *
 * @throws KedgeError E_FORGE_REJECTED
 */
export function renamedTo(
  { apiUrl, allows }: { apiUrl: string; allows: (repository: RepositoryName) => boolean },
  { path }: { path: string },
  { status, headers }: { status: number; headers: Headers },
): string | undefined {
  if (status < 300 || status >= 400) return undefined
  const location = headers.get('location') ?? ''
  const target = URL.canParse(location, apiUrl) ? new URL(location, apiUrl) : undefined
  const base = new URL(apiUrl)
  const isInside = target?.origin === base.origin && target.username === '' && target.pathname.startsWith(`${base.pathname}/repos/`)
  const [, owner = '', name = ''] = (isInside && REPOSITORY.exec(target.pathname.slice(base.pathname.length))) || []
  const before = REPOSITORY.exec(path)?.[0] ?? path
  if (owner === '')
    throw new KedgeError('E_FORGE_REJECTED', `Gitea redirected ${path} to another place. No redirect is followed there with a credential.`)
  if (!allows({ owner, name })) {
    throw new KedgeError(
      'E_FORGE_REJECTED',
      `Gitea says that ${before.slice('/repos/'.length)} has become ${owner}/${name}, which is not among the allowed repositories.`,
    )
  }
  return `/repos/${owner}/${name}${path.slice(before.length)}`
}
