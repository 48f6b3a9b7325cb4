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
    '',
    null,
  ])('%s is no address to link to', (url) => {
    expect(safeHref(url)).toBeUndefined()
  })
})
