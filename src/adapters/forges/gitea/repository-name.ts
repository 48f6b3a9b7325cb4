import { spelledRepoURL } from '../../../domain/application/repo-url.ts'

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

const SEGMENT = /^(?!\.{1,2}$)[\w.-]{1,100}$/

/**
 * The repository that a `repoURL` names below `place`, the host and path of a Gitea without a slash at the end; undefined for anything
 * else. Strict, because a credential goes where it points: a URL that two parsers could read as two hosts names nothing.
 */
export function parseRepositoryName(repoURL: string, place: string): RepositoryName | undefined {
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if (/[\s\\\u0000-\u001f\u007f-\uffff]/.test(repoURL)) return undefined
  const spelled = spelledRepoURL(repoURL)
  if (!spelled.startsWith(`${place}/`)) return undefined
  const [owner = '', name = '', ...rest] = spelled.slice(place.length + 1).split('/')
  if (rest.length > 0 || !SEGMENT.test(owner) || !SEGMENT.test(name)) return undefined
  const [host = ''] = place.split('/')
  if (/^https?:/i.test(repoURL) && !(URL.canParse(repoURL) && new URL(repoURL).host === host)) return undefined
  return { owner, name }
}

/** The repository as a person may read it in an error: without credentials, control characters and excess length. */
export function describeRepository(repoURL: string): string {
  const plain = spelledRepoURL(repoURL).replace(/^[^/]*@/, '')
  return plain.replace(/[^\u0020-\u007e]/g, '?').slice(0, 200)
}
