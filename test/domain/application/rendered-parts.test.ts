import { expect, it } from 'vitest'
import { goesBackWhole, isAllOwn, isSameParts, reachOf, type RenderedParts } from '../../../src/domain/application/rendered-parts.ts'

/** `web worker rest`, a letter each. */
function parts(text: string): RenderedParts {
  const [web = '', worker = '', rest = ''] = text
  return { rest, rollouts: new Map(Object.entries({ 'shop/web': web, 'shop/worker': worker })) }
}

const reach = (...states: readonly string[]) => reachOf(states.map(parts), 'shop/web')

it.each<[string, string[], { good: number; bad: number }]>([
  ['before it', ['aaa', 'aba', 'bba'], { good: 1, bad: 2 }],
  ['after it', ['aaa', 'baa', 'bba'], { good: 0, bad: 1 }],
  ['on both sides', ['aaa', 'aba', 'bba', 'bca', 'bda'], { good: 1, bad: 2 }],
  ['round several of its own', ['aaa', 'aba', 'bba', 'cba', 'cca'], { good: 1, bad: 3 }],
])("another Rollout's commits are left out %s", (_, states, expected) => {
  expect(reach(...states)).toEqual(expected)
})

it.each<[string, string[]]>([
  ['there is none', ['aaa', 'baa', 'caa']],
  ['anything else differs in the end', ['aaa', 'aba', 'bbb']],
  ['anything else differs on the way', ['aaa', 'bab', 'bba']],
  ['its own commit changes another Rollout', ['aaa', 'aba', 'bca']],
  ['they lie between its own', ['aaa', 'baa', 'bba', 'cba']],
  ['it does not change', ['aaa', 'aba', 'aca']],
  ['nothing has changed in the end', ['aaa', 'aba', 'aaa']],
])('nothing is left out where %s', (_, states) => {
  expect(reach(...states)).toBeUndefined()
})

it('a Rollout that comes or goes is a change of it', () => {
  const alone = { rest: 'a', rollouts: new Map([['shop/web', 'b']]) }
  expect(reachOf([parts('aaa'), parts('baa'), alone], 'shop/web')).toEqual({ good: 0, bad: 1 })
  expect(reachOf([parts('aaa'), alone], 'shop/web')).toBeUndefined()
})

it('nothing is left out where a commit does not say what it renders', () => {
  expect(reachOf([parts('aaa'), undefined, parts('bba')], 'shop/web')).toBeUndefined()
  expect(reachOf([parts('aaa'), parts('aba'), undefined, parts('bba')], 'shop/web')).toBeUndefined()
})

it('nothing is left out where an end is not told, though the rest would do', () => {
  expect(reachOf([parts('aaa'), parts('aba'), undefined], 'shop/web')).toBeUndefined()
  expect(reachOf([undefined, parts('aba'), parts('bba')], 'shop/web')).toBeUndefined()
})

it.each<[string, boolean, RenderedParts | undefined, RenderedParts | undefined]>([
  ['what is before is not told', true, undefined, parts('aaa')],
  ['what is after is not told', true, parts('aaa'), undefined],
  ['anything else differs', true, parts('aaa'), parts('bab')],
  ['it does not differ itself', true, parts('aaa'), parts('aba')],
  ['it differs, and nothing but Rollouts', false, parts('aaa'), parts('bba')],
])('whether a release is of one piece: %s, %s', (_, expected, first, last) => {
  expect(goesBackWhole(first, last, 'shop/web')).toBe(expected)
})

it.each<[boolean, boolean, RenderedParts | undefined, RenderedParts | undefined]>([
  [true, true, parts('aaa'), parts('aaa')],
  [false, true, parts('aaa'), parts('baa')],
  [false, false, parts('aaa'), parts('aba')],
  [false, false, parts('aaa'), parts('aab')],
  [false, false, parts('aaa'), undefined],
  [false, false, undefined, parts('aaa')],
  [false, true, undefined, undefined],
])('whether all is the same: %s, and all but the one Rollout: %s', (isSame, isOwn, one, other) => {
  expect([isSameParts(one, other), isAllOwn(one, other, 'shop/web')]).toEqual([isSame, isOwn])
})
