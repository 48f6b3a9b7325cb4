import { describe, expect, it } from 'vitest'
import { isConfidential, isSameAddress, namesUser, shownAddress, webAddress, webLink } from '../../../src/domain/words/web-address.ts'

describe('an address on the web', () => {
  it.each([
    ['https://kedge.example', 'https://kedge.example/'],
    ['http://kedge.example:8080/a?b=c#d', 'http://kedge.example:8080/a?b=c#d'],
    ['HTTPS://Kedge.Example/A', 'https://kedge.example/A'],
    ['http://[::1]:80', 'http://[::1]/'],
    ['https://kedge.example/@ada', 'https://kedge.example/@ada'],
    // A block of YAML ends in a line break.
    [' https://kedge.example/x\n', 'https://kedge.example/x'],
    ['ht\ttps://kedge.example/a\nb\u0000', 'https://kedge.example/ab'],
    ['https://kedge.example/\u0001x', 'https://kedge.example/%01x'],
  ])('is %j, read as %s', (text, href) => {
    expect(webAddress(text)?.href).toBe(href)
  })

  it.each([
    'https://:secret@h',
    'https://user@h',
    'https://user:secret@h',
    'https:token@h',
    'https:/token@h',
    'https:\\\\token@h',
    'http://localhost:80@evil.com',
    'https://:secret\n@h',
    'ht\ttps://user@h',
    'ftp://kedge.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'https://',
    'kedge.example',
    '',
  ])('is not %j', (text) => {
    expect(webAddress(text)).toBeUndefined()
  })

  it('is a link up to the length that its place has for it, as it is spelled in the end', () => {
    expect(webLink('https://h/é', 16)).toBe('https://h/%C3%A9')
    expect(webLink('https://h/é', 15)).toBeUndefined()
  })
})

describe('two addresses are one', () => {
  it.each([
    ['https://Kedge.Example', 'https://kedge.example/'],
    ['https://g.example:443?x=1', 'https://g.example/?x=1'],
    ['nowhere', 'nowhere'],
    [undefined, undefined],
  ])('however each is spelled: %j, %j', (one, other) => {
    expect(isSameAddress(one, other)).toBe(true)
  })

  it.each([
    ['https://kedge.example/a', 'https://kedge.example/A'],
    ['https://kedge.example/', undefined],
    ['', undefined],
  ])('and not where they differ: %j, %j', (one, other) => {
    expect(isSameAddress(one, other)).toBe(false)
  })
})

describe('what is sent stays between the two', () => {
  it.each([
    'https://kedge.example',
    'HTTPS://kedge.example',
    'http://127.0.0.1',
    'http://127.1:9093',
    'HTTP://LOCALHOST:80',
    'http://[::1]:80',
  ])('at %s', (text) => {
    expect(isConfidential(new URL(text))).toBe(true)
  })

  it.each([
    'http://kedge.example',
    'HTTP://kedge.example',
    'ht\ttp://kedge.example',
    'http://localhost.evil.com',
    'http://127.0.0.1.evil.com',
    'http://localhost:80@evil.com',
    'http://10.0.0.1',
    'http://[::2]',
    'http://0.0.0.0',
    'ftp://localhost',
    'ws://127.0.0.1',
  ])('and not at %j', (text) => {
    expect(isConfidential(new URL(text))).toBe(false)
  })
})

it('a user is found in an address of any scheme, and in none of what is no address', () => {
  expect(['ftp://ada@h', 'https://:secret@h', 'https:token@h'].map(namesUser)).toEqual([true, true, true])
  expect(['https://h/@ada', 'git@host:path', 'ada@example.com', '', 'https://'].map(namesUser)).toEqual([false, false, false, false, false])
})

it('a wrong address is shown as one harmless line, and not at all where it may name a user', () => {
  expect(shownAddress('ftp://nowhere')).toBe('ftp://nowhere')
  expect(shownAddress('ftp://h\u001b[2J/x')).not.toContain('\u001b')
  expect(shownAddress('https://h/?token=planted')).not.toContain('planted')
  for (const text of ['ftp://me:planted@h', 'https:planted@h', 'https://me:pla nted@h'])
    expect(shownAddress(text)).not.toMatch(/pla|nted|me/)
})
