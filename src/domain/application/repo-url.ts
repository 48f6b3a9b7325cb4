/**
 * One spelling for one repository: no credentials, scheme, port of the scheme, trailing slash or `.git`; all in lower case, as forges
 * ignore the case of owner and name; `git@host:owner/repo` like `https://host/owner/repo`. After Argo CD's `util/git.NormalizeGitURL`.
 */
export function normaliseRepoURL(url: string): string {
  const known = normalised.get(url)
  if (known !== undefined) return known
  const name = spelledRepoURL(url).toLowerCase()
  if (url.length > LONGEST_KEPT) return name
  if (normalised.size >= MOST_KEPT) normalised.clear()
  normalised.set(url, name)
  return name
}

/** Every look at an Application asks for its few repositories, once for each sync that it remembers. */
const normalised = new Map<string, string>()
const MOST_KEPT = 2_000
const LONGEST_KEPT = 500

/** The same, with the case of owner and name as it is written: for people, and in the keys of ledgers before case was ignored. */
export function spelledRepoURL(url: string): string {
  const trimmed = url.trim()
  // `host:8443/owner/repo` is what comes out of here, and must not be taken for scp's `host:owner/repo` when it comes in again.
  const scp = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/\/)(?!\d+\/)(.+)$/.exec(trimmed) ?? /^[^@/\s]+@([^:/\s]+):(?!\/\/)(.+)$/.exec(trimmed)
  const parts = scp ?? /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/]*@)?([^/]*)\/?(.*)$/i.exec(trimmed)
  if (!parts) return trimmed.replace(/(?:\.git|\/)+$/, '')
  const host = (parts[1] ?? '').toLowerCase().replace(/:(?:443|80|22)$/, '')
  const path = (parts[2] ?? '').replace(/^\/+/, '').replace(/(?:\.git|\/)+$/, '')
  return `${host}/${path}`
}

/**
 * The same, in lower case only on github.com and the hosts that are named: another server may keep `Team/App` and `team/app` apart, and
 * what one of them holds must not be taken for the other's.
 */
export function repositoryPlace(url: string, caseIgnoringHosts: readonly string[]): string {
  const spelled = spelledRepoURL(url)
  const [host = ''] = spelled.split('/')
  return host === 'github.com' || caseIgnoringHosts.includes(host) ? spelled.toLowerCase() : spelled
}

/** Whether two names are of one repository, of which one may come from a ledger that kept the case. */
export function isSameRepository(one: string | null | undefined, other: string | null | undefined): boolean {
  return one === other || (typeof one === 'string' && one.toLowerCase() === other?.toLowerCase())
}
