import { expect, it } from 'vitest'
import { REPO } from './application.ts'
import { chartOf, rendersCharts } from './chart-renderer.ts'
import { byFiles } from './manifest.ts'
import { createStage, type Stage, type StageOptions } from './stage.ts'

const MINUTE = 60_000
type Files = Readonly<Record<string, string>>
const PRINTED = '{{ .Files.Get (printf "conf/%s.txt" .Values.env) }}'
const WORKED_OUT = '{{ .Files.Get .Values.file }}'
const STAGING: Files = {
  'apps/web/conf/staging.txt': 'v1\n',
  'apps/web/conf/prod.txt': 'v1\n',
  'apps/web/values-staging.yaml': 'web: v1\n',
}

interface Play {
  template: string
  wrap: StageOptions['wrap']
  /** Commits of others before and after the release's own. */
  before?: Files
  after?: Files
  /** What the release changes besides its values. */
  beside?: Files
}

/** N at v1 of a chart of which another environment has files, then a release that fails. */
async function fail({ template, wrap, before, after, beside }: Play): Promise<Stage> {
  const stage = await createStage(wrap ? { wrap } : {})
  const web = stage.addRollout()
  const app = stage.addApplication({ sources: [{ repoURL: REPO, targetRevision: 'main', path: 'apps/web' }] })
  app.sync(stage.commit({ ...chartOf({ web: 'v1' }), ...STAGING, 'apps/web/templates/f.yaml': template }, 'N'))
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  if (before) stage.commit(before, 'staging v2')
  const release = stage.commit({ ...chartOf({ web: 'v2' }), ...beside }, 'prod v2')
  app.sync(after ? stage.commit(after, 'staging v3') : release)
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(MINUTE)
  return stage
}

const OTHERS: Files = { 'apps/web/conf/staging.txt': 'v2\n', 'apps/web/values-staging.yaml': 'web: v2\n' }

it.each<[string, Play]>([
  ['of a name that is put together', { template: PRINTED, wrap: rendersCharts, before: OTHERS }],
  ['of a name that is worked out', { template: WORKED_OUT, wrap: rendersCharts, before: OTHERS }],
  ['in a later commit of the same sync', { template: WORKED_OUT, wrap: rendersCharts, after: OTHERS }],
  ['that only a comment mentions', { template: '{{/* .Files */}}\n# .Files\n', wrap: byFiles, before: OTHERS }],
  ['that a put together name cannot be', { template: PRINTED, wrap: byFiles, before: { 'apps/web/values-staging.yaml': 'web: v2\n' } }],
])('B1: what another environment changes in a file %s does not go back', async (_, play) => {
  await using stage = await fail(play)
  expect(stage.reverts()).toMatchObject([{ culprits: [{ subject: 'prod v2' }], paths: ['apps/web/values.yaml'] }])
})

it.each<[string, Play]>([
  ['before it', { template: PRINTED, wrap: byFiles, before: OTHERS }],
  ['after it', { template: WORKED_OUT, wrap: byFiles, after: OTHERS }],
])('B3: where nobody renders, a file that a template may read and that has changed %s is not known, by name', async (_, play) => {
  await using stage = await fail(play)
  expect(stage.pulls()).toEqual([])
  expect(stage.failed()[0]?.decision?.reason).toMatch(/not known is whether the Application reads apps\/web\/(?:conf|values-)\S+/)
})

it('what the release itself changes in such a file goes back with it, where somebody renders', async () => {
  await using stage = await fail({ template: PRINTED, wrap: rendersCharts, beside: { 'apps/web/conf/prod.txt': 'v2\n' } })
  expect(stage.reverts()).toMatchObject([{ paths: ['apps/web/conf/prod.txt', 'apps/web/values.yaml'] }])
})

it.each<[string, StageOptions['wrap']]>([
  ['rendering', rendersCharts],
  ['files', byFiles],
])('B1: a file that a template may read and that moves later closes no PR, by %s', async (_, wrap) => {
  await using stage = await fail({ template: WORKED_OUT, wrap })
  stage.commit(OTHERS, 'staging v3')
  await stage.pushed()
  await stage.advance(5 * MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
})
