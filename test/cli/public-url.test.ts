import { expect, it } from 'vitest'
import { createClient } from '../../src/api/client.ts'
import { plainUrl } from '../../src/cli/argocd/public-url.ts'
import { KedgeError } from '../../src/domain/errors.ts'

function refusalOf(act: () => unknown): KedgeError {
  try {
    act()
  } catch (error) {
    if (error instanceof KedgeError) return error
    throw error
  }
  throw new Error('it was taken')
}

it.each([
  'https://:planted@h',
  'https://planted@h',
  'https:planted@h',
  'ftp://me:planted@h',
  'https://me:pla nted@h',
  'http://planted:80@evil.com',
])('the address %s is refused, and shown in no message', (url) => {
  const refusal = refusalOf(() => plainUrl(url))
  expect(refusal.code).toBe('E_PUBLIC_URL')
  expect(refusal.message).not.toMatch(/plan|nted/)
})

it.each(['https://h/{{x}}', 'https://h/a\tb', 'https://h?x', 'https://h#x', "https://h/'"])(
  '%j would be a template, or no address',
  (url) => {
    expect(refusalOf(() => plainUrl(url)).code).toBe('E_PUBLIC_URL')
  },
)

it('an address is taken without a slash at its end', () => {
  expect(plainUrl('HTTPS://Kedge.example/a/')).toBe('https://kedge.example/a')
  expect(plainUrl('http://kedge.kedge.svc:8484')).toBe('http://kedge.kedge.svc:8484')
})

it('a server of another scheme is refused without its password', () => {
  const refusal = refusalOf(() => createClient('ftp://me:planted@h', undefined))
  expect([refusal.code, refusal.message.includes('planted')]).toEqual(['E_HTTP_BAD_REQUEST', false])
})
