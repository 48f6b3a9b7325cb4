import { describe, expect, it } from 'vitest'
import { playSeed } from './history.ts'

/** A few seeds of the many: what a hundred thousand show is looked at by `npm run histories`. */
const SEEDS = Array.from({ length: 24 }, (_, index) => index + 1)

describe('generated histories', () => {
  it('play the same way again', async () => {
    const [first, second] = [await playSeed(3, 'rendering'), await playSeed(3, 'rendering')]
    expect(second).toEqual(first)
  })

  it.each(['rendering', 'files'] as const)('show no second PR and no failure that nobody was told of, by %s', async (by) => {
    const played = await Promise.all(SEEDS.map((seed) => playSeed(seed, by)))
    const worst = played.flatMap(({ script, judgement }) =>
      judgement.violations
        .filter(({ kind }) => kind === 'untold' || kind === 'second')
        .map((violation) => ({ seed: script.seed, ...violation })),
    )
    expect(worst).toEqual([])
    expect(played.reduce((pulls, { judgement }) => pulls + judgement.pulls, 0)).toBeGreaterThan(SEEDS.length / 2)
  })
})
