import { describe, expect, it } from 'vitest'
import { compareFields, isSameScalar, MOST_DEPTH, type CompareRules, type Differences } from '../../../src/domain/rollout/compare-fields.ts'
import { haveSameSteps } from '../../../src/domain/rollout/steps.ts'
import type { Fields } from '../../../src/domain/rollout/template-shape.ts'
import { Sealed } from '../../../src/domain/sealed.ts'

type Shape = CompareRules['shape']

function compared(first: unknown, second: unknown, shape: Shape = {}, more: Partial<CompareRules> = {}): Differences | undefined {
  return compareFields(first, second, { shape, mayAdd: () => false, withDefaults: true, ...more })
}
const paths = (first: unknown, second: unknown, shape?: Shape): readonly string[] | undefined => compared(first, second, shape)?.paths

const ofKey: Shape = { key: 'name' }

it.for<[string, unknown, unknown, Shape, readonly string[]]>([
  ['nothing', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, {}, []],
  ['a scalar', { a: { b: 1 } }, { a: { b: 2 } }, {}, ['a.b']],
  ['a list, and what is none', { a: [1] }, { a: { 0: 1 } }, {}, ['a']],
  ['what is no list, and one', { a: { 0: 1 } }, { a: [1] }, {}, ['a']],
  ['a list, and the text in it', { a: ['b'] }, { a: 'b' }, {}, ['a']],
  ['a text, and a list of it', { a: 'b' }, { a: ['b'] }, {}, ['a']],
  ['a map, and what is none', { a: { b: 1 } }, { a: 'b' }, {}, ['a']],
  ['what is no map, and one', { a: 'b' }, { a: { b: 1 } }, {}, ['a']],
  ['lists of two lengths', [1], [1, 2], {}, ['']],
  ['an item of a list', [1, 2], [1, 3], {}, ['[1]']],
  ['an item by its name', [{ name: 'a', v: 1 }], [{ name: 'a', v: 2 }], ofKey, ['[a].v']],
  ['the second item of one name', [{ name: 'a' }, { name: 'a', v: 1 }], [{ name: 'a' }, { name: 'a', v: 2 }], ofKey, ['[a#2].v']],
  ['items of which one has no name', [{ name: 'a', v: 1 }, { v: 1 }], [{ name: 'a', v: 2 }, { v: 1 }], ofKey, ['[0].v']],
  ['items whose names are no texts', [{ name: 1, v: 1 }], [{ name: 1, v: 2 }], ofKey, ['[0].v']],
  ['an item that only the first has', [{ name: 'a' }, { name: 'b' }], [{ name: 'a' }], ofKey, ['[b]']],
  ['an item that only the second has', [{ name: 'a' }], [{ name: 'a' }, { name: 'b' }], ofKey, ['[b]']],
  ['a name that says nothing', { a: 1 }, { a: 1, b: '' }, {}, []],
  ['a name that stands for itself', { a: '1' }, { a: '1', b: '' }, { names: true }, ['b']],
  ['a name that is null', { a: '1' }, { a: '1', b: null }, { names: true }, []],
  ['a hostile name', { 'a b\n': 1 }, {}, {}, ['?']],
  ['each of a map by its kind', { a: '1', b: '1' }, { a: '1000m', b: '2' }, { each: { scalar: 'quantity' } }, ['b']],
  ['a default', {}, { a: 5 }, { defaults: { a: 5 } }, []],
  ['another than the default', {}, { a: 6 }, { defaults: { a: 5 } }, ['a']],
  ['a default that the second leaves out', { a: 5 }, {}, { defaults: { a: 5 } }, ['a']],
  ['a default by what stands beside', { b: 1 }, { b: 1, a: 1 }, { defaults: { a: ({ b }: Readonly<Record<string, unknown>>) => b } }, []],
])('two values differ by paths: %s', ([, first, second, shape, expected]) => {
  expect(paths(first, second, shape)).toEqual(expected)
})

it('a default is a difference like another where none are allowed for', () => {
  const found = (first: unknown, second: unknown) => compared(first, second, { defaults: { a: 5 } }, { withDefaults: false })?.paths
  expect([found({}, { a: 5 }), found({ a: 5 }, {}), found({ a: 5 }, { a: 5 })]).toEqual([['a'], ['a'], []])
})

it('what is added to a list is passed over, where the list has become longer', () => {
  const shape: Shape = { ...ofKey, added: (item) => (item as { name: string }).name.startsWith('token-') }
  expect(paths([{ name: 'a' }], [{ name: 'a' }, { name: 'token-x' }], shape)).toEqual([])
  expect(paths([{ name: 'token-x' }], [{ name: 'token-x' }], shape)).toEqual([])
  expect(compared([{ name: 'a' }], [{ name: 'a' }, { name: 'token-x' }], shape, { withDefaults: false })?.paths).toEqual(['[token-x]'])
})

it('items that are found by name may stand in another order, which is told', () => {
  const order = (...names: readonly string[]): unknown => names.map((name) => ({ name }))
  const reordered = (...names: readonly string[]) => compared(order('a', 'b', 'c'), order(...names), ofKey)
  expect(reordered('a', 'b', 'c')).toMatchObject({ paths: [], reordered: false })
  expect(reordered('a', 'c', 'b')).toMatchObject({ paths: [], reordered: true })
})

it('what stands in each place that differs is heard, and only what may be added is not', () => {
  const heard: unknown[] = []
  const differs = (...all: readonly unknown[]): void => void heard.push(all)
  const found = compared([{ name: 'b', v: 1 }], [{ name: 'c', v: 1 }], ofKey, { differs })
  expect([found?.paths, heard]).toEqual([
    ['[b]', '[c]'],
    [
      ['[b]', { name: 'b', v: 1 }, undefined],
      ['[c]', undefined, { name: 'c', v: 1 }],
    ],
  ])
  const mayAdd = (path: string, name: string, value: unknown): boolean => `${path} ${name} ${String(value)}` === 'a b 1'
  expect(compared({ a: {} }, { a: { b: 1, c: 1 } }, {}, { mayAdd })?.paths).toEqual(['a.c'])
})

describe('comparing costs no more than a bound', () => {
  const list = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at)
  const nested = (depth: number): Fields => ({ a: depth === 1 ? 1 : nested(depth - 1) })

  it('of places', () => {
    expect([paths(list(49_999), list(49_999)), paths(list(50_000), list(50_000))]).toEqual([[], undefined])
  })

  it('of depth, in what is a default, too', () => {
    expect([paths(nested(MOST_DEPTH), nested(MOST_DEPTH)), paths(nested(MOST_DEPTH + 1), nested(MOST_DEPTH + 1))]).toEqual([[], undefined])
    const deep = nested(MOST_DEPTH)
    expect(paths({}, { a: deep }, { defaults: { a: deep } })).toBeUndefined()
    expect(paths([{ name: 'a', deep }], [{ name: 'a', deep }], ofKey)).toBeUndefined()
  })

  it('of paths, and says that there are more', () => {
    const all = (count: number) =>
      compared(
        list(count),
        list(count).map((at) => -1 - at),
      )
    expect(all(500)).toMatchObject({ complete: true, paths: { length: 500 } })
    expect(all(501)).toMatchObject({ complete: false, paths: { length: 500 } })
  })
})

it.each<[unknown, unknown, Shape['scalar'], boolean]>([
  [5, 5, undefined, true],
  [5, '5', undefined, false],
  ['5', 5, undefined, false],
  [5, '5', 'int-or-string', true],
  ['5%', '5%', 'int-or-string', true],
  [5, '6', 'int-or-string', false],
  [true, 'true', 'int-or-string', false],
  ['true', true, 'int-or-string', false],
  ['1', '1000m', 'quantity', true],
  ['1', '1000m', undefined, false],
])('%j and %j say the same as %s: %s', (first, second, scalar, expected) => {
  expect(isSameScalar(first, second, scalar === undefined ? {} : { scalar })).toBe(expected)
})

it('two specs have the same steps, whatever else they say, or none', () => {
  const spec = (steps?: unknown, more: object = {}): Sealed => new Sealed({ strategy: { canary: { steps, ...more } } })
  const same = (one: Sealed, other: Sealed): boolean => haveSameSteps(one, other)
  expect(same(spec([{ setWeight: 5 }]), spec([{ setWeight: 5 }], { maxSurge: 1 }))).toBe(true)
  expect(same(spec([{ setWeight: 5 }]), spec([{ setWeight: 6 }]))).toBe(false)
  expect([same(spec(), new Sealed({ strategy: 'x' })), same(spec(), spec([])), same(spec(), spec(null))]).toEqual([true, false, false])
})
