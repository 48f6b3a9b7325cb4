import { expect, it } from 'vitest'
import { put, Timeline, type Placed } from '../../../src/reconcile/ledger/timeline.ts'

const placed = (key: string, since: number, order = 1): Placed<string> => ({ key, document: key, since, order })

function timelineOf(...all: readonly Placed<string>[]): Timeline<string> {
  const timeline = new Timeline<string>()
  for (const one of all) timeline.insert(one)
  return timeline
}

it.each([
  ['abcde', [5, 4, 3, 2, 1]],
  ['edcba', [1, 2, 3, 4, 5]],
  ['cdabe', [3, 2, 5, 4, 1]],
  ['becad', [4, 1, 3, 5, 2]],
])('documents stand newest first, however they come: %s', (keys, times) => {
  const timeline = timelineOf(...keys.split('').map((key, index) => placed(key, times[index] ?? 0)))
  expect(timeline.documents().join('')).toBe('abcde')
  expect(timeline.documents(2).join('')).toBe('ab')
  expect(timeline.documents(0)).toEqual([])
  expect(timeline.length).toBe(5)
})

it('of one moment, the one of the larger number stands first, and of one number the later to come', () => {
  expect(timelineOf(placed('b', 1, 2), placed('a', 1, 3), placed('d', 1, 1), placed('e', 0, 9)).documents()).toEqual(['a', 'b', 'd', 'e'])
  expect(timelineOf(placed('b', 1), placed('a', 1)).documents()).toEqual(['a', 'b'])
})

it('one that is removed is there no more; one that is not there takes nobody along', () => {
  const [a, b, c] = [placed('a', 3), placed('b', 2), placed('c', 1)]
  const timeline = timelineOf(a, b, c)
  timeline.remove(placed('c', 1))
  expect(timeline.documents()).toEqual(['a', 'b', 'c'])
  timeline.remove(a)
  timeline.remove(a)
  expect(timeline.documents()).toEqual(['b', 'c'])
})

it('the oldest is the last of those that are meant', () => {
  const timeline = timelineOf(placed('a', 3), placed('b', 2), placed('c', 1))
  expect(timeline.oldest(() => true)).toEqual(placed('c', 1))
  expect(timeline.oldest((document) => document !== 'c')).toEqual(placed('b', 2))
  expect(timeline.oldest(() => false)).toBeUndefined()
})

it('what is put anew is brought up to date in its place, or moves where it began at another time, with its own number', () => {
  const into = { byKey: new Map<string, Placed<string>>(), timeline: new Timeline<string>() }
  for (const [key, since, order] of [
    ['a', 3, 1],
    ['b', 2, 2],
    ['c', 2, 3],
  ] as const)
    put(into, placed(key, since, order))
  put(into, { ...placed('b', 2, 9), document: 'b anew' })
  expect(into.timeline.documents()).toEqual(['a', 'c', 'b anew'])
  put(into, { ...placed('b', 3, 9), document: 'b moved' })
  expect(into.timeline.documents()).toEqual(['b moved', 'a', 'c'])
  put(into, { ...placed('b', 2, 9), document: 'b back' })
  expect(into.timeline.documents()).toEqual(['a', 'c', 'b back'])
  expect([...into.byKey]).toEqual([
    ['a', placed('a', 3, 1)],
    ['b', { ...placed('b', 2, 2), document: 'b back' }],
    ['c', placed('c', 2, 3)],
  ])
})
