import { expect, it } from 'vitest'
import { chooseManifests } from '../../../src/domain/application/directory-files.ts'

it('a pattern that costs too much is given up, however many files there are', () => {
  const include = `{${Array(64).fill('*').join(',')}}${'*a'.repeat(400)}b`
  const files = Array.from({ length: 1_000 }, (_, index) => `${'a'.repeat(200)}${index}.yaml`)
  const before = process.cpuUsage()
  expect(chooseManifests(files, { recurse: true, include, exclude: undefined, anyEnding: false })).toBeUndefined()
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000)
})
