import { expect, it } from 'vitest'
import { versionOf } from '../../src/demo/sights.ts'

it.each([
  ['registry.example/checkout:v1.8.0', 'v1.8.0'],
  ['registry.example:5000/checkout', 'latest'],
  ['registry.example:5000/checkout:v2', 'v2'],
  [`registry.example/checkout:v1@sha256:${'ab'.repeat(32)}`, 'sha256:abababababab'],
  ['no image at all', 'nothing'],
])('the demo calls the version of %s %s', (image, version) => {
  expect(versionOf([image, 'other:v9'])).toBe(version)
  expect(versionOf([])).toBe('nothing')
})
