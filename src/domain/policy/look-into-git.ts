import { spelledRepoURL } from '../application/repo-url.ts'
import { allowsRepository } from './allow.ts'

/** What stands for a repository whose name nobody should copy. */
const EXAMPLE = 'https://git.example/acme/gitops'
const LONGEST = 200

/**
 * The one line of the configuration that lets Kedge look into a repository, as an Application names it. Of a name that cannot be allowed as
 * it is, that is very long, or that would allow more than itself, an example stands there.
 */
export function lineThatAllows(repoURL: string | undefined): string {
  const plain = /^http:/i.test(repoURL ?? '') ? 'http' : 'https'
  const pattern = repoURL === undefined ? EXAMPLE : `${plain}://${spelledRepoURL(repoURL)}`
  const allow = { repositories: [pattern], channels: [], reviewers: [], maxMode: 'observe' } as const
  const isWhole =
    pattern.length <= LONGEST && !pattern.includes('*') && allowsRepository({ allow, caseIgnoringHosts: [] }, repoURL ?? pattern)
  return `allow: { repositories: [${JSON.stringify(isWhole ? pattern : EXAMPLE)}] }`
}
