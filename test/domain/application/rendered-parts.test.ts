import { expect, it } from 'vitest'
import { reachOf, type RenderedParts } from '../../../src/domain/application/rendered-parts.ts'

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
})
