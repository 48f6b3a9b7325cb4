import { expect, it } from 'vitest'
import { chartOf, rendersCharts } from './chart-renderer.ts'
import { createStage, type Stage, type StageOptions } from './stage.ts'

const MINUTE = 60_000
const VALUES = 'apps/web/values.yaml'
const CONFIG = 'apps/web/templates/config.yaml'

/** web and worker run v1 of one chart; one sync brings these states of it, a commit each, and web fails. */
async function webFails(states: readonly Record<string, string>[], options: StageOptions = { wrap: rendersCharts }): Promise<Stage> {
  const stage = await createStage(options)
  const [web, worker] = [stage.addRollout({ name: 'web' }), stage.addRollout({ name: 'worker' })]
  const app = stage.addApplication({ rollouts: [web, worker] })
  app.sync(stage.commit(chartOf({ web: 'v1', worker: 'v1' }), 'v1'))
  for (const one of [web, worker]) one.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  const shas = states.map((files, at) => stage.commit(files, `commit ${at + 1}`))
  app.sync(shas.at(-1) ?? '')
  for (const one of [web, worker]) one.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  worker.healthy('v2')
  web.abort()
  await stage.show()
  await stage.advance(MINUTE)
  return stage
}

const at = (web: string, worker: string, more = {}): Record<string, string> => ({ ...chartOf({ web, worker }), ...more })
const restored = (stage: Stage): string | undefined => stage.origin.git(['show', `${stage.pulls()[0]?.branch}:${VALUES}`])

it.each([
  ['before it', [at('v1', 'v2'), at('v2', 'v2')], 'commit 2'],
  ['after it', [at('v2', 'v1'), at('v2', 'v2')], 'commit 1'],
  ['on either side of it', [at('v1', 'v1.5'), at('v2', 'v1.5'), at('v2', 'v2')], 'commit 2'],
])("B4: where a chart's values hold two Rollouts, a commit of another's own stays: %s", async (_, states, culprit) => {
  await using stage = await webFails(states)
  expect(stage.reverts()).toMatchObject([{ culprits: [{ subject: culprit }], paths: [VALUES] }])
  expect(restored(stage)).toBe('web: v1\nworker: v2')
  const { body = '' } = stage.pulls()[0] ?? {}
  expect(body).toContain('only other Rollouts of the Application change by them')
  expect(body).not.toContain('Takes `shop/worker` back')
})

it.each([
  ['it changes worker, too', [at('v1', 'v1.5'), at('v2', 'v2')]],
  ['it came between two of its own', [at('v1.5', 'v1'), at('v1.5', 'v2'), at('v2', 'v2')]],
  ['something else changes as well', [at('v1', 'v2', { [CONFIG]: 'a: 2\n' }), at('v2', 'v2')]],
])('all of it goes back, and worker is named, where %s', async (_, states) => {
  await using stage = await webFails(states)
  expect(stage.reverts()[0]?.culprits).toHaveLength(states.length)
  expect(restored(stage)).toBe('web: v1\nworker: v1')
  expect(stage.pulls()[0]?.body).toContain('Takes `shop/worker` back, too')
})
