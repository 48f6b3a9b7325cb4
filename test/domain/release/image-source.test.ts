import { describe, expect, it } from 'vitest'
import { builtFromWords, harmlessSource, imageSource, unreadSource, type ImageSource } from '../../../src/domain/release/image-source.ts'

const IMAGE = 'registry.example/web:2'
const SHA = 'a1'.repeat(20)
const SOURCE = 'https://git.example/acme/web'
const labels = (revision: unknown, source?: unknown): Readonly<Record<string, unknown>> => ({
  'org.opencontainers.image.revision': revision,
  'org.opencontainers.image.source': source,
})
/** An address of so many characters. */
const long = (length: number): string => `${SOURCE}/`.padEnd(length, 'x')
const NONE = { image: IMAGE, unread: 'the image has no label that names the commit or the repository' }

describe('what an image says that it was built from', () => {
  it.each<[string, unknown, unknown, Partial<ImageSource>]>([
    ['a commit and a repository', SHA, SOURCE, { revision: SHA, source: SOURCE }],
    ['a commit in capitals', SHA.toUpperCase(), undefined, { revision: SHA }],
    ['a short commit', 'a1b2c3d', undefined, { revision: 'a1b2c3d' }],
    ['a commit of SHA-256', 'c'.repeat(64), undefined, { revision: 'c'.repeat(64) }],
    ['a repository alone', undefined, SOURCE, { source: SOURCE }],
    ['an address of the longest kind', undefined, long(500), { source: long(500) }],
  ])('is %s', (_, revision, source, told) => {
    expect(imageSource(IMAGE, labels(revision, source))).toStrictEqual({ image: IMAGE, ...told })
  })

  it.each<[string, unknown, unknown]>([
    ['there are no labels', undefined, undefined],
    ['the commit is a version', 'v1.2.3', undefined],
    ['the commit is too short', 'a1b2c3', undefined],
    ['the commit is too long', 'c'.repeat(65), undefined],
    ['the commit is no text', 1234567, undefined],
    ['the repository is no text', undefined, {}],
    ['the repository is not asked for by https', undefined, 'http://git.example/acme/web'],
    ['the repository is a script', undefined, 'javascript:alert(1)'],
    ['the repository has a break in it', undefined, `${SOURCE}\n`],
    ['the repository has a blank in it', undefined, `${SOURCE} x`],
    ['the repository has an invisible character in it', undefined, `${SOURCE}\u202e`],
    ['the repository is too long', undefined, long(501)],
    ['the repository is no address', undefined, 'acme/web'],
  ])('is not known where %s', (_, revision, source) => {
    expect(imageSource(IMAGE, labels(revision, source))).toStrictEqual(NONE)
  })
})

describe('where an image is from, for people', () => {
  it.each<[ImageSource, string]>([
    [{ image: IMAGE, revision: SHA, source: SOURCE }, `${SHA} of ${SOURCE}, by the labels of ${IMAGE}`],
    [{ image: IMAGE, revision: SHA }, `${SHA}, by the labels of ${IMAGE}`],
    [{ image: IMAGE, source: SOURCE }, `a commit that it does not name of ${SOURCE}, by the labels of ${IMAGE}`],
    [unreadSource(IMAGE, 'nobody answers'), `not known for ${IMAGE}: nobody answers`],
    [{ image: IMAGE }, `not known for ${IMAGE}: `],
  ])('%j is told', (told, words) => {
    expect(builtFromWords(told)).toBe(words)
  })

  it('is one harmless line of each text, and no text more than there is', () => {
    expect(harmlessSource({ image: 'a\nb', revision: 'c\nd', source: 'e\nf', unread: 'g\nh' })).toStrictEqual({
      image: 'a b',
      revision: 'c d',
      source: 'e f',
      unread: 'g h',
    })
    expect(harmlessSource({ image: IMAGE })).toStrictEqual({ image: IMAGE })
    expect(unreadSource('x'.repeat(900), 'y'.repeat(900))).toStrictEqual({ image: `${'x'.repeat(299)}…`, unread: `${'y'.repeat(299)}…` })
  })
})
