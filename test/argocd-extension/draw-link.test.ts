import { expect, test } from 'vitest'
import { drawLink } from '../../src/argocd-extension/draw-rollout.ts'
import type { Draw, Element } from '../../src/argocd-extension/host.ts'

/** In place of React: what would be drawn. */
const h = ((what, props, ...children) => ({ what, href: props?.['href'], children }) as unknown as Element) satisfies Draw

test.each([
  ['https://git.example/pull/1', 'https://git.example/pull/1'],
  ['HTTPS://Git.Example/pull/1', 'https://git.example/pull/1'],
])('words lead to %s', (href, read) => {
  expect(drawLink(h, 'PR', href)).toEqual({ what: 'a', href: read, children: ['PR'] })
})

test.each(['https://ada:planted@git.example/x', 'https:planted@git.example', 'javascript:alert(1)', 'data:text/html,x', '/x', '', null])(
  'words do not lead to %s: they stand alone',
  (href) => {
    expect(drawLink(h, 'PR', href)).toBe('PR')
  },
)

test('where an answer holds something else in place of an address, the words stand alone', () => {
  expect(drawLink(h, 'PR', 7 as unknown as string)).toBe('PR')
})
