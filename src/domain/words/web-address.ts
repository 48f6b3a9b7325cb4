import { isLoopbackName } from './host-name.ts'
import { plainText } from './plain-text.ts'
import { withoutSecrets } from './secrets.ts'

/**
 * The rule of an address on the web: http or https, and no user or password in it, whom everybody who reads the address would have. As
 * parsers of URLs read it: without the tabs and line breaks that they pass over (WHATWG URL, 4.4), so tell people its `href`.
 */
export function webAddress(text: string): URL | undefined {
  // Runs in Argo CD's page, too: `URL.parse` is younger than some browsers.
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url && /^https?:$/.test(url.protocol) && !hasUser(url) ? url : undefined
}

/** A link for people, spelled as its parser reads it; undefined where it is no `webAddress`, or longer than `max` characters. */
export function webLink(text: string, max: number): string | undefined {
  const href = webAddress(text)?.href
  return href !== undefined && href.length <= max ? href : undefined
}

/** Whether two addresses are one, however each is spelled; also where neither is one, or both are missing. */
export function isSameAddress(one: string | undefined, other: string | undefined): boolean {
  const spelled = (text: string | undefined): string | undefined => (text === undefined ? undefined : (webAddress(text)?.href ?? text))
  return spelled(one) === spelled(other)
}

/** Whether a text is an address, of whatever scheme, with a user or a password in it. */
export function namesUser(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && hasUser(url)
}

/**
 * Whether what is sent there stays between the two: https, or http that does not leave this machine. Of what a parser of URLs has read,
 * which writes schemes and hosts in small letters.
 */
export function isConfidential({ protocol, hostname }: Pick<URL, 'protocol' | 'hostname'>): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackName(hostname))
}

/** An address that is wrong, for a message: one harmless line of 200 characters, and nothing of it where it may name a user. */
export function shownAddress(text: string): string {
  return text.includes('@') ? '(an address that is not shown)' : plainText(withoutSecrets(text), 200)
}

function hasUser({ username, password }: URL): boolean {
  return username !== '' || password !== ''
}
