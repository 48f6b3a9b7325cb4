import { expect, it } from 'vitest'
import { REPO } from './application.ts'
import { byFiles } from './manifest.ts'
import { createStage } from './stage.ts'

const MINUTE = 60_000

it('manifest-generate-paths may name what only one of both releases reads: it is believed, and files have to do', async () => {
  await using stage = await createStage({ wrap: byFiles })
  const web = stage.addRollout()
  const app = stage.addApplication({
    sources: [{ repoURL: REPO, targetRevision: 'main', path: 'apps/web', plugin: {} }],
    annotations: { 'argocd.argoproj.io/manifest-generate-paths': '.;/more' },
  })
  app.sync(stage.commit({ 'apps/web/values.yaml': 'tag: v1\n' }, 'v1'))
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  app.sync(stage.commit({ 'apps/web/values.yaml': 'tag: v2\n', 'more/a.yaml': 'x: 1\n' }, 'v2'))
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(2_000)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
})
