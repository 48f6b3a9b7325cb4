import { expect, it } from 'vitest'
import { podTemplate } from './objects.ts'
import { createStage } from './stage.ts'

const MINUTE = 60_000
const FILE = 'apps/web/rollout.yaml'
/** An input that the release has not touched. */
const OTHER = 'apps/web/other.yaml'

function file(tag: string, replicas: number): string {
  const spec = { replicas, strategy: { canary: { steps: [] } }, template: podTemplate('web', tag) }
  return `apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: web}\nspec: ${JSON.stringify(spec, null, 2)}\n`
}

const other = (index: number): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata: {index: "${index}"}\n`

it('an open PR stays open while its fields are as the release left them, however many commits come to other files', async () => {
  await using stage = await createStage()
  const web = stage.addRollout()
  const app = stage.addApplication()
  app.sync(stage.commit({ [FILE]: file('v1', 2), [OTHER]: other(0) }, 'web v1'))
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  app.sync(stage.commit({ [FILE]: file('v2', 2) }, 'web v2'))
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  stage.commit({ [FILE]: file('v2', 3) }, 'scale web')
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  for (let index = 1; index <= 25; index += 1) stage.commit({ [OTHER]: other(index) }, `other ${index}`)
  await stage.pushed()
  await stage.advance(5 * MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open', comments: [] }])
  expect(stage.reverts()).toMatchObject([{ state: 'open' }])
})
