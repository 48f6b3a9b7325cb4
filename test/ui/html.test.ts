import { describe, expect, test } from 'vitest'
import { html, safeHref } from '../../src/ui/html.ts'

describe('markup', () => {
  test('every value is escaped but markup itself, and nothing is nothing', () => {
    expect(html`<a title="${`"'<&>\``}">${html`<b>${1}</b>`}${[null, undefined, false, 'x']}</a>`.markup).toBe(
      '<a title="&#34;&#39;&#60;&#38;&#62;&#96;"><b>1</b>x</a>',
    )
  })

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    '//evil.example',
    '/\\evil.example',
    'https://x" onclick="',
    'vbscript:x',
    'https://ada:planted@git.example/x',
    'HTTPS://planted@git.example/x',
    'https:planted@git.example',
    '',
    null,
  ])('%s is no address to link to', (url) => {
    expect(safeHref(url)).toBeUndefined()
  })

  test.each([
    ['https://git.example/pull/1', 'https://git.example/pull/1'],
    ['https://git.example/a?b=c#d', 'https://git.example/a?b=c#d'],
    ['https://git.example/" onclick="', 'https://git.example/%22%20onclick=%22'],
    ['/releases/r1?at=a%20b', '/releases/r1?at=a%20b'],
  ])('%s is linked to as %s', (url, href) => {
    expect(safeHref(url)).toBe(href)
  })
})
