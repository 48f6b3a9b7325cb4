import { createMarkdown, type Markup } from '../../../domain/words/markdown.ts'

const GAP = '&#8203;'

/**
 * GitLab-flavoured Markdown: beside `@` and `#` it makes references of `!1`, `$1`, `&1`, `~label`, `%milestone`, `^alert`,
 * `[work_item:1]`, `GL-1`, and of `ABC-1` where another tracker is connected. They are found in the rendered text, so that only a gap
 * stops them. A line that begins with `/` would be an order.
 */
export const gitlabMarkdown: Markup = createMarkdown(
  (escaped) =>
    escaped
      .replace(/(?:\\[!$~^[{*]|&amp;|%)(?=\S)/g, `$&${GAP}`)
      .replace(/\b([A-Z][A-Z0-9_]*-)(?=\d)/g, `$1${GAP}`)
      .replace(/\b(clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?)\b/gi, `$1${GAP}`)
      .replace(/^(\s*)\//, '$1\\/'),
  '!',
)
