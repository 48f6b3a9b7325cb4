import { expect, it } from 'vitest'
import type { ReplicaSetSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { ranSinceFormerStay } from '../../../src/domain/rollout/stays.ts'

/** A template by the numbers that it has had, the present one last; without one, it is not known. */
const template = (name: string, rolloutRevision: number | undefined, ...formerRevisions: readonly number[]): ReplicaSetSnapshot =>
  ({ name, rolloutRevision, formerRevisions }) as unknown as ReplicaSetSnapshot

it.for<[string, ReplicaSetSnapshot, readonly ReplicaSetSnapshot[], readonly string[], boolean]>([
  ['one that never left', template('a', 5), [template('b', 4)], [], true],
  ['one whose present number is not known', template('a', undefined, 2), [template('b', 3)], [], false],
  ['one that left for another', template('a', 4, 2), [template('b', 3), template('old', 1)], ['b'], true],
  ['one that left for two', template('a', 5, 2), [template('b', 3), template('c', 4)], ['b', 'c'], true],
  ['one that left for one twice', template('a', 5, 2), [template('b', 4, 3)], ['b'], true],
  ['one that left for another that has been back since', template('a', 4, 2), [template('b', 6, 3)], ['b'], true],
  ['one that left for what is not in view', template('a', 4, 2), [template('old', 1)], [], false],
  ['one that left for two of which one is not in view', template('a', 5, 2), [template('b', 3)], ['b'], false],
  [
    'one that has been here several times: the last stay before counts',
    template('a', 9, 2, 7, 4),
    [template('b', 8), template('c', 5)],
    ['b'],
    true,
  ],
  ['one that has the number next to its last', template('a', 3, 2), [template('b', 4)], [], true],
  ['one beside another whose number is not known', template('a', 4, 2), [template('b', undefined), template('c', 3)], ['c'], true],
  ['one beside those of its own numbers', template('a', 4, 2), [template('b', 2), template('c', 4)], [], false],
])('what ran since the stay before of %s', ([, set, others, between, complete]) => {
  const ran = ranSinceFormerStay([set, ...others], set)
  expect([ran.between.map(({ name }) => name), ran.complete]).toEqual([between, complete])
})

it('a template does not lie between its own stays, whatever numbers it has had on the way', () => {
  const set = template('a', 5, 2, 4)
  expect(ranSinceFormerStay([set], set)).toEqual({ between: [], complete: true })
  const odd = template('a', 2, 4)
  expect(ranSinceFormerStay([odd, template('b', 3)], odd).between).toEqual([])
})
