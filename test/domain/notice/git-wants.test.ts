import { expect, it } from 'vitest'
import { askedInstead, broughtBy } from '../../../src/domain/notice/git-wants.ts'
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

it.each<[string, Partial<KeptWish>]>([
  ['not known: Argo CD cannot compare it', { state: 'unknown', why: 'not-compared' }],
  ['not known: nobody renders it', { state: 'unknown', why: 'not-rendered' }],
  ['not known: Argo CD does not say it', { state: 'unknown' }],
  ['web:1.9.0 (aaaaaaa as Argo CD compared)', { images: ['registry.example/web:1.9.0'] }],
  ['web:1.9.0', { images: ['registry.example/web:1.9.0'], revisions: [] }],
  ['aaaaaaa as Argo CD synced', { by: 'synced' }],
  ['aaaaaaa as Argo CD compared', { revisions: ['7.0.1', 'a'.repeat(40), 'b'.repeat(40)] }],
  ['7.0.1 as Argo CD compared', { revisions: ['7.0.1', '7.0.2'] }],
  ['not known', { revisions: [] }],
])('what Git asks for instead is told as far as it is known: %s', (words, fields) => {
  expect(askedInstead({ ...undone, ...fields })).toBe(words)
})
