import { expect, it } from 'vitest'
import { byFiles, manifest } from './manifest.ts'
import type { Raw } from './objects.ts'
import { createRunningStage, type RunningStage, type StageOptions } from './stage.ts'

const MINUTE = 60_000
const SERVICE = { 'apps/web/service.yaml': 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n' }
const ONLY = { resources: [{ group: 'argoproj.io', kind: 'Rollout', name: 'web' }] }

/** A person syncs the Rollout alone: no entry in the history. It brings v2, which fails. */
async function failsAlone(stage: RunningStage, revision: string): Promise<void> {
  stage.app.change({ autoSync: false })
  stage.app.begin(revision)
  const { status } = stage.app.object() as { status: { operationState: Raw } }
  const operation = { ...status.operationState, operation: { sync: { revision, ...ONLY } } }
  stage.app.change({ operation })
  await stage.show()
  await stage.advance(2_000)
  stage.web.canary('v2')
  await stage.show()
  await stage.advance(2_000)
  stage.app.change({ operation: { ...operation, phase: 'Succeeded' } })
  await stage.show()
  await stage.advance(10_000)
  await stage.abort()
  await stage.advance(MINUTE)
}

const culprits = (stage: RunningStage): unknown => stage.reverts().map((revert) => revert.culprits.map(({ subject }) => subject))

it.each<[string, StageOptions]>([
  ['what renders', {}],
  ['files', { wrap: byFiles }],
])('a sync of the Rollout alone may have left an older commit unapplied, so that none goes back, by %s', async (_, options) => {
  await using stage = await createRunningStage(options)
  stage.commit(SERVICE, 'service')
  const release = stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2')
  await failsAlone(stage, release)
  expect(stage.pulls()).toEqual([])
  expect(stage.failed()[0]?.decision?.reason).toMatch(/^No revert PR: N\+1 was brought by a sync of some resources only: .*“service”/)
  // All of it is synced by then.
  stage.app.sync(release)
  await stage.show()
  await stage.advance(MINUTE)
  expect(culprits(stage)).toEqual([['service', 'web v2']])
})

it('of one commit alone, a sync of the Rollout alone leaves nothing to be told apart', async () => {
  await using stage = await createRunningStage()
  await failsAlone(stage, stage.commit({ ...SERVICE, 'apps/web/rollout.yaml': manifest('v2') }, 'web v2'))
  expect(culprits(stage)).toEqual([['web v2']])
})
