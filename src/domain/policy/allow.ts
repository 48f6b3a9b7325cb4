import { repositoryPlace } from '../application/repo-url.ts'
import { matchesName, matchesPath } from '../words/glob.ts'
import type { PolicySettings } from './settings.ts'

/**
 * What a repository or a pattern comes down to. Plain http is a place of its own: a credential for https must not go
 * there.
 */
interface Place {
  plain: boolean
  host: string
  segments: readonly string[]
}

const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::\d{1,5})?$/
// Letters, digits and the few marks that forges allow in names. No percent sign: two spellings of one path must not
// pass.
const SEGMENT = /^[\w~+.@][\w~+.@-]*$/
const PATTERN_SEGMENT = /^(?:\*\*|[\w~+.@*][\w~+.@*-]*)$/

/**
 * Whether the admin allows the repository that an Application names. The host and the whole path must match a pattern
 * of `allow.repositories`: `*` is any run of characters within one segment of the path, `**` as a segment is any
 * segments, one at least. Case counts but on hosts that ignore it. A URL that is not plainly one repository on one host is never allowed.
 */
export function allowsRepository(settings: Pick<PolicySettings, 'allow' | 'caseIgnoringHosts'>, repoURL: string): boolean {
  const { caseIgnoringHosts } = settings
  const place = parsePlace(repoURL, SEGMENT, caseIgnoringHosts)
  if (!place) return false
  return settings.allow.repositories.some((text) => {
    const pattern = parsePlace(text, PATTERN_SEGMENT, caseIgnoringHosts)
    return pattern?.plain === place.plain && pattern.host === place.host && matchesPath(place.segments.join('/'), globOf(pattern))
  })
}

/** Whether a text can be a pattern of `allow.repositories`. */
export function isRepositoryPattern(text: string): boolean {
  return parsePlace(text, PATTERN_SEGMENT) !== undefined
}

/** The host that a pattern of `allow.repositories` is on, with a port where it has one; undefined for what is no pattern. */
export function repositoryHost(pattern: string): string | undefined {
  return parsePlace(pattern, PATTERN_SEGMENT)?.host
}

// Where readers of URLs disagree on what is the host (`https://evil\\@good/`, `https://evil#@good/`), nothing is
// allowed.
const AMBIGUOUS = /[^!-~]|[\\?#]/

function parsePlace(text: string, segment: RegExp, caseIgnoringHosts: readonly string[] = []): Place | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase()
  if (text.length > 2_048 || AMBIGUOUS.test(text) || (scheme !== undefined && !['https', 'http', 'ssh'].includes(scheme))) return undefined
  const spelled = !/^[^/]*:/.test(text) ? `https://${text}` : text
  const [host = '', ...segments] = repositoryPlace(spelled, caseIgnoringHosts).split('/')
  if (!HOST.test(host) || segments.length === 0) return undefined
  if (!segments.every((part) => segment.test(part) && !/^\.+$/.test(part))) return undefined
  return { plain: scheme === 'http', host, segments }
}

/** As a glob of paths. There `**` beside other characters would cross segments, and `**` before a `/` may be none. */
function globOf({ segments }: Place): string {
  const last = segments.length - 1
  return segments.map((part, at) => (part !== '**' ? part.replace(/\*+/g, '*') : at === last ? part : '*/**')).join('/')
}

/**
 * Whether cards may go to a channel: one that the admin set in `defaults` or a rule, or one that matches
 * `allow.channels`. `#name` and `name` are the same channel.
 */
export function allowsChannel(settings: Pick<PolicySettings, 'allow' | 'defaults' | 'rules'>, channel: string): boolean {
  const name = bareChannel(channel)
  if (!isChannelName(channel)) return false
  const set = [settings.defaults, ...settings.rules.map((rule) => rule.set)].flatMap(({ channel: own = [], alsoTell = [] }) =>
    [own, alsoTell].flat(),
  )
  return set.some((own) => bareChannel(own) === name) || settings.allow.channels.some((glob) => matchesName(name, bareChannel(glob)))
}

/**
 * The name or id of one channel, with or without `#`: letters of any script, digits, `-` and `_`, 80 at most. Before it, where several
 * `channels` are configured, the name of one and a colon: `ops:#releases`.
 */
export function isChannelName(text: string): boolean {
  return /^(?:[a-z0-9][a-z0-9-]{0,62}:)?#?[\p{L}\p{N}_-]{1,80}$/u.test(text)
}

function bareChannel(channel: string): string {
  return channel.replace(/^#|(?<=:)#/, '')
}
