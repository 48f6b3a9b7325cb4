import { expect, it } from 'vitest'
import { REPO } from './application.ts'
import { createStormStage, storms } from './storm-stage.ts'

const MINUTE = 60_000

it('what fails with many for one cause is no commit told of, until a person says that the release is at fault', async () => {
  await using stage = await createStormStage(4, { policy: { announce: ['status', 'comment'] } })
  await stage.release('v2', 'own-commits')
  await stage.abort(stage.all)
  await stage.advance(3 * MINUTE)
  expect([storms(stage), stage.forges.statuses(REPO)]).toEqual([['holding 4'], []])
  expect(stage.ledger.pendingEffects()).toEqual([])
  await stage.letGo()
  await stage.advance(3 * MINUTE)
  expect(stage.forges.statuses(REPO).map(({ state }) => state)).toEqual(['failure', 'failure', 'failure', 'failure'])
})
