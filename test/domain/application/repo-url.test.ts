import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isSameRepository, normaliseRepoURL, repositoryPlace, spelledRepoURL } from '../../../src/domain/application/repo-url.ts'

it.each([
  ['https://git.example/Shop/Web.git', 'git.example/Shop/Web'],
  ['  https://Git.Example/Shop/Web/ \n', 'git.example/Shop/Web'],
  ['https://ada:secret@git.example/shop/web', 'git.example/shop/web'],
  ['https://git.example:443/shop/web', 'git.example/shop/web'],
  ['http://git.example:80//shop/web', 'git.example/shop/web'],
  ['https://git.example:8443/shop/web', 'git.example:8443/shop/web'],
  ['ssh://git@git.example:22/shop/web.git', 'git.example/shop/web'],
  ['git@Git.example:Shop/Web.git', 'git.example/Shop/Web'],
  ['git@git.example:/shop/web', 'git.example/shop/web'],
  ['git@git.example:8443/shop/web', 'git.example/8443/shop/web'],
  ['git.example:shop/web', 'git.example/shop/web'],
  ['git.example:8443/shop/web', 'git.example:8443/shop/web'],
  ['git.example/shop/web.git/', 'git.example/shop/web'],
  ['Some Text', 'Some Text'],
  ['', ''],
])('a repository has one spelling, without what leads to it: %j is %j', (url, expected) => {
  expect(spelledRepoURL(url)).toBe(expected)
  expect(normaliseRepoURL(url)).toBe(expected.toLowerCase())
  // Known from before by then.
  expect(normaliseRepoURL(url)).toBe(expected.toLowerCase())
})

it('what comes out comes out again when it comes in', () => {
  const part = fc.stringMatching(/^[A-Za-z][\w-]{0,8}$/)
  const host = fc.tuple(part, fc.constantFrom('', ':8443', ':443')).map(([name, port]) => `${name}.example${port}`)
  const url = fc.tuple(fc.constantFrom('https://', 'ssh://git@', ''), host, part, part, fc.constantFrom('', '.git', '/'))
  fc.assert(
    fc.property(url, (parts) => {
      const [scheme, its, owner, name, end] = parts
      const once = spelledRepoURL(`${scheme}${its}/${owner}/${name}${end}`)
      expect(spelledRepoURL(once)).toBe(once)
    }),
  )
})

it('as many names as there may be are worked out, and none of them is taken for another', () => {
  const names = Array.from({ length: 4_100 }, (_, at) => `https://git.example/Shop/r-${at}`)
  const long = `https://git.example/${'x'.repeat(600)}`
  expect([...names, ...names, long].map(normaliseRepoURL)).toEqual(
    [...names, ...names, long].map((name) => name.slice('https://'.length).toLowerCase()),
  )
})

it.each([
  ['https://github.com/Shop/Web', [], 'github.com/shop/web'],
  ['https://git.example/Shop/Web', [], 'git.example/Shop/Web'],
  ['https://git.example/Shop/Web', ['git.example'], 'git.example/shop/web'],
  ['https://git.example/Shop/Web', ['other.example'], 'git.example/Shop/Web'],
])('the case of owner and name says nothing on github.com, and where it is said so: %s, %j', (url, hosts, expected) => {
  expect(repositoryPlace(url, hosts)).toBe(expected)
})

it.each([
  ['git.example/shop/web', 'git.example/shop/web', true],
  ['git.example/Shop/Web', 'git.example/shop/web', true],
  ['git.example/shop/web', 'git.example/Shop/Web', true],
  ['git.example/shop/web', 'git.example/shop/api', false],
  ['git.example/shop/web', null, false],
  [undefined, 'git.example/shop/web', false],
  [undefined, undefined, true],
])('two names are of one repository, whatever their case: %j and %j, %s', (one, other, expected) => {
  expect(isSameRepository(one, other)).toBe(expected)
})
