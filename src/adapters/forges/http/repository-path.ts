import { spelledRepoURL } from '../../../domain/application/repo-url.ts'
import { KedgeError } from '../../../domain/errors.ts'

/** Where a repository is: a host, with its port where that is not the usual one, and the parts of the path on it. */
export interface RepositoryPath {
  host: string
  segments: readonly string[]
}

const SEGMENT = /^(?!\.{1,2}$)[\w.-]{1,255}$/
const MOST_SEGMENTS = 30

/**
 * The repository that a `repoURL` names; undefined for what is no path on a host. Strict, because a credential goes where it points: a URL
 * that two parsers could read as two hosts names nothing.
 */
export function parseRepositoryPath(repoURL: string): RepositoryPath | undefined {
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if (/[\s\\\u0000-\u001f\u007f-\uffff]/.test(repoURL)) return undefined
  const [host = '', ...segments] = spelledRepoURL(repoURL).split('/')
  if (host === '' || segments.length > MOST_SEGMENTS || !segments.every((segment) => SEGMENT.test(segment))) return undefined
  if (/^https?:/i.test(repoURL) && !(URL.canParse(repoURL) && new URL(repoURL).host === host)) return undefined
  return { host, segments }
}

/** The repository as a person may read it in an error: without credentials, control characters and excess length. */
export function describeRepository(repoURL: string): string {
  const plain = spelledRepoURL(repoURL).replace(/^[^/]*@/, '')
  return plain.replace(/[^\u0020-\u007e]/g, '?').slice(0, 200)
}

/**
 * Git would send the password in the clear; only a forge whose API is in the clear too (a test's) may ask for that.
 * @throws KedgeError E_REPOSITORY_NOT_ALLOWED
 */
export function refuseCleartext(repoURL: string, apiBaseUrl: string): void {
  if (/^http:/i.test(repoURL) && !/^http:/i.test(apiBaseUrl)) {
    throw new KedgeError(
      'E_REPOSITORY_NOT_ALLOWED',
      `${describeRepository(repoURL)} is reached by plain http. Use https, so that the token is not sent in the clear.`,
    )
  }
}

/**
 * Asked before every use of a credential.
 * @throws KedgeError E_REPOSITORY_NOT_ALLOWED
 */
export function insistOnAllowed(repoURL: string, allow: (repoURL: string) => boolean): void {
  if (!allow(repoURL))
    throw new KedgeError('E_REPOSITORY_NOT_ALLOWED', `${describeRepository(repoURL)} is not among the allowed repositories.`)
}
