import { plainText } from '../domain/words/plain-text.ts'
import { webLink } from '../domain/words/web-address.ts'

declare const safe: unique symbol

/** Markup that is safe to send. Only `html` makes it, so a text cannot pass for markup. */
export type Html = { readonly markup: string; readonly [safe]: true }

/** No text on a page is longer; a hostile one could be megabytes. An address with every filter in it is not. */
const MAX_TEXT = 8_000

/** Nothing to escape, nothing to cut: most values are, and a page has thousands. */
const HARMLESS = /^[\w./:*#=+@%-](?:[\w ./:*#=+@%,-]{0,200}[\w./:*#=+@%-])?$/

type Part = Html | string | number | null | undefined | false | readonly Part[]

/**
 * Markup from a template. Every value is made one printable line and escaped for text and for quoted attributes; values
 * made by `html` go in as they are; null, undefined and false are nothing. Attributes in templates must be quoted, and
 * scripts and styles never take values.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  const markup = terse(strings).reduce((text, string, at) => text + render(values[at - 1]) + string)
  return { markup } as Html
}

/**
 * An address that may stand in `href`: one on the web that names no user, or a path of our own; undefined for everything else
 * (`javascript:`, `data:`).
 */
export function safeHref(url: string | null | undefined): string | undefined {
  if (!url) return undefined
  return /^\/(?![/\\])[^\s<>"'`\\]*$/.test(url) ? url : webLink(url, MAX_TEXT)
}

const terseOnes = new WeakMap<TemplateStringsArray, readonly string[]>()

/**
 * Without the indentation of the source, and without the end tags in tables, which HTML lets one leave out: of a thousand rows these are
 * half. Nothing of it is text, and no page has a `pre`.
 */
function terse(strings: TemplateStringsArray): readonly string[] {
  const known = terseOnes.get(strings)
  if (known) return known
  const shorter = strings.map((string) => string.replace(/\s*\n\s*/g, '\n').replace(/\n?<\/(?:td|th|tr)>\n?/g, ''))
  terseOnes.set(strings, shorter)
  return shorter
}

function render(value: Part): string {
  if (value === null || value === undefined || value === false) return ''
  if (typeof value === 'object') return 'markup' in value ? value.markup : value.map(render).join('')
  if (typeof value === 'string' && HARMLESS.test(value)) return value
  return plainText(String(value), MAX_TEXT).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
}
