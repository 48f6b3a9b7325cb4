import { expect, it } from 'vitest'
import { REPO, type ApplicationOptions } from './application.ts'
import { byFiles } from './manifest.ts'
import type { SourceShape } from './objects.ts'
import { createStage } from './stage.ts'

const MINUTE = 60_000

const one = (more: Partial<SourceShape>): ApplicationOptions => ({
  sources: [{ repoURL: REPO, targetRevision: 'main', path: 'apps/web', ...more }],
})
const values = (...valueFiles: string[]): ApplicationOptions => one({ helm: { valueFiles } })

/** What the Application is, what else is in the repository, and the file outside its folder that makes N+1. */
type Case = [string, ApplicationOptions, Readonly<Record<string, string>>, string]

/**
 * The commit that breaks the release touches only the hidden file; an innocent one in the Application's folder is synced with it. Whoever
 * does not see the first reverts the second. Nothing is rendered, so that files alone have to tell.
 */
it.each<Case>([
  [
    'a chart beside it that its own depends on',
    one({}),
    { 'apps/web/Chart.yaml': 'dependencies:\n- {name: lib, repository: "file://../../libs/lib"}\n', 'libs/lib/Chart.yaml': 'name: lib\n' },
    'libs/lib/templates/rollout.yaml',
  ],
  [
    'a chart that such a chart depends on in turn',
    one({}),
    {
      'apps/web/Chart.yaml': 'dependencies:\n- {name: a, repository: file://../../libs/a}\n',
      'libs/a/requirements.yaml': 'dependencies:\n- {name: b, repository: file://../b/}\n',
    },
    'libs/b/values.yaml',
  ],
  ['value files that a pattern names', values('/env/*.yaml'), {}, 'env/prod.yaml'],
  ['value files that a pattern with alternatives names', values('/env/{prod,all}.yaml'), {}, 'env/prod.yaml'],
  [
    'a value file that is named after the Application',
    values('/env/$ARGOCD_APP_NAME.yaml', '/env/${ARGOCD_APP_NAMESPACE}.yaml'),
    {},
    'env/shop.yaml',
  ],
  [
    'a Kustomize component that only the Application names',
    one({ kustomize: { components: ['../../parts/canary'] } }),
    { 'apps/web/kustomization.yaml': 'resources: [rollout.yaml]\n', 'parts/canary/kustomization.yaml': 'resources: [../more]\n' },
    'parts/more/rollout.yaml',
  ],
  ['a Jsonnet library that only the Application names', one({ directory: { jsonnet: { libs: ['vendor'] } } }), {}, 'vendor/web.libsonnet'],
  [
    'a chart of Kustomize in a folder of its own',
    one({}),
    { 'apps/web/kustomization.yaml': 'helmGlobals: {chartHome: ../../charts}\nhelmCharts: [{name: web}]\n' },
    'charts/web/templates/rollout.yaml',
  ],
  [
    'what manifest-generate-paths names for the second source of a repository',
    {
      multi: true,
      sources: [
        { repoURL: REPO, targetRevision: 'main', path: 'apps/web' },
        { repoURL: REPO, targetRevision: 'main', path: 'infra/web' },
      ],
      annotations: { 'argocd.argoproj.io/manifest-generate-paths': '.;../shared' },
    },
    {},
    'infra/shared/mesh.yaml',
  ],
])("an Application's inputs outside its folder are seen: %s", async (_, application, more, hidden) => {
  await using stage = await createStage({ wrap: byFiles })
  const web = stage.addRollout()
  const app = stage.addApplication(application)
  const sync = (revision: string): void => app.sync(...(application.multi ? [revision, revision] : [revision]))
  const good = stage.commit(
    { 'apps/web/rollout.yaml': 'kind: Rollout\n', [hidden]: 'tag: v1\n', 'env/other/dev.yaml': 'tag: v1\n', ...more },
    'v1',
  )
  sync(good)
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  const culprit = stage.commit({ [hidden]: 'tag: v2\n' }, 'v2')
  const innocent = stage.commit({ 'apps/web/note.json': 'x\n' }, 'a note')
  sync(innocent)
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(2_000)
  expect(stage.reverts()).toMatchObject([
    { goodRevision: good, culprits: [{ sha: culprit }, { sha: innocent }], paths: ['apps/web/note.json', hidden].toSorted() },
  ])
})

it('value files of others beside a pattern stay as they are', async () => {
  await using stage = await createStage()
  const web = stage.addRollout()
  const app = stage.addApplication(values('/env/$ARGOCD_APP_NAME-*.yaml'))
  app.sync(
    stage.commit({ 'apps/web/Chart.yaml': 'name: web\n', 'env/shop-prod.yaml': 'tag: v1\n', 'env/pay-prod.yaml': 'tag: v1\n' }, 'v1'),
  )
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  stage.commit({ 'env/pay-prod.yaml': 'tag: v2\n' }, 'pay v2')
  app.sync(stage.commit({ 'env/shop-prod.yaml': 'tag: v2\n' }, 'shop v2'))
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(2_000)
  expect(stage.reverts()).toMatchObject([{ culprits: [{ subject: 'shop v2' }], paths: ['env/shop-prod.yaml'] }])
})
