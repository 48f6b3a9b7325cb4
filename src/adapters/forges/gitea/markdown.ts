import { createMarkdown, type Markup } from '../../../domain/words/markdown.ts'

/**
 * Gitea's Markdown: beside `#1`, `!1` is a pull request. It and addresses are found in the rendered text, where no entity is left, so that
 * only a gap stops them.
 */
export const giteaMarkdown: Markup = createMarkdown((escaped) =>
  escaped.replace(/\\!/g, '\\!&#8203;').replace(/&#58;(?=\/\/)/g, '&#58;&#8203;'),
)
