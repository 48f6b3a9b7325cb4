import { expect, it } from 'vitest'
import { gitlabMarkdown } from '../../../../src/adapters/forges/gitlab/markdown.ts'
import { fitBody, fitTitle } from '../../../../src/adapters/forges/gitlab/text.ts'

// What GitLab makes of words: https://docs.gitlab.com/user/markdown/#gitlab-specific-references,
// https://docs.gitlab.com/user/project/issues/managing_issues/#default-closing-pattern

/** The text that people see, in which GitLab looks for references. */
function rendered(markdown: string): string {
  return markdown
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll('&#8203;', '\u200b')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
}

it.each([
  '@ada',
  '#1',
  '!1',
  '$1',
  '&1',
  '~bug',
  '~"two words"',
  '%v1',
  '%"v 1.0"',
  '^alert#1',
  'acme/deploy#1',
  'acme/deploy!1',
  'acme/deploy$1',
  'acme/deploy~bug',
  'acme/deploy%v1',
  'acme&1',
  '[work_item:1]',
  '[issue:acme/deploy/1]',
  '[vulnerability:1]',
  '[contact:a@b.example]',
  '[[page]]',
  '*iteration:1',
  'GL-1',
  'OPS-42',
  'Closes 1',
  'fixing 1',
  'implements 1',
])('%s refers to nothing and does nothing', (reference) => {
  const seen = rendered(gitlabMarkdown.inlineText(`text ${reference} more`))
  expect(seen).not.toContain(reference)
  expect(seen.replaceAll('\u200b', '')).toBe(`text ${reference} more`)
})

it('a line that begins with an order is a line of text', () => {
  expect(gitlabMarkdown.inlineText('/merge')).toBe('\\/merge')
  expect(gitlabMarkdown.link('/merge', 'javascript:x')).toBe('\\/merge')
})

it('names another merge request as GitLab does', () => {
  expect(gitlabMarkdown.pullRequest(7)).toBe('!7')
})

it('no line of a body begins with an order, and all else in it stays', () => {
  const body = 'Why: a/b and /c\n/close\n\t /Merge now\n```\n/close\n```\n/ no order\n// none\n<!-- m -->'
  expect(fitBody(body)).toBe('Why: a/b and /c\n\u200b/close\n\t \u200b/Merge now\n```\n\u200b/close\n```\n/ no order\n// none\n<!-- m -->')
  expect(fitBody(fitBody(body))).toBe(fitBody(body))
})

it('a title refers to no label, milestone, epic or snippet', () => {
  expect(fitTitle('Revert "a ~bug %v1 &1 $1"\n100 % & more')).toBe('Revert "a ~\u200bbug %\u200bv1 &\u200b1 $\u200b1" 100 % & more')
  expect(fitTitle('🚢'.repeat(300)).length).toBeLessThanOrEqual(255)
})
