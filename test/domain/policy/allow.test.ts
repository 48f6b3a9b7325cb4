import fc from 'fast-check'
import { expect, it } from 'vitest'
import { allowsChannel, allowsRepository, isRepositoryPattern } from '../../../src/domain/policy/allow.ts'
import { NO_SETTINGS } from '../../../src/domain/policy/settings.ts'
import { parseRfc3339 } from '../../../src/domain/words/rfc3339.ts'

const allows = (repoURL: string, ...repositories: string[]) => allowsRepository({ allow: { ...NO_SETTINGS.allow, repositories } }, repoURL)

it('allows a repository in any case of owner and name where its forge ignores case, and nowhere else', () => {
  const onGhe = (repoURL: string, pattern: string) =>
    allowsRepository({ allow: { ...NO_SETTINGS.allow, repositories: [pattern] }, caseIgnoringHosts: ['ghe.example:8443'] }, repoURL)
  expect(allows('https://github.com/Shop/GitOps.git', 'github.com/shop/*')).toBe(true)
  expect(onGhe('https://GHE.example:8443/shop/gitops.git', 'ghe.example:8443/Shop/GitOps')).toBe(true)
  expect(onGhe('https://git.example/Shop/GitOps.git', 'git.example/shop/*')).toBe(false)
  expect(onGhe('https://Git.Example/Shop/GitOps.git', 'git.example/Shop/*')).toBe(true)
})
const ACME = 'https://github.com/acme/*'

it.each([
  'https://github.com/acme/shop',
  'https://github.com/acme/shop.git',
  'https://GitHub.com/acme/shop/',
  'https://git:token@github.com/acme/shop.git',
  'https://github.com:443/acme/shop',
  'git@github.com:acme/shop.git',
  'ssh://git@github.com/acme/shop.git',
  'ssh://git@github.com:22/acme/shop',
])('a pattern allows every spelling of a repository below it: %s', (repoURL) => {
  expect(allows(repoURL, ACME)).toBe(true)
})

it.each([
  'https://github.com/evil/shop',
  'https://github.com/acme',
  'https://github.com/acme/',
  'https://github.com/acme/shop/more',
  'https://github.com/acme-evil/shop',
  'https://github.com/acme/../evil/shop',
  'https://github.com/acme/..',
  'https://github.com/acme/%2e%2e',
  'https://github.com/acme/sh op',
  'https://github.com/acme/shop?x=/y',
  'https://github.com/acme/-shop',
  'https://github.com.evil.example/acme/shop',
  'https://github.com@evil.example/acme/shop',
  'https://evil.example\\@github.com/acme/shop',
  'https://evil.example#@github.com/acme/shop',
  'https://evil.example?@github.com/acme/shop',
  'https://evil.example/https://github.com/acme/shop',
  'https://a@b@github.com/acme/shop',
  'https://github.com:8443/acme/shop',
  'http://github.com/acme/shop',
  ' http://github.com/acme/shop',
  'http\n://github.com/acme/shop',
  'git://github.com/acme/shop',
  'file:///github.com/acme/shop',
  'file://github.com/acme/shop',
  'ext::sh -c id% >&2',
  'ext::https://github.com/acme/shop',
  '--upload-pack=touch /tmp/x',
  'https:github.com/acme/shop',
  'https:/github.com/acme/shop',
  'github.com:evil/shop',
  '/github.com/acme/shop',
  'https://gıthub.com/acme/shop',
  'https://github.com/acme/\u202eshop',
  '',
])('what is not plainly a repository below the pattern is refused: %s', (repoURL) => {
  expect(allows(repoURL, ACME)).toBe(false)
})

it('the host and the whole path must match; ** stands for folders, plain http and ports only match themselves', () => {
  expect(allows('https://github.com/acme/shop', 'https://github.com/acme/shop.git')).toBe(true)
  expect(allows('https://github.com/acme/shop', 'github.com/acme/sh?p', 'https://github.com/acme/s*p')).toBe(true)
  expect(allows('https://github.com/acme/shop', 'GitHub.com/acme/*')).toBe(true)
  expect(allows('https://gitlab.example/acme/a/b', 'https://gitlab.example/acme/*')).toBe(false)
  expect(allows('https://gitlab.example/acme/a/b', 'https://gitlab.example/acme/**')).toBe(true)
  expect(allows('https://gitlab.example/acme', 'https://gitlab.example/acme/**')).toBe(false)
  expect(allows('https://gitlab.example/acme/x', 'https://gitlab.example/acme/**/x')).toBe(false)
  expect(allows('https://gitlab.example/acme/a/b/x', 'https://gitlab.example/acme/**/x')).toBe(true)
  expect(allows('https://gitlab.example/acme/a/b', 'https://gitlab.example/ac**b')).toBe(false)
  expect(allows('http://127.0.0.1:4000/acme/shop.git', 'http://127.0.0.1:4000/acme/*')).toBe(true)
  expect(allows('http://127.0.0.1:4001/acme/shop.git', 'http://127.0.0.1:4000/acme/*')).toBe(false)
  expect(allows('https://127.0.0.1:4000/acme/shop.git', 'http://127.0.0.1:4000/acme/*')).toBe(false)
  expect(allows('https://github.com/acme/shop')).toBe(false)
})

it('a pattern names its host in full', () => {
  expect(
    ['https://github.com/acme/*', 'git@github.com:acme/*', 'github.com/**', 'http://127.0.0.1:80/a/b'].filter(isRepositoryPattern),
  ).toHaveLength(4)
  expect(
    ['*', '**', 'https://*/acme/x', 'https://*.example/acme/x', 'https://github.com', 'ftp://x/y', 'a b/c', ''].filter(isRepositoryPattern),
  ).toEqual([])
})

it('any text is allowed or refused without a fault, and only for the host of the pattern', () => {
  const piece = fc.oneof(
    fc.constantFrom('https://', 'github.com', '/', 'acme', '@', ':', '\\', '..', '.git', '#', '?', 'evil.example', ' '),
    fc.string({ maxLength: 3 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
      const repoURL = pieces.join('')
      const allowed = allows(repoURL, 'https://github.com/**')
      // A second opinion: where the URL standard can read an allowed text, it must see the same host.
      const other = URL.canParse(repoURL) && /^https?:/i.test(repoURL) ? new URL(repoURL).hostname : 'github.com'
      expect(allowed && other !== 'github.com').toBe(false)
    }),
    { numRuns: 5_000 },
  )
})

it('cards go to channels that the admin set or allowed, and nowhere else', () => {
  const settings = {
    ...NO_SETTINGS,
    defaults: { channel: '#all' },
    allow: { ...NO_SETTINGS.allow, channels: ['#rel-*'] },
  }
  expect(['#all', 'all', '#rel-x', 'rel-'].map((channel) => allowsChannel(settings, channel))).toEqual([true, true, true, true])
  expect(['#allx', '#general', '#rel-a b', '', '#'].map((channel) => allowsChannel(settings, channel))).toEqual([
    false,
    false,
    false,
    false,
    false,
  ])
})

it('a time with a zone is read as the platform reads it', () => {
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true, min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z') }), (date) => {
      expect(parseRfc3339(date.toISOString())).toBe(date.getTime())
    }),
  )
  expect(parseRfc3339('2026-12-24t18:00:00.5-01:30')).toBe(Date.parse('2026-12-24T18:00:00.5-01:30'))
  for (const text of [
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:00',
    '2026-01-01',
    'tomorrow',
    '',
  ]) {
    expect(parseRfc3339(text)).toBeUndefined()
  }
})
