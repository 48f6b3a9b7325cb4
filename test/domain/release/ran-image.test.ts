import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digestInImageId, joinRan, ranImages, ranWords } from '../../../src/domain/release/ran-image.ts'

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`

describe('the digest that a runtime tells', () => {
  test.each([
    [`registry.example/web@${digest('a')}`, digest('a')],
    [`docker-pullable://registry.example:5000/shop/web@${digest('b')}`, digest('b')],
    // The hash of a configuration: no registry knows it.
    [digest('a'), undefined],
    [`docker://${digest('a')}`, undefined],
    [`web@sha256:${'A'.repeat(64)}`, undefined],
    [`web@sha256:${'a'.repeat(65)}`, undefined],
    [`web@sha256:${'a'.repeat(63)}`, undefined],
    [`web@${digest('a')}\n`, undefined],
    [`web@${digest('a')}@evil`, undefined],
    ['', undefined],
    [undefined, undefined],
    [{}, undefined],
    [`${'x'.repeat(2_000)}@${digest('a')}`, undefined],
  ])('of %j is %j', (imageId, found) => {
    expect(digestInImageId(imageId)).toBe(found)
  })

  test('is always sha256 and 64 hex digits, whatever is told', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-z/]*@?sha256:[0-9a-fA-F]{60,66}$/))
    fc.assert(
      fc.property(text, (told) => {
        expect(digestInImageId(told) ?? digest('0')).toMatch(/^sha256:[0-9a-f]{64}$/)
      }),
    )
  })
})

describe('what ran of a version', () => {
  test('has every digest once, of a tag that was moved both, and of no other image', () => {
    const seen = ['b', 'a', 'b'].map((letter) => ({ image: 'web:v2', digest: digest(letter) }))
    expect(ranImages('release', ['web:v2', 'web:v2'], [...seen, { image: 'sidecar:1', digest: digest('c') }])).toEqual([
      { of: 'release', image: 'web:v2', digests: [digest('a'), digest('b')] },
    ])
  })

  test('says of an image that no pod told of that it is not known', () => {
    const [told] = ranImages('before', ['web:v1'], [])
    expect(told).toMatchObject({ digests: [], unread: expect.stringContaining('no pod') })
    expect(ranWords(told!)).toBe('not known of web:v1, the version before: no pod of it was seen that names a digest')
  })

  test('stays known when its pods are gone', () => {
    const before = ranImages('release', ['web:v2'], [{ image: 'web:v2', digest: digest('a') }])
    expect(joinRan(before, ranImages('release', ['web:v2'], []))).toEqual(before)
    expect(joinRan(before, [])).toEqual(before)
    expect(joinRan([], before)).toEqual(before)
  })

  test('is told as one harmless line, whatever a ledger has', () => {
    const line = ranWords({ of: 'release', image: 'web\u001b[31m\n<b>', digests: [digest('a'), 'sha256:evil"'] })
    expect(line).toMatch(/^sha256:a{64} of web/)
    expect(line).not.toMatch(/[\p{Cc}]|evil/u)
  })
})

describe('what is kept of images that ran', () => {
  const letters = ['f', 'a', 'e', 'b', 'd', 'c']
  const sorted = letters.toSorted().map(digest)
  const told = (digests: readonly string[], of: 'release' | 'before' = 'release', image = 'web:2') => ({ of, image, digests })

  test('is ten images, and five digests of each, in order', () => {
    const images = Array.from({ length: 11 }, (_, index) => `web:${index}`)
    expect(ranImages('release', images, []).map(({ image }) => image)).toEqual(images.slice(0, 10))
    const seen = letters.map((letter) => ({ image: 'web:2', digest: digest(letter) }))
    expect(ranImages('release', ['web:2'], seen)).toEqual([told(sorted.slice(0, 5))])
  })

  test('is what both looks told of one image of one version, and of no other', () => {
    const [before, now] = [told(letters.slice(0, 3).map(digest)), told(letters.slice(3).map(digest))]
    expect(joinRan([before], [now])).toEqual([told(sorted.slice(0, 5))])
    const others = [told([digest('a')], 'before'), told([digest('a')], 'release', 'job:2')]
    expect(joinRan(others, [now])).toEqual([now, ...others])
  })

  test('is read from no name that is longer than a thousand characters', () => {
    const name = (length: number): string => `@${digest('a')}`.padStart(length, 'x')
    expect([digestInImageId(name(1_000)), digestInImageId(name(1_001))]).toEqual([digest('a'), undefined])
    expect(ranWords(told([]))).toBe('not known of web:2: ')
  })
})
