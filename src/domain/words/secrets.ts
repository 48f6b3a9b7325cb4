import { withoutCredentials } from './credentials.ts'
import { withoutTerminalSequences } from './plain-text.ts'

/** What a text may hold that is a secret by its own form. */
const BY_FORM: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}-----[\s\S]*?(?:-----END [A-Z ]{0,40}-----|$)/g,
  /\bgh[a-z]_\w{16,}|\bgithub_pat_\w+|\bgl[a-z]{2,6}-[\w-]{16,}|\bxox[a-z]-[\w-]+|\bxapp-[\w-]+|\bAKIA[0-9A-Z]{16}\b/g,
  /\bnpm_\w{30,}|\bhv[sbr]\.[\w-]{20,}|\bsk-[\w-]{20,}|\bdop_v1_\w{16,}/g,
  // Whoever has such an address can post.
  /\b(?:hooks\.slack\.com|[\w-]{1,60}\.webhook\.office\.com|discord(?:app)?\.com\/api\/webhooks)\/\S+/gi,
  // A JSON Web Token.
  /\beyJ[\w-]{10,}\.[\w-]*(?:\.[\w-]*)?/g,
]
const BY_SCHEME = /\b(bearer|basic|digest)\s+(?=\S{0,200}[\d+/=._-])[\w.~+/=-]{6,}/gi
const HEADER =
  /\b((?:proxy-)?authorization|x-[\w-]{0,30}(?:key|token|secret|auth)|(?:set-)?cookie)(["']?\s{0,3}[:=]\s{0,3}["']?)[^\n\r"',;]+/gi
const SECRET = '[\\w-]{0,30}(?:pass(?:word|wd|phrase)|pwd|secret|token|(?:api|access|private)[_-]?key|credentials?|sig(?:nature)?)'
/** A value after `=` (of a query, a form, a flag), or after a colon where no sentence has one. */
const NAMED = new RegExp(`(${SECRET})(["']?=["']?)([^\\s"'&,;)}\\]]+)`, 'gi')
const QUOTED = /(["'](?:[\w-]{0,30}(?:password|passwd|pwd|secret|token|key))["']\s{0,3}:\s{0,3}["'])([^"']+)/gi
const PASSWORD = /\b((?:[\w-]{0,30}[_-])?(?:password|passwd|passphrase|api[_-]?key|access[_-]?key))(:\s{0,3})([^\s"'&,;)}\]]+)/gi
/** Nothing of the above can be in a text without one of these. */
const PERHAPS =
  /[@=:]|-----|[a-z]_\w{16}|github_pat_|gl[a-z]{2,6}-|xox|xapp-|AKIA|hook|hv[sbr]\.|sk-|eyJ|bearer|basic|digest|cookie|auth|x-/i

/**
 * A text that others wrote (a controller, a metric's provider), without what looks like a secret in it: credentials in URLs and queries,
 * tokens by their form, headers that carry them, and what is called a password. A guess on the safe side: a harmless word may go with it,
 * and colours do.
 */
export function withoutSecrets(given: string): string {
  // A colour ends in a letter: the token right after it would begin in the middle of a word.
  const text = withoutTerminalSequences(given)
  if (!PERHAPS.test(text)) return text
  const shaped = BY_FORM.reduce((rest, pattern) => rest.replace(pattern, '…'), withoutCredentials(text))
  return shaped
    .replace(HEADER, '$1$2…')
    .replace(BY_SCHEME, '$1 …')
    .replace(NAMED, '$1$2…')
    .replace(QUOTED, '$1…')
    .replace(PASSWORD, '$1$2…')
}
