import { spelledRepoURL } from '../../../domain/application/repo-url.ts'

/** What GitHub calls `owner/name`, and the host that Git reaches it at. */
export interface RepositoryName {
  host: string
  owner: string
  name: string
}

const SEGMENT = /^(?!\.{1,2}$)[\w.-]{1,100}$/

/**
 * The repository that a `repoURL` names; undefined for what is no `owner/name` on a host.
 * Strict, because a credential goes where it points: a URL that two parsers could read as two hosts names nothing.
 */
export function parseRepositoryName(repoURL: string): RepositoryName | undefined {
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if (/[\s\\\u0000-\u001f\u007f-\uffff]/.test(repoURL)) return undefined
  const [host = '', owner = '', name = '', ...rest] = spelledRepoURL(repoURL).split('/')
  if (rest.length > 0 || host === '' || !SEGMENT.test(owner) || !SEGMENT.test(name)) return undefined
  if (/^https?:/i.test(repoURL) && !(URL.canParse(repoURL) && new URL(repoURL).host === host)) return undefined
  return { host, owner, name }
}

/** The repository as a person may read it in an error: without credentials, control characters and excess length. */
export function describeRepository(repoURL: string): string {
  const plain = spelledRepoURL(repoURL).replace(/^[^/]*@/, '')
  return plain.replace(/[^\u0020-\u007e]/g, '?').slice(0, 200)
}
