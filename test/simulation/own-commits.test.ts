import { expect, it } from 'vitest'
import { BROKEN, chartOf, rendersCharts } from './chart-renderer.ts'
import type { Stage } from './stage.ts'
import { webFails as tell, type Files } from './web-and-worker.ts'

const VALUES = 'apps/web/values.yaml'
const CONFIG = 'apps/web/templates/config.yaml'

const webFails = (states: readonly Files[]): Promise<Stage> => tell({ before: at('v1', 'v1'), states, options: { wrap: rendersCharts } })

const at = (web: string, worker: string, more = {}): Files => ({ ...chartOf({ web, worker }), ...more })
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

it('what one commit did to two Rollouts of a chart goes back whole: who made it is named with what it runs and gets', async () => {
  await using stage = await webFails([at('v2', 'v2')])
  expect(restored(stage)).toBe('web: v1\nworker: v1')
  expect(stage.pulls()[0]?.body).toMatch(
    /Takes `shop\/worker` back, too\*\*: `\S*worker:v2` to `\S*worker:v1`\. It runs `\S*worker:v2`, and is rolled out like a release, with/,
  )
  expect(stage.pulls()[0]?.body).toMatch(/finds the running version of `shop\/web` wanted again/)
})

/** values.yaml as somebody left it in the middle of a merge. */
const broken = (web: string, worker: string): Files => ({ [VALUES]: `${at(web, worker)[VALUES]}${BROKEN}=======\n` })
const template = (text: string): Files => ({ [CONFIG]: text })

it.each([
  [
    'after a commit of another Rollout, it goes back with the one that mends it',
    [at('v1', 'v2'), broken('v1', 'v2'), at('v2', 'v2')],
    2,
    'v2',
  ],
  ['before one, it stays with it', [broken('v1', 'v2'), at('v1', 'v2'), at('v2', 'v2')], 1, 'v2'],
  ['with what the next one brings of another Rollout, all of it goes back', [broken('v1', 'v2'), at('v2', 'v2')], 2, 'v1'],
])('a commit that does not render was never applied by anybody: %s', async (_, states, culprits, worker) => {
  await using stage = await webFails(states)
  expect(stage.reverts()[0]?.culprits).toHaveLength(culprits)
  expect(restored(stage)).toBe(`web: v1\nworker: ${worker}`)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  expect(stage.pulls()[0]?.body.includes('Takes `shop/worker` back')).toBe(worker === 'v1')
})

it.each([
  [
    'nothing but the failing Rollout goes back with it',
    [at('v1', 'v2'), { ...at('v1', 'v2'), ...template(BROKEN) }, { ...at('v2', 'v2'), ...template('') }],
  ],
  [
    'something else has changed as well, so that all goes back',
    [
      { ...at('v1', 'v2'), ...template(BROKEN) },
      { ...at('v2', 'v2'), ...template('a: 2\n') },
    ],
  ],
])('that no file shows why a commit does not render holds up nothing where %s', async (_, states) => {
  await using stage = await webFails(states)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
})

it('where it may be another Rollout’s, and no file shows why it does not render, it is named, and what is to be done', async () => {
  await using stage = await webFails([
    { ...at('v1', 'v2'), ...template(BROKEN) },
    { ...at('v2', 'v2'), ...template('') },
  ])
  expect(stage.pulls()).toEqual([])
  expect(stage.failed()[0]?.decision?.reason).toMatch(
    /^No revert PR: whether \w{12} “commit 1” is a commit of another Rollout's own is not known\. Helm .* take back what has failed/,
  )
})

it('by files, a commit that does not render is one of the release', async () => {
  const states = [broken('v1', 'v1'), at('v2', 'v1')]
  await using stage = await tell({ before: at('v1', 'v1'), states, options: { renderer: 'none' }, worker: 'stays' })
  expect(stage.reverts()[0]?.culprits).toHaveLength(2)
  expect(restored(stage)).toBe('web: v1\nworker: v1')
})
