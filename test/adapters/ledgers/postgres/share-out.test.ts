import { describe, expect, it } from 'vitest'
import { shareOut } from '../../../../src/adapters/ledgers/postgres/share-out.ts'

/** Lets replicas look in turn until nothing moves. @returns what each leads */
function settle(names: readonly string[], replicas: readonly string[], begin: Readonly<Record<string, readonly string[]>> = {}) {
  const held = new Map(replicas.map((replica) => [replica, [...(begin[replica] ?? [])]]))
  let moves = 0
  for (let round = 0; round < 10; round += 1) {
    for (const own of replicas) {
      const led = new Map([...held].flatMap(([replica, its]) => its.map((name) => [name, replica] as const)))
      const { take, giveUp } = shareOut({ names, led, replicas, own, held: held.get(own) ?? [] })
      moves += take.length + giveUp.length
      held.set(own, [...(held.get(own) ?? []).filter((name) => !giveUp.includes(name)), ...take])
    }
  }
  return {
    shares: [...held.values()].map(({ length }) => length).toSorted((a, b) => a - b),
    moves,
    led: [...held.values()].flat().toSorted(),
  }
}

const six = ['a', 'b', 'c', 'd', 'e', 'f']

describe('sharing out clusters', () => {
  it.each([
    [1, [6]],
    [2, [3, 3]],
    [4, [1, 1, 2, 2]],
    [7, [0, 1, 1, 1, 1, 1, 1]],
  ])('gives each of %i replicas its share, and leads everything once', (count, shares) => {
    const replicas = Array.from({ length: count }, (_, index) => `r${index}`)
    const settled = settle(six, replicas)
    expect(settled.shares).toEqual(shares)
    expect(settled.led).toEqual(six)
  })

  it.each([
    [{ r0: six }, 6],
    [{ r0: ['a', 'b', 'c'], r1: ['d', 'e', 'f'] }, 4],
  ])('gives up surplus to a replica that has come, and no more than that: %j', (begin, moves) => {
    const settled = settle(six, ['r0', 'r1', 'r2'], begin)
    expect(settled.shares).toEqual([2, 2, 2])
    expect(settled.moves).toBeLessThanOrEqual(moves + 4)
  })

  it('moves nothing while the shares are fair', () => {
    expect(settle(['a', 'b', 'c'], ['r0', 'r1'], { r0: ['a', 'b'], r1: ['c'] }).moves).toBe(0)
  })

  it('gives up what is not to be led any more', () => {
    expect(shareOut({ names: ['a'], led: new Map(), replicas: ['r0'], own: 'r0', held: ['a', 'gone'] })).toEqual({
      take: [],
      giveUp: ['gone'],
    })
  })
})
