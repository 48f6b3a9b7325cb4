import { describe, expect, it } from 'vitest'
import { shareOut } from '../../../../src/adapters/ledgers/postgres/share-out.ts'

interface Fleet {
  /** By replica. */
  watching: Readonly<Record<string, readonly string[] | undefined>>
  begin?: Readonly<Record<string, readonly string[]>>
  left?: readonly string[]
}

/** Lets replicas look in turn until nothing moves. @returns what each leads */
function settle({ watching, begin = {}, left = [] }: Fleet) {
  const replicas = new Map(Object.entries(watching))
  const held = new Map([...replicas.keys()].map((replica) => [replica, [...(begin[replica] ?? [])]]))
  let moves = 0
  for (let round = 0; round < 10; round += 1) {
    for (const own of replicas.keys()) {
      const led = new Map([...held].flatMap(([replica, its]) => its.map((name) => [name, replica] as const)))
      const { take, giveUp } = shareOut({ led, replicas, left, own, held: held.get(own) ?? [] })
      moves += take.length + giveUp.length
      held.set(own, [...(held.get(own) ?? []).filter((name) => !giveUp.includes(name)), ...take])
    }
  }
  const shares = Object.fromEntries([...held].map(([replica, its]) => [replica, its.toSorted()]))
  const sizes = [...held.values()].map(({ length }) => length).toSorted((a, b) => a - b)
  return { shares, sizes, moves, led: [...held.values()].flat().toSorted() }
}

const six = ['a', 'b', 'c', 'd', 'e', 'f']
const all = (count: number, names: readonly string[]) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`r${index}`, names]))

describe('sharing out clusters', () => {
  it.each([
    [1, [6]],
    [2, [3, 3]],
    [4, [1, 1, 2, 2]],
    [7, [0, 1, 1, 1, 1, 1, 1]],
  ])('gives each of %i replicas its share, and leads everything once', (count, sizes) => {
    const settled = settle({ watching: all(count, six) })
    expect(settled.sizes).toEqual(sizes)
    expect(settled.led).toEqual(six)
  })

  it.each([
    [{ r0: six }, 6],
    [{ r0: ['a', 'b', 'c'], r1: ['d', 'e', 'f'] }, 4],
  ])('gives up surplus to a replica that has come, and no more than that: %j', (begin, moves) => {
    const settled = settle({ watching: all(3, six), begin })
    expect(settled.sizes).toEqual([2, 2, 2])
    expect(settled.moves).toBeLessThanOrEqual(moves + 4)
  })

  it('moves nothing while the shares are fair', () => {
    expect(settle({ watching: all(2, ['a', 'b', 'c']), begin: { r0: ['a', 'b'], r1: ['c'] } }).moves).toBe(0)
  })

  it('gives up what is not to be led any more', () => {
    const replicas = new Map([['r0', ['a']]])
    expect(shareOut({ led: new Map(), replicas, left: [], own: 'r0', held: ['a', 'gone'] })).toEqual({ take: [], giveUp: ['gone'] })
  })

  it.each([
    ['leads the others already', { new: ['a', 'b'] }],
    ['has just come', { old: ['a', 'b'] }],
    ['shares the others with one that does not know it', { old: ['a'], new: ['b'] }],
  ])('lets a cluster that was added be led by the only replica that watches it, which %s', (_how, begin) => {
    const settled = settle({ watching: { old: ['a', 'b'], new: ['a', 'b', 'c'] }, begin })
    expect(settled.led).toEqual(['a', 'b', 'c'])
    expect(settled.shares['new']).toContain('c')
    expect(settled.sizes).toEqual([1, 2])
  })

  it('asks one that does not say what it watches to lead whatever the others do', () => {
    expect(settle({ watching: { old: undefined, new: six } }).sizes).toEqual([3, 3])
  })

  it('has what is left of a cluster that nobody watches led by one, whoever that is', () => {
    expect(settle({ watching: all(3, ['a']), left: ['gone'] }).led).toEqual(['a', 'gone'])
  })

  it('leaves what is left of a cluster to whoever watches it, and takes it from one that does not', () => {
    const settled = settle({ watching: { new: ['a'], old: ['a', 'gone'] }, begin: { new: ['gone'] }, left: ['gone'] })
    expect(settled.shares).toEqual({ new: ['a'], old: ['gone'] })
  })
})
