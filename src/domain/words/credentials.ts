/**
 * A URL, or a text with URLs in it, without what stands in them before the `@`: people write passwords and tokens there.
 * `git@host:path` and `ssh://git@host` name no secret and stay. What no parser reads as a URL, though it has a secret in it
 * (`https://me:pass/word@host`), keeps a mark, so that it is not taken for the address that is left.
 */
export function withoutCredentials(text: string): string {
  return text.replace(/\S+/g, (word) => (word.includes('@') ? cleaned(word) : word))
}

const USER_INFO = /((?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:)?(\/\/)([^/\\?#]*)@/gi
/** What may stand before a host and its port, with and without the slashes that belong there. */
const BEGINNING = /^["'`(<[]*(?:(?:https?|ssh|git|ftps?):|[a-z][a-z0-9+.-]*:(?=[/\\]{2}))?[/\\]*/i
const MARK = '…@'

function cleaned(word: string): string {
  const plain = word.replace(USER_INFO, (all: string, scheme: string | undefined, slashes: string, user: string) =>
    scheme?.toLowerCase() === 'ssh:' && !/[:@]/.test(user) ? all : `${scheme ?? ''}${slashes}`,
  )
  const [beginning = ''] = BEGINNING.exec(plain) ?? []
  const rest = plain.slice(beginning.length)
  const [place = ''] = /^[^/\\?#]*/.exec(rest) ?? []
  const end = beginning === '' ? place.lastIndexOf('@') : rest.lastIndexOf('@')
  // `name:` with no port after it, and an `@` further on that names no digest.
  const isSecret = end >= 0 && /^[^[@:]*:(?!\d{0,5}$)/.test(place) && !/^sha\d+:/.test(rest.slice(end + 1))
  return isSecret ? `${beginning}${MARK}${rest.slice(end + 1)}` : plain
}
