import { spelledRepoURL } from '../../../domain/application/repo-url.ts'
import { parseRepositoryPath } from '../http/repository-path.ts'

/** What Gitea calls `owner/name`. */
export interface RepositoryName {
  owner: string
  name: string
}

/** Host, and path where there is one, of the clone URLs of one Gitea, as a normalised repository begins. */
export function placeOf({ url, host }: { url: string; host?: string | undefined }): string {
  const { host: ofUrl, pathname } = new URL(url)
  return spelledRepoURL(`https://${host?.toLowerCase() ?? ofUrl}${pathname}`).replace(/\/+$/, '')
}

/** The repository that a `repoURL` names below `place`, which is {@link placeOf} a Gitea; undefined for anything else. */
export function parseRepositoryName(repoURL: string, place: string): RepositoryName | undefined {
  const found = parseRepositoryPath(repoURL)
  const [owner, name] = found?.segments.slice(-2) ?? []
  if (!found || owner === undefined || name === undefined) return undefined
  return [found.host, ...found.segments.slice(0, -2)].join('/') === place ? { owner, name } : undefined
}
