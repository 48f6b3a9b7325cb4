import { parseRepositoryPath } from '../http/repository-path.ts'

/** A project of one GitLab. */
export interface Project {
  /** Where its API is, below that of the forge. */
  path: string
  /** Its page, without a slash at the end. */
  webUrl: string
}

/**
 * The project that a `repoURL` names: a name below a group and any subgroups, and, where GitLab itself is below a path of its host
 * (`https://HOST/gitlab/api/v4`), below that. Undefined for what is none on this host.
 */
export function parseProject(repoURL: string, { apiBaseUrl, gitHost }: { apiBaseUrl: string; gitHost: string }): Project | undefined {
  const { host, segments = [] } = parseRepositoryPath(repoURL) ?? {}
  if (host !== gitHost.toLowerCase()) return undefined
  const root = rootOf(apiBaseUrl)
  // By SSH there is no such path.
  const isBelow = root.length > 0 && /^https?:/i.test(repoURL)
  if (isBelow && root.some((part, index) => part !== segments[index])) return undefined
  const names = isBelow ? segments.slice(root.length) : segments
  if (names.length < 2) return undefined
  return { path: `/projects/${encodeURIComponent(names.join('/'))}`, webUrl: `${webRoot(apiBaseUrl, gitHost)}/${names.join('/')}` }
}

/** Where the pages of a GitLab are, without a slash at the end. */
export function webRoot(apiBaseUrl: string, gitHost: string): string {
  return [`${new URL(apiBaseUrl).protocol}//${gitHost}`, ...rootOf(apiBaseUrl)].join('/')
}

/** The parts of the path below which a GitLab is; none where it has the host for itself. */
function rootOf(apiBaseUrl: string): readonly string[] {
  const path = new URL(apiBaseUrl).pathname.replace(/\/+$/, '').replace(/\/api\/v4$/, '')
  return path.split('/').filter((part) => part !== '')
}
