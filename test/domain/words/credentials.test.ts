import fc from 'fast-check'
import { expect, it } from 'vitest'
import { withoutCredentials } from '../../../src/domain/words/credentials.ts'

it.each([
  ['https://host/acme/shop', 'https://host/acme/shop'],
  ['https://me:planted@host/acme/shop', 'https://host/acme/shop'],
  ['https://planted@host/acme/shop.git', 'https://host/acme/shop.git'],
  ['HTTPS://me:planted@host:8443/acme', 'HTTPS://host:8443/acme'],
  ['https://me:planted@[::1]:8443/acme', 'https://[::1]:8443/acme'],
  ['https://me:pla@nted@host/acme', 'https://host/acme'],
  ['https://:planted@host/acme', 'https://host/acme'],
  ['https://me:pl%40nted@host/a@b', 'https://host/a@b'],
  ['oci://me:planted@host/chart', 'oci://host/chart'],
  ['ssh://git:planted@host/acme', 'ssh://host/acme'],
  ['//me:planted@host/acme', '//host/acme'],
  ['a https://me:planted@host/x and b:https://me:planted@host/y', 'a https://host/x and b:https://host/y'],
  ["fatal: unable to access 'https://me:planted@host/x/': no", "fatal: unable to access 'https://host/x/': no"],
])('what stands before the @ of a URL is dropped: %s', (text, expected) => {
  expect(withoutCredentials(text)).toBe(expected)
})

it.each([
  'git@host:acme/shop',
  'ssh://git@host/acme/shop',
  'SSH://git@host/acme/shop',
  'https://host:8443/acme/shop@2',
  'https://[::1]:8443/acme/shop@2',
  'host:acme/shop@2',
  'registry.example/web:v1@sha256:0a1b',
  'web:v1@sha256:0a1b',
  'Ana <ana@acme.example>',
  'no URL at all',
  '',
])('what names no secret stays as it is: %s', (text) => {
  expect(withoutCredentials(text)).toBe(text)
})

it.each([
  ['https://me:pla/nted@host/acme', 'https://…@host/acme'],
  ['https://me:pla?nted@host/acme', 'https://…@host/acme'],
  ['https://me:pla#nted@host/acme', 'https://…@host/acme'],
  ['https://me:planted\\@host/acme', 'https://…@host/acme'],
  ['https:\\\\me:planted@host/acme', 'https:\\\\…@host/acme'],
  ['https:me:planted@host/acme', 'https:…@host/acme'],
  ['https:/me:planted@host/acme', 'https:/…@host/acme'],
  ['me:planted@host/acme', '…@host/acme'],
  ["'me:planted@host/acme'", "'…@host/acme'"],
])('what only looks like a URL loses its secret, and is no address any more: %s', (text, expected) => {
  expect(withoutCredentials(text)).toBe(expected)
})

it('whatever the URL standard takes for a user or a password is gone, in any URL', () => {
  const part = fc.array(fc.constantFrom('p', 'Q', '7', '%40', '@', ':', '!', '*', "'", '"', '<', '`', '[', ']'), { maxLength: 6 })
  const schemes = fc.constantFrom('https', 'HTTP', 'ssh', 'oci', 'file')
  fc.assert(
    fc.property(schemes, part, part, (scheme, user, password) => {
      const text = `${scheme}://${user.join('')}:SECRET${password.join('')}@host/acme/shop`
      const clean = withoutCredentials(text)
      expect(clean).not.toContain('SECRET')
      expect(withoutCredentials(clean)).toBe(clean)
    }),
    { numRuns: 5_000 },
  )
})

it.each(['a', '//', 'a:b@', '//a:b', '/\\', '@', 'https:', '"//'])('a hostile text costs no more than its length: %s', (piece) => {
  const begin = performance.now()
  withoutCredentials(piece.repeat(200_000 / piece.length))
  withoutCredentials(`${piece.repeat(200_000 / piece.length)}@`)
  expect(performance.now() - begin).toBeLessThan(1_000)
})
