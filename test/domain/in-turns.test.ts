import { expect, it } from 'vitest'
import { inTurns } from '../../src/domain/in-turns.ts'

/** After how many steps each pause comes, where a step is of so many characters; and what the work gives in the end. */
async function pausesOf(steps: readonly number[]) {
  const pauses: number[] = []
  let taken = 0
  function* work(): Generator<number, string> {
    for (const step of steps) {
      taken += 1
      yield step
    }
    return 'done'
  }
  const made = await inTurns(work(), async () => void pauses.push(taken))
  return { made, pauses }
}

it.each<[string, readonly number[], readonly number[]]>([
  ['not before 16 Ki characters', [16 * 1024 - 1], []],
  ['at 16 Ki characters', [16 * 1024, 1], [1]],
  ['each time after as many again', Array.from({ length: 9 }, () => 8 * 1024), [2, 4, 6, 8]],
  ['after 82 steps that are next to nothing', Array.from({ length: 165 }, () => 0), [82, 164]],
  ['not where there is nothing to do', [], []],
])('work pauses %s', async (_, steps, pauses) => {
  expect(await pausesOf(steps)).toEqual({ made: 'done', pauses })
})

it('work goes on only once the pause is over', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const seen: string[] = []
  function* work(): Generator<number, void> {
    yield 20_000
    seen.push('went on')
  }
  const done = inTurns(work(), () => promise)
  await Promise.resolve()
  expect(seen).toEqual([])
  resolve()
  await done
  expect(seen).toEqual(['went on'])
})
