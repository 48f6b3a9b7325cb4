import { describe, expect, it } from 'vitest'
import { Goes, type Outcome } from '../../../tools/mutants/goes.ts'

/** Each go's mutant (0: none) and what was found, with a test whose goes end as told. */
function play(
  mutants: readonly number[],
  ...outcomes: readonly Outcome[]
): { tried: readonly number[]; found: readonly string[]; isOver: boolean } {
  const goes = new Goes(mutants)
  const tried: number[] = []
  const found: string[] = []
  for (const outcome of outcomes) {
    tried.push(goes.mutant)
    found.push(...goes.ended(outcome).map((one) => ('mutant' in one ? `${one.kind} ${one.mutant}` : one.kind)))
  }
  return { tried, found, isOver: goes.isOver }
}

describe('the goes of one test', () => {
  it('a test is run without a fault first, and then with each mutant', () => {
    expect(play([7, 8], 'green', 'green', 'green')).toEqual({ tried: [0, 7, 8], found: ['asked'], isOver: true })
  })

  it('a red go is a kill when the test is green again without a fault', () => {
    expect(play([7, 8, 9], 'green', 'green', 'red', 'green', 'green')).toEqual({
      tried: [0, 7, 8, 9, 0],
      found: ['killed 8', 'asked'],
      isOver: true,
    })
  })

  it('one go without a fault confirms up to eight', () => {
    const nine = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    const { tried, found } = play(nine, 'green', ...nine.slice(1).map(() => 'red' as const), 'green', 'red', 'green')
    expect(tried).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 9, 0])
    expect(found).toEqual([...nine.map((one) => `killed ${one}`), 'asked'])
  })

  it('when the test stays red, the first red one is in doubt where others were tried before it; of those after it nothing is said', () => {
    expect(play([7, 8, 9], 'green', 'green', 'red', 'red', 'red')).toEqual({
      tried: [0, 7, 8, 9, 0],
      found: ['doubtful 8', 'spoilt'],
      isOver: true,
    })
  })

  it('when the test stays red, the first red one is a kill where it was tried right after a green go without a fault', () => {
    expect(play([7, 8], 'green', 'red', 'red', 'red')).toEqual({ tried: [0, 7, 8, 0], found: ['killed 7', 'spoilt'], isOver: true })
  })

  it('a go that does not end is its mutant’s end, that of all that is loaded, and no confirmation of another', () => {
    expect(play([7, 8, 9], 'green', 'red', 'late')).toEqual({ tried: [0, 7, 8], found: ['timed out 8', 'spoilt'], isOver: true })
  })

  it('a loop that had to be ended is its mutant’s end, and spoils nothing', () => {
    const { tried, found } = play([7, 8], 'green', 'endless', 'green', 'green')
    expect({ tried, found }).toEqual({ tried: [0, 7, 8, 0], found: ['timed out 7', 'asked'] })
  })

  it('an error that nobody waited for is a fault when it is there each time, and else another mutant’s', () => {
    expect(play([7], 'green', 'stray', 'stray', 'green')).toEqual({ tried: [0, 7, 7, 0], found: ['killed 7', 'asked'], isOver: true })
    expect(play([7], 'green', 'stray', 'green')).toEqual({ tried: [0, 7, 7], found: ['asked'], isOver: true })
  })

  it.each(['red', 'stray', 'late'] as const)('a test that is %s without a fault judges nobody', (outcome) => {
    expect(play([7], outcome)).toEqual({ tried: [0], found: ['unfit'], isOver: true })
  })
})
