import { expect, it } from 'vitest'
import { linkOf, pullLinkOf } from '../../../src/reconcile/announce/link-of.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'

const SECRET = 'https://ada:planted@git.example/pull/1'
const RELEASE = aRelease({ key: 'r' })
const revert = (url: string) => aRevert({ key: 'v', pullRequest: { number: 1, url } })
const linksOf = (...urls: readonly string[]) => ({ linksFor: () => urls.map((url) => ({ text: 'x', url })) })

it('a forge leads to the first link of a release, and to the PR of its revert where there is none', () => {
  expect(linkOf(linksOf('https://kedge.example/r', 'https://b.example/'), RELEASE, revert('https://git.example/pull/1'))).toBe(
    'https://kedge.example/r',
  )
  expect(linkOf(linksOf(), RELEASE, revert('https://git.example/pull/1'))).toBe('https://git.example/pull/1')
  expect(linkOf(linksOf(), RELEASE, undefined)).toBeUndefined()
})

it('a forge leads to no address with a password in it, nor to what is none on the web', () => {
  expect(linkOf(linksOf(SECRET, 'javascript:alert(1)', '/r'), RELEASE, revert('https://git.example/pull/1'))).toBe(
    'https://git.example/pull/1',
  )
  expect(linkOf(linksOf(SECRET), RELEASE, revert(SECRET))).toBeUndefined()
})

it('what is said of a commit that brings back what failed leads to the PR first, which took it out', () => {
  const known = linksOf('https://kedge.example/r')
  expect(pullLinkOf(known, RELEASE, revert('https://git.example/pull/1'))).toBe('https://git.example/pull/1')
  expect(pullLinkOf(known, RELEASE, revert(SECRET))).toBe('https://kedge.example/r')
  expect(pullLinkOf(known, RELEASE, undefined)).toBe('https://kedge.example/r')
})
