import { expect, it } from 'vitest'
import { asCommitSha, exactly } from '../../../src/domain/application/commit.ts'

it('paths are taken as they are, whatever they would mean as patterns', () => {
  expect(exactly(['apps/[web]/*.yaml', ''])).toEqual([
    { path: 'apps/[web]/*.yaml', glob: false },
    { path: '', glob: false },
  ])
})

it.each([
  ['a'.repeat(40), true],
  ['A'.repeat(40), false],
  ['a'.repeat(39), false],
  ['a'.repeat(63), false],
  ['0'.repeat(64), true],
  [`${'a'.repeat(40)}\n`, false],
  ['', false],
])('%j is a commit’s full name: %s', (text, isOne) => {
  expect(asCommitSha(text)).toBe(isOne ? text : undefined)
})
