import { describe, expect, it } from 'vitest'
import { holdsMark, imageMarks, namesOtherTags } from '../../../src/domain/rollout/image-marks.ts'

describe('what tells the images of one version', () => {
  it.each([
    ['the tag', ['r.example/web:v2'], ['r.example/web:v1'], ['v2']],
    ['the digest before the tag', ['web:v2@sha256:ab'], ['web:v1@sha256:cd'], ['sha256:ab']],
    ['the name where the tag is the same', ['r.example/shop:v1'], ['r.example/web:v1'], ['shop']],
    ['the whole where tag and name are the same', ['b.example/web:v1'], ['a.example/web:v1'], ['b.example/web:v1']],
    ['the name of an image without a tag', ['localhost:5000/shop'], ['localhost:5000/web'], ['shop']],
    ['the name where one of the others has the tag', ['r.example/web:v1'], ['r.example/api:v1', 'r.example/cron:v2'], ['web']],
    ['nothing of an image that both have', ['web:v1', 'proxy:1'], ['web:v2', 'proxy:1'], ['v1']],
  ])('is %s', (_, own, other, marks) => expect(imageMarks(own, other)).toEqual(marks))
})

describe('a file names an image', () => {
  it.each([
    ['image: r.example/web:v1.2', 'v1.2', true],
    ['tag: 1.2', 'v1.2', true],
    ['appVersion: "v1.2"', 'v1.2', true],
    ['tag: v1.2\n', 'v1.2', true],
    ['tag: v1.2.3', 'v1.2', false],
    ['tag: v1.2-rc1', 'v1.2', false],
    ['tag: v1.20', 'v1.2', false],
    ['tag: 11.2', 'v1.2', false],
    ['tag: dev1.2', 'v1.2', false],
    ['replicas: 1', 'v1', false],
    ['image: web:v1', 'v1', true],
    ['latest', 'latest', true],
    ['x1.2', 'v1.2', false],
    ['1.2', 'v1.2', true],
    ['image: web:v1', '', false],
    ['a sentence that ends in v1.2.', 'v1.2', true],
    ['tag: v1.2.3, then v1.2', 'v1.2', true],
  ])('%j holds %s: %s', (text, mark, holds) => expect(holdsMark(text, mark)).toBe(holds))
})

describe('files name an image with other tags only', () => {
  it.each([
    ['where each full name has another tag', ['image: r.example/web:v2', 'image: r.example/worker:v1'], true],
    ['where it begins with that', ['r.example/web:v2'], true],
    ['not where one of them is its own', ['image: r.example/web:v2', 'image: r.example/web:v1'], false],
    ['not where nothing names it in full', ['tag: v1', 'image: other.example/r.example/web:v2'], false],
    ['not where a digest stands in for the tag', ['image: r.example/web:v1@sha256:ab'], false],
  ])('%s', (_, texts, expected) => expect(namesOtherTags(texts, 'r.example/web:v1')).toBe(expected))

  it('never, where the image has no tag', () => expect(namesOtherTags(['image: r.example/web:v2'], 'r.example/web')).toBe(false))
})
