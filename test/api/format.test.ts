import { describe, expect, test } from 'vitest'
import { formatDuration, imageTag, versionTag } from '../../src/api/format.ts'

describe('words', () => {
  test.each([
    [0, '0s'],
    [59_999, '59s'],
    [252_000, '4m12s'],
    [11_100_000, '3h05m'],
    [198_000_000, '2d07h'],
    [-5, '0s'],
  ])('%d ms is %s', (ms, words) => {
    expect(formatDuration(ms)).toBe(words)
  })

  test.each([
    ['r.example:5000/web:v1', 'v1'],
    ['r.example:5000/web', 'latest'],
    [`web@sha256:${'ab'.repeat(32)}`, 'abababababab'],
    [`web:v2@sha256:${'ab'.repeat(32)}`, 'v2'],
  ])('the tag of %s is %s', (image, tag) => {
    expect(imageTag(image)).toBe(tag)
  })

  test('the tag shown is the one that differs', () => {
    expect(versionTag(['r/proxy:1', 'r/web:v2'], ['r/proxy:1', 'r/web:v1'])).toBe('v2')
    expect(versionTag(['r/a:2', 'r/b:2'], ['r/a:1', 'r/b:1'])).toBe('2 +1')
  })
})
