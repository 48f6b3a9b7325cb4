import { cutWithMark, plainText } from './plain-text.ts'
import { webAddress } from './web-address.ts'

/** Longest text from outside that goes into one cell or line. */
const CELL = 300

/** How text from outside is written where people read it on a forge. What one forge alone reads into words is in that forge's folder. */
export interface Markup {
  /**
   * No mark-up, HTML, mention, reference or autolink survives in it, nor what closes an issue, and it stays on one line. Capped at `limit`
   * characters, 300 where nothing is said.
   */
  readonly inlineText: (text: string, limit?: number) => string
  /** A link whose address came from outside: only one on the web that names no user, else it becomes plain text. */
  readonly link: (text: string, url: string | undefined) => string
  /** Another pull request of the same repository, by its number. */
  readonly pullRequest: (number: number) => string
}

/**
 * Markdown as one forge reads it.
 * @param disarm takes away, from escaped text, what only this forge makes of words
 * @param sign what stands before the number of a pull request
 */
export function createMarkdown(disarm: (escaped: string) => string, sign = '#'): Markup {
  const inlineText = (text: string, limit = CELL): string => disarm(escapeInline(plainText(text, limit)))
  return {
    inlineText,
    link: (text, url) => {
      const href = webAddress(url ?? '')?.href
      return href === undefined || /[()<>]/.test(href) ? inlineText(text) : `[${inlineText(text)}](${href})`
    },
    pullRequest: (number) => `${sign}${number}`,
  }
}

/** What every forge reads: Markdown, HTML, addresses, `@` before a name and `#` before a number. */
function escapeInline(flat: string): string {
  return (
    flat
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/[\\`*_{}[\]()#+!|~$^]/g, '\\$&')
      // Mentions and references are found in the rendered text, where neither an escape nor an entity is left: only a gap stops them.
      .replace(/@/g, '@&#8203;')
      .replace(/\\#/g, '\\#&#8203;')
      .replace(/(https?|ftp):\/\//gi, '$1&#58;//')
      .replace(/www\./gi, 'www&#46;')
      .replace(/^(\s*)([-=])/, '$1\\$2')
      .replace(/^(\s*\d+)([.)])/, '$1\\$2')
  )
}

/** Text from outside as an inline code span, with a fence longer than any run of back-ticks in it. Mentions do not work in code. */
export function inlineCode(text: string, limit = CELL): string {
  const flat = plainText(text, limit)
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map((run) => run[0].length))
  const fence = '`'.repeat(longest + 1)
  const pad = flat.startsWith('`') || flat.endsWith('`') || flat === '' ? ' ' : ''
  return `${fence}${pad}${flat.replace(/\|/g, '\\|')}${pad}${fence}`
}

/** Text from outside as a fenced block. Lines are kept, control characters are not. */
export function codeBlock(text: string, limit = 4_000): string {
  const clean = cutWithMark(text.replace(/\r\n?/g, '\n').replace(/[^\P{C}\n\t]/gu, ' '), limit)
  const longest = Math.max(2, ...[...clean.matchAll(/`+/g)].map((run) => run[0].length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${clean}\n${fence}`
}
