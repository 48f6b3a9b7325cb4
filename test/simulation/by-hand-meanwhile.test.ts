import { expect, it } from 'vitest'
import { byFiles } from './manifest.ts'
import { stamp, type Raw } from './objects.ts'
import { createRunningStage } from './stage.ts'

const MINUTE = 60_000
const SERVICE = { 'apps/web/service.yaml': 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n' }

it('what somebody made by hand while a sync ran that failed before it applied the Rollout is not put down to it, by files', async () => {
  await using stage = await createRunningStage({ wrap: byFiles })
  const service = stage.commit(SERVICE, 'service')
  stage.app.begin(service)
  const { status } = stage.app.object() as { status: { operationState: Raw } }
  // Its hook runs, and fails.
  const operation = { ...status.operationState, syncResult: { revision: service, resources: [] } }
  stage.app.change({ operation })
  await stage.show()
  await stage.advance(2_000)
  stage.web.canary('v1+hot')
  await stage.show()
  await stage.advance(1_000)
  stage.app.change({ operation: { ...operation, phase: 'Failed', finishedAt: stamp(stage.clock.now()) }, drifted: true })
  await stage.show()
  await stage.advance(2_000)
  await stage.abort()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toEqual([])
})
