import { describe, expect, it } from 'vitest'
import { STORM_TABLE } from '../../src/domain/storm/transitions.ts'
import { createStormStage, type StormStage } from './storm-stage.ts'
import { rowsOf } from './taken.ts'
import { createPlayer, MINUTE } from './transition-stories.ts'

const { seen, play } = createPlayer()

/** All fail by one metric, each brought by a commit of its own. */
async function fail(stage: StormStage): Promise<void> {
  await stage.release('v2', 'own-commits')
  await stage.abort(stage.all)
  await stage.advance(MINUTE)
}

/** All make it after all. */
async function recover(stage: StormStage): Promise<void> {
  for (const { rollout } of stage.all) rollout.healthy('v2')
  await stage.show()
  await stage.advance(MINUTE)
}

/** The metric of one that is tried again is fine. */
async function measure(stage: StormStage): Promise<void> {
  const [first] = stage.all
  first?.rollout.retry()
  await stage.show()
  await stage.advance(10_000)
  first?.rollout.measure('Successful')
  await stage.show()
  await stage.advance(10_000)
}

async function release(stage: StormStage): Promise<void> {
  await stage.controller.releaseStorm(stage.ledger.storms({})[0]?.key ?? '', 'ada')
  await stage.idle()
}

describe('a storm', () => {
  it.each<[string, number, readonly ((stage: StormStage) => Promise<void>)[]]>([
    ['of two whose metric is fine again', 2, [measure]],
    ['of two that make it', 2, [recover]],
    ['of two that is released', 2, [release]],
    ['that holds, and all make it', 3, [recover]],
    ['that holds, has passed, and all make it', 3, [measure, recover]],
    ['that holds, has passed, and is released all the same', 3, [measure, release]],
    ['that is released, and all make it', 3, [release, recover]],
  ])('%s', async (_, many, then) => {
    await play(createStormStage(many), async (stage) => {
      await fail(stage)
      for (const happens of then) await happens(stage)
      // Who is decided by itself is told for itself.
      const isApart = then.includes(release) || (many === 2 && then.includes(measure))
      expect(stage.cards()).toHaveLength(isApart ? many : 1)
      const pulls = new Set(stage.pulls().map(({ state }) => state))
      expect(pulls.has('open')).toBe(then.at(-1) === release || (many === 2 && then.at(-1) === measure))
    })
  })

  it('has taken every row of its table by then, and no other step', () => {
    const taken = [...seen].filter((row) => row.startsWith('storm'))
    expect(taken.toSorted()).toEqual([...rowsOf('storm', STORM_TABLE)].toSorted())
  })
})
