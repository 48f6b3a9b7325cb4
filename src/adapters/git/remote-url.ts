import { pathToFileURL } from 'node:url'
import { spelledRepoURL } from '../../domain/application/repo-url.ts'
import { KedgeError } from '../../domain/errors.ts'
import { withoutCredentials } from '../../domain/words/credentials.ts'
import { isConfidential } from '../../domain/words/web-address.ts'

/** Where Git is told to go: an address without credentials, and the one protocol that may be spoken to get there. */
export interface Remote {
  url: string
  protocol: 'https' | 'http' | 'file'
}

export interface RemoteRules {
  allowFileProtocol: boolean
  /** Plain http to hosts other than loopback: tokens would travel in clear. */
  allowPlainHttp: boolean
}

/** `git@host:owner/name`. Without a user the host must have a dot: `ext::…` and `javascript:…` are no hosts. */
const SCP = /^(?:[\w.+-]+@|(?=[^:]*\.))([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?):(?!\/\/|:)(.+)$/i
// oxlint-disable-next-line no-control-regex -- control characters are what this refuses
const UNPRINTABLE = /[\x00-\x20\x7f"\\]/

/**
 * The address for a repoURL of an Application. Credentials in it are dropped: Kedge uses only its own. SSH addresses
 * become https ones of the same host, because the token that may open pull requests speaks https.
 * @throws KedgeError E_GIT_BAD_INPUT for any other protocol (`ext::`, `git://`, …), and for text that is no address, or not plainly one
 */
export function remoteFor(repoURL: string, rules: RemoteRules): Remote {
  const text = repoURL.trim()
  if (text.startsWith('/')) return fileRemote(pathToFileURL(text), rules)
  const scp = SCP.exec(text)
  const url = scp ? parse(`https://${scp[1] ?? ''}/${(scp[2] ?? '').replace(/^\/+/, '')}`) : parse(text)
  if (!url) throw refused(repoURL, 'is not an address')
  if (url.protocol === 'file:') return fileRemote(url, rules)
  const remote = webRemote(url, rules)
  // What is allowed, and whose credential goes along, is told by the name: to `evil.example:x@git.example:acme/shop`, which one
  // reader takes for a path on the first host and the other for one on the second, nothing may go.
  if (inUrls(spelledRepoURL(remote.url)) !== inUrls(spelledRepoURL(text))) throw refused(repoURL, 'can be read as two addresses')
  return remote
}

/** A name as URLs spell it: the host in ASCII, and each part of the path by itself, so that `..` leads nowhere. */
function inUrls(name: string): string {
  const [host = '', ...path] = name.split('/')
  return [parse(`https://${host}`)?.host, ...path.map((part) => parse(`https://host/${part}`)?.pathname.slice(1))].join('/')
}

function webRemote(url: URL, rules: RemoteRules): Remote {
  const protocol = url.protocol === 'ssh:' ? 'https:' : url.protocol
  if (protocol !== 'https:' && protocol !== 'http:') throw refused(url.href, `speaks ${protocol}//, and only https is spoken`)
  if (url.protocol === 'ssh:' && url.port !== '' && url.port !== '22')
    throw refused(url.href, 'has a port for SSH, so its https address is unknown')
  if (!isConfidential({ protocol, hostname: url.hostname }) && !rules.allowPlainHttp)
    throw refused(url.href, 'would send the token in clear')
  const host = url.protocol === 'ssh:' ? url.hostname : url.host
  if (host === '' || url.pathname.length < 2 || url.search !== '' || url.hash !== '') throw refused(url.href, 'names no repository')
  return { url: `${protocol}//${host}${url.pathname}`, protocol: protocol === 'http:' ? 'http' : 'https' }
}

function fileRemote(url: URL, rules: RemoteRules): Remote {
  if (!rules.allowFileProtocol) throw refused(url.href, 'speaks file://, and only https is spoken')
  return { url: url.href, protocol: 'file' }
}

function parse(text: string): URL | undefined {
  return UNPRINTABLE.test(text) || !URL.canParse(text) ? undefined : new URL(text)
}

function refused(repoURL: string, why: string): KedgeError {
  return new KedgeError('E_GIT_BAD_INPUT', `the repository address ${JSON.stringify(withoutCredentials(repoURL).slice(0, 200))} ${why}`)
}
