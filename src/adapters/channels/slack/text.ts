import { plainText } from '../../../domain/words/plain-text.ts'
import { webLink } from '../../../domain/words/web-address.ts'

/** The three characters that Slack gives a meaning of their own (docs.slack.dev, "Formatting message text"). */
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/**
 * Hostile text as one line of mrkdwn of at most `max` characters, entities counted. Nothing in it can mention, link or run:
 * `<!channel>`, `<@U1>` and `<https://evil|ok>` all need an unescaped `<`.
 */
export function escapeLine(text: string, max: number): string {
  return cutWhole(Array.from(plainText(text, max * 2).toWellFormed(), escapeCharacter), max)
}

/** As `escapeLine`, but line breaks stay. */
export function escapeLines(text: string, max: number): string {
  const lines = text
    .slice(0, max * 4)
    .split(/\r?\n/)
    .map((line) => plainText(line, max * 2))
  return cutWhole(Array.from(lines.join('\n').trim().toWellFormed(), escapeCharacter), max)
}

const MAX_LINK_TEXT = 80
const MAX_ADDRESS = 400

/** A link in mrkdwn, or only its text where the address is not plain http(s): no `javascript:`, no user or password in it. */
export function link(text: string, url: string): string {
  const address = toAddress(url)
  const label = escapeLine(text.replaceAll('|', '/'), MAX_LINK_TEXT)
  if (address === undefined) return label
  return label === '' ? `<${address}>` : `<${address}|${label}>`
}

function toAddress(url: string): string | undefined {
  // The parser leaves `|` in a query and `'` alone; `<`, `>` and `|` would end the link.
  const encoded = webLink(url, MAX_ADDRESS)?.replace(/[<>|]/g, encodeURIComponent).replaceAll('&', '&amp;')
  return encoded !== undefined && encoded.length <= MAX_ADDRESS ? encoded : undefined
}

function escapeCharacter(character: string): string {
  return ENTITIES[character] ?? character
}

/** As many pieces as fit, so that neither an entity nor a surrogate pair is cut in two. */
function cutWhole(pieces: readonly string[], max: number): string {
  const whole = pieces.join('')
  if (whole.length <= max) return whole
  let length = 0
  const end = pieces.findIndex((piece) => (length += piece.length) > max - 1)
  return `${pieces.slice(0, end).join('')}…`
}
