import { expect, it } from 'vitest'
import { broughtBy } from '../../../src/domain/notice/git-wants.ts'
import type { KeptWish } from '../../../src/domain/release/release.ts'

const undone: KeptWish = { state: 'undone', revisions: ['a'.repeat(40)], podTemplateHash: null, images: [] }

it('what was brought by a rollback in Argo CD is called that, as check P4 does, and anything else is by hand', () => {
  const serving = 'split'
  expect(broughtBy({ serving, wish: { ...undone, how: 'older-sync' } })).toBe('by a rollback in Argo CD')
  expect(broughtBy({ serving, wish: { ...undone, how: 'hand' } })).toBe('by hand')
  expect(broughtBy({ serving, wish: undone })).toBe('by hand')
  expect(broughtBy({ serving: 'undone', wish: undone })).toBeUndefined()
  expect(broughtBy({ serving, wish: { ...undone, state: 'unknown' } })).toBeUndefined()
  expect(broughtBy({ serving })).toBeUndefined()
})
