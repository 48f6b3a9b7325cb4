import { expect, it } from 'vitest'
import { createSyncReader } from '../../../../src/reconcile/git-facts/syncs/sync-reader.ts'
import { hasSeenAll, isA, isLater, type Walk } from '../../../../src/reconcile/git-facts/syncs/walk.ts'
import { APPLICATION, aQuestion, web } from '../a-question.ts'

type Brought = Parameters<typeof isA>[0]

const fits = (of: 'failed' | 'before' | 'other', reordered = false): Brought => ({
  fit: { of, reordered },
  commit: undefined,
  rendered: undefined,
})

it.each<[string, Brought, boolean, boolean]>([
  ['renders it', fits('failed'), true, true],
  ['renders it in another order', fits('failed', true), false, true],
  ['renders the other one', fits('before'), false, false],
  ['renders something else in another order', fits('other', true), false, false],
  ['cannot be told', { unknown: 'nobody knows' }, false, false],
  ['is not there', undefined, false, false],
])('what is synced is a version, strictly and loosely, where it %s', (_, brought, strictly, loosely) => {
  expect([isA(brought, 'failed', false), isA(brought, 'failed', true)]).toEqual([strictly, loosely])
})

it.each<[string, number | undefined, { startedAt: number | undefined } | undefined, boolean]>([
  ['it began later', 10, { startedAt: 11 }, true],
  ['it began then', 10, { startedAt: 10 }, true],
  ['it began before', 10, { startedAt: 9 }, false],
  ['nobody knows when it began', 10, { startedAt: undefined }, false],
  ['it is not known', 10, undefined, false],
  ['nothing was seen', undefined, { startedAt: 11 }, false],
])('every operation since a sync has been seen where that is so since before: %s', (_, seenSince, since, expected) => {
  expect(hasSeenAll({ ...APPLICATION, ...(seenSince !== undefined && { seenSince }) }, since)).toBe(expected)
})

const COMMITS = {
  a: web('v1'),
  b: web('v2'),
  beside: { files: { 'README.md': 'b' } },
  side: { files: { 'apps/web/web.yaml': web('v4') }, upon: 'a' },
}

it.each([
  ['b', 'a', true],
  ['a', 'b', false],
  ['b', 'b', false],
  ['beside', 'b', false],
  ['side', 'b', false],
  ['gone', 'a', false],
  ['b', 'gone', false],
])("the app's own commit behind %s is later than that behind %s: %s", async (one, other, expected) => {
  const { question, applied, live } = aQuestion({ commits: COMMITS, synced: [], head: 'beside' })
  const read = createSyncReader(question, live, question)
  const walk: Walk = { question, read, single: question }
  expect(await isLater(walk, applied(one), applied(other))).toBe(expected)
  // Where several repositories are read, no one commit stands for a sync.
  expect(await isLater({ ...walk, single: undefined }, applied(one), applied(other))).toBe(false)
  const without = createSyncReader(question, live, undefined)
  expect(await isLater({ ...walk, read: without }, applied('b'), applied('a'))).toBe(false)
})
