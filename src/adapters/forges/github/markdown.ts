import { createMarkdown, type Markup } from '../../../domain/words/markdown.ts'

/**
 * GitHub-flavoured Markdown: `GH-1` is an issue, too, and "fixes" before a reference closes it on merging. Both are found in the rendered
 * text, so that only a gap stops them.
 */
export const githubMarkdown: Markup = createMarkdown((escaped) =>
  escaped.replace(/\bGH-(?=\d)/gi, '$&&#8203;').replace(/\b(clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing))\b/gi, '$1&#8203;'),
)
