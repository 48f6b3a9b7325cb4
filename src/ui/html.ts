import { plainText } from '../domain/words/plain-text.ts'

declare const safe: unique symbol

/** Markup that is safe to send. Only `html` makes it, so a text cannot pass for markup. */
export type Html = { readonly markup: string; readonly [safe]: true }

/** No text on a page is longer; a hostile one could be megabytes. */
const MAX_TEXT = 2_000

type Part = Html | string | number | null | undefined | false | readonly Part[]

/**
 * Markup from a template. Every value is made one printable line and escaped for text and for quoted attributes; values
 * made by `html` go in as they are; null, undefined and false are nothing. Attributes in templates must be quoted, and
 * scripts and styles never take values.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  const markup = strings.reduce((text, string, at) => text + render(values[at - 1]) + string)
  return { markup } as Html
}

/**
 * An address that may stand in `href`: http, https or a path of our own; undefined for everything else (`javascript:`,
 * `data:`).
 */
export function safeHref(url: string | null | undefined): string | undefined {
  if (!url) return undefined
  return /^(?:https?:\/\/[^\s<>"'`\\]+|\/(?![/\\])[^\s<>"'`\\]*)$/i.test(url) ? url : undefined
}

function render(value: Part): string {
  if (value === null || value === undefined || value === false) return ''
  if (typeof value === 'object') return 'markup' in value ? value.markup : value.map(render).join('')
  return plainText(String(value), MAX_TEXT).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
}
