import { createMarkdown, type Markup } from '../../../domain/words/markdown.ts'

/** Gitea's Markdown: beside `#1`, `!1` is a pull request. It is found in the rendered text, so that only a gap stops it. */
export const giteaMarkdown: Markup = createMarkdown((escaped) => escaped.replace(/\\!/g, '\\!&#8203;'))
