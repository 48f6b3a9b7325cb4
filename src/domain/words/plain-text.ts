// Controls, format characters (everything that turns the direction of text around, Trojan Source, CVE-2021-42574, or hides in it),
// lone surrogates, and the line and paragraph separators.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]+/gu
const TERMINAL_SEQUENCE =
  // oxlint-disable-next-line no-control-regex -- ESC begins every terminal sequence
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b\]|\u009d)[^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-Z\\^_]/g

/** A text without what tells a terminal how to show it. */
export function withoutTerminalSequences(text: string): string {
  return text.replace(TERMINAL_SEQUENCE, '')
}

/**
 * Hostile text as one harmless line: terminal sequences gone, line breaks and other controls one space each, cut to
 * `max` characters with an ellipsis. It is not escaped for any markup; whoever writes markup does that.
 */
export function plainText(text: string, max = 1_024): string {
  // Cut before the patterns run, so that a huge text costs no more than a small one.
  const head = text.length > max * 4 ? text.slice(0, max * 4) : text
  return cutWithMark(withoutTerminalSequences(head).replace(UNPRINTABLE, ' ').trim(), max)
}

const GAP = '\u200b'

/**
 * Hostile text as {@link plainText}, for titles and commit messages, where forges look for words in plain text and no markup can stop them:
 * it mentions nobody, refers to nothing, closes nothing, and switches no checks off.
 */
export function inertText(text: string, max?: number): string {
  return plainText(text, max)
    .replace(
      /[@#!](?=[\w-])|\bGH-(?=\d)|\[(?=[^\]]{0,40}\b(?:skip|no|ci|actions)\b)|\*(?=NO_CI\b|NO_CI_?\*)|\bskip-checks(?=\s*:)/gi,
      `$&${GAP}`,
    )
    .replace(/\b(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?)(?=[\s:]+\S*[#!/-])/gi, `$&${GAP}`)
}

/** At most `max` code units, no character cut in two, with a mark where something was cut. */
export function cutWithMark(text: string, max: number): string {
  if (text.length <= max) return text
  return `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
