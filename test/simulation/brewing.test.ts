import { expect, it } from 'vitest'
import { createStormStage, openPulls } from './storm-stage.ts'

it('a PR waits for a failure beside it to settle, and is opened within a quarter of a second after that, whatever is heard', async () => {
  await using stage = await createStormStage(2)
  await stage.release('v2', 'own-commits')
  const [first, second] = stage.all
  first?.rollout.abort()
  await stage.show()
  await stage.advance(900)
  second?.rollout.abort({ value: '[0.3]' })
  await stage.show()
  // The first has settled, and is alone of which anything is known.
  await stage.advance(950)
  expect([stage.failed().length, openPulls(stage)]).toEqual([1, []])
  await stage.advance(400)
  expect(openPulls(stage)).toHaveLength(2)
})
