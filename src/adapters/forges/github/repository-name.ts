import { parseRepositoryPath } from '../http/repository-path.ts'

/** What GitHub calls `owner/name`, and the host that Git reaches it at. */
export interface RepositoryName {
  host: string
  owner: string
  name: string
}

/** The repository that a `repoURL` names; undefined for what is no `owner/name` on a host. */
export function parseRepositoryName(repoURL: string): RepositoryName | undefined {
  const { host = '', segments = [] } = parseRepositoryPath(repoURL) ?? {}
  const [owner, name, ...rest] = segments
  return owner === undefined || name === undefined || rest.length > 0 ? undefined : { host, owner, name }
}
