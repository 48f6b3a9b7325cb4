import { expect, it } from 'vitest'
import { REPO } from './application.ts'
import { byFiles } from './manifest.ts'
import { createRunningStage } from './stage.ts'

const MINUTE = 60_000
const SERVICE = { 'apps/web/service.yaml': 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n' }

/** What the Application's own spec says, as an ApplicationSet writes it into it. */
const sourceWith = (mode: string) => [
  { repoURL: REPO, targetRevision: 'main', path: 'apps/web', directory: { jsonnet: { extVars: [{ name: 'mode', value: mode }] } } },
]

it.each([
  [200, 100],
  [2_000, 3_000],
  [5_000, 100],
  [5_000, 3_000],
])('a sync with another parameter is one of its own, also of the commit synced %i ms before: that made nothing', async (after, lag) => {
  await using stage = await createRunningStage({ wrap: byFiles })
  stage.app.change({ sources: sourceWith('slow') })
  stage.app.sync(stage.commit({ 'apps/web/config.yaml': 'apiVersion: v1\nkind: ConfigMap\n' }, 'config'))
  await stage.show()
  await stage.advance(5 * MINUTE)
  const service = stage.commit(SERVICE, 'service')
  stage.app.sync(service)
  await stage.show()
  await stage.advance(after)
  stage.app.change({ sources: sourceWith('fast') })
  stage.app.begin(service)
  await stage.show()
  await stage.advance(lag)
  stage.web.canary('v1+fast')
  await stage.show()
  await stage.advance(300)
  stage.app.sync(service)
  await stage.show()
  await stage.advance(20_000)
  await stage.abort()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toEqual([])
  expect(stage.failed()).toMatchObject([{ decision: { action: 'notify' } }])
})
