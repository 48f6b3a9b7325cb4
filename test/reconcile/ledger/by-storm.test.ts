import { expect, it } from 'vitest'
import type { Release } from '../../../src/domain/release/release.ts'
import { createByStorm } from '../../../src/reconcile/ledger/by-storm.ts'
import { aRelease } from '../../contract/ledger-documents.ts'

/** Which releases are in which storm, by what is told of them, and which keys were looked up. */
function storms() {
  const known = new Map<string, Release>()
  const looked: string[] = []
  const byStorm = createByStorm((keys) => {
    looked.push([...keys].join(' '))
    return [...keys].flatMap((key) => known.get(key) ?? [])
  })
  /** A release comes to be in a storm, in none, or is forgotten. */
  function move(key: string, storm: string | undefined): void {
    const before = known.get(key)
    const after = storm === 'forgotten' ? undefined : aRelease({ key, recurrence: (before?.recurrence ?? 0) + 1, ...(storm && { storm }) })
    if (after) known.set(key, after)
    else known.delete(key)
    byStorm.move(before, after)
  }
  const of = (storm: string): readonly string[] => byStorm.releases(storm).map(({ key, recurrence }) => `${key} ${recurrence}`)
  return { move, of, looked }
}

it('releases are in the storm that they were told to be in last', () => {
  const { move, of } = storms()
  for (const key of ['a', 'b', 'c']) move(key, 'one')
  move('d', undefined)
  expect([of('one'), of('two')]).toEqual([['a 1', 'b 1', 'c 1'], []])
  move('a', 'two')
  move('b', undefined)
  expect([of('one'), of('two')]).toEqual([['c 1'], ['a 2']])
  move('d', 'one')
  move('c', 'forgotten')
  expect([of('one'), of('two')]).toEqual([['d 2'], ['a 2']])
})

it('a storm is looked up once, and again when one of its releases has changed', () => {
  const { move, of, looked } = storms()
  move('a', 'one')
  move('b', 'two')
  for (const _time of [1, 2]) of('one')
  move('b', 'two')
  of('one')
  expect(looked).toEqual(['a'])
  move('a', 'one')
  expect(of('one')).toEqual(['a 2'])
  move('a', 'forgotten')
  expect(of('one')).toEqual([])
  expect(looked).toEqual(['a', 'a', ''])
})
