import { expect, it } from 'vitest'
import type { Content } from '../contract/git/origin.ts'
import type { SourceShape } from './application-objects.ts'
import { REPO, type ApplicationOptions } from './application.ts'
import { byFiles } from './manifest.ts'
import { createStage } from './stage.ts'

const MINUTE = 60_000

const one = (more: Partial<SourceShape>): ApplicationOptions => ({
  sources: [{ repoURL: REPO, targetRevision: 'main', path: 'apps/web', ...more }],
})
const values = (...valueFiles: string[]): ApplicationOptions => one({ helm: { valueFiles } })

/** What the Application is, what else is in the repository, the file outside its folder that makes N+1, and one in it that is read, too. */
type Case = [string, ApplicationOptions, Readonly<Record<string, Content>>, string, string]

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
    'apps/web/templates/note.yaml',
  ],
  ['value files that a pattern names', values('/env/*.yaml'), {}, 'env/prod.yaml', 'apps/web/values.yaml'],
  ['value files that a pattern with alternatives names', values('/env/{prod,all}.yaml'), {}, 'env/prod.yaml', 'apps/web/values.yaml'],
  [
    'a value file that is named after the Application',
    values('/env/$ARGOCD_APP_NAME.yaml', '/env/${ARGOCD_APP_NAMESPACE}.yaml'),
    {},
    'env/shop.yaml',
    'apps/web/values.yaml',
  ],
  [
    'a Kustomize component that only the Application names',
    one({ kustomize: { components: ['../../parts/canary'] } }),
    { 'apps/web/kustomization.yaml': 'resources: [rollout.yaml]\n', 'parts/canary/kustomization.yaml': 'resources: [../more.yaml]\n' },
    'parts/more.yaml',
    'apps/web/rollout.yaml',
  ],
  [
    'a Jsonnet library that a file imports',
    one({ directory: { jsonnet: { libs: ['vendor'] } } }),
    { 'apps/web/web.jsonnet': "import 'web.libsonnet'" },
    'vendor/web.libsonnet',
    'apps/web/note.json',
  ],
  [
    'a chart of Kustomize in a folder of its own',
    one({}),
    { 'apps/web/kustomization.yaml': 'helmGlobals: {chartHome: ../../charts}\nhelmCharts: [{name: web}]\n' },
    'charts/web/templates/rollout.yaml',
    'charts/web/values.yaml',
  ],
  [
    'a template behind a link',
    one({}),
    { 'apps/web/Chart.yaml': 'name: web\n', 'apps/web/templates/r.yaml': { mode: '120000', text: '../../../shared/r.yaml' } },
    'shared/r.yaml',
    'apps/web/values.yaml',
  ],
  [
    'a file that the template of a chart beside it reads',
    one({}),
    {
      'apps/web/Chart.yaml': 'dependencies:\n- {name: a, repository: file://../../libs/a}\n',
      'libs/a/templates/_x.tpl': '{{ define "x" }}{{ .Files.Get "x.ini" }}{{ end }}',
    },
    'apps/web/x.ini',
    'apps/web/values.yaml',
  ],
  [
    'a file below the folder of a glob with two stars in a name',
    one({}),
    { 'apps/web/Chart.yaml': 'name: web\n', 'apps/web/templates/a.yaml': '{{ (.Files.Glob "conf/**.ini").AsConfig }}' },
    'apps/web/conf/eu/x.ini',
    'apps/web/values.yaml',
  ],
  [
    'a folder below that only .argocd-source has read',
    one({}),
    { 'apps/web/.argocd-source.yaml': 'directory: {recurse: true}\n' },
    'apps/web/below/mesh.yaml',
    'apps/web/note.yaml',
  ],
])("B3: an Application's inputs outside its folder are seen: %s", async (...[, application, more, hidden, read]) => {
  await using stage = await createStage({ wrap: byFiles })
  const web = stage.addRollout()
  const app = stage.addApplication(application)
  const good = stage.commit(
    { 'apps/web/rollout.yaml': 'kind: Rollout\n', [hidden]: 'tag: v1\n', 'env/other/dev.yaml': 'tag: v1\n', ...more },
    'v1',
  )
  app.sync(good)
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  const culprit = stage.commit({ [hidden]: 'tag: v2\n' }, 'v2')
  const innocent = stage.commit({ [read]: '# x\n' }, 'a note')
  app.sync(innocent)
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(2_000)
  expect(stage.reverts()).toMatchObject([
    { goodRevision: good, culprits: [{ sha: culprit }, { sha: innocent }], paths: [read, hidden].toSorted() },
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

/** What nobody renders and Kedge cannot follow may hold the change that failed. */
it.each<[string, ApplicationOptions, Readonly<Record<string, Content>>, RegExp]>([
  ['a plugin', one({ plugin: {} }), {}, /what the plugin reads that renders apps\/web/],
  ['a plugin at the root', one({ plugin: {}, path: '.' }), {}, /what the plugin reads that renders the repository/],
  [
    'a plugin, where manifest-generate-paths names what is not there',
    { ...one({ plugin: {} }), annotations: { 'argocd.argoproj.io/manifest-generate-paths': '.;/apps/wbe' } },
    {},
    /the path \/apps\/wbe of manifest-generate-paths, which names nothing in the repository/,
  ],
  ['a scheme of its own', values('values.yaml', 'secrets://env/prod.yaml'), {}, /the value file secrets:\/\/env\/prod.yaml/],
  [
    'a link that leaves the repository',
    one({}),
    { 'apps/web/mesh.yaml': { mode: '120000', text: '/srv/mesh.yaml' } },
    /the symbolic link apps\/web\/mesh.yaml/,
  ],
  [
    'a remote base that can move',
    one({}),
    { 'apps/web/kustomization.yaml': 'resources: [values.yaml, "https://github.com/acme/base?ref=main"]\n' },
    /the remote base https:\/\/github.com\/acme\/base\?ref=main/,
  ],
])('what is not known is refused by name: %s', async (_, application, more, reason) => {
  await using stage = await createStage({ wrap: byFiles })
  const web = stage.addRollout()
  const app = stage.addApplication(application)
  app.sync(stage.commit({ 'apps/web/values.yaml': 'tag: v1\n', ...more }, 'v1'))
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  app.sync(stage.commit({ 'apps/web/values.yaml': 'tag: v2\n' }, 'v2'))
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(2_000)
  expect(stage.pulls()).toEqual([])
  expect(stage.failed()[0]?.decision?.checks.find(({ outcome }) => outcome === 'failed')).toMatchObject({ id: 'P10', detail: reason })
})

it('what a template may read by a name that it works out, and is there for people: where it changed, files prove no revert', async () => {
  await using stage = await createStage({ wrap: byFiles })
  const web = stage.addRollout()
  const app = stage.addApplication(one({}))
  const chart = { 'apps/web/Chart.yaml': 'name: web\n', 'apps/web/templates/r.yaml': '{{ $.Files.Get .Values.doc }}' }
  app.sync(stage.commit({ ...chart, 'apps/web/motd.md': 'tag: v1\n', 'apps/web/values.yaml': 'tag: v1\n' }, 'v1'))
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  stage.commit({ 'apps/web/motd.md': 'tag: v2\n' }, 'culprit')
  app.sync(stage.commit({ 'apps/web/values.yaml': 'tag: v2\n' }, 'innocent'))
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(2_000)
  expect(stage.pulls()).toEqual([])
  expect(stage.failed()[0]?.decision?.reason).toContain('whether the Application reads apps/web/motd.md, which has changed')
})

it('B2: files that only N+1 began to use stay as they are: others may have used them before', async () => {
  await using stage = await createStage({ wrap: byFiles })
  const web = stage.addRollout()
  const app = stage.addApplication()
  app.sync(stage.commit({ 'apps/web/kustomization.yaml': 'resources: [web.yaml]\n', 'apps/web/web.yaml': 'tag: v1\n' }, 'v1'))
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  stage.commit({ 'base/kustomization.yaml': 'resources: [mesh.yaml]\n', 'base/mesh.yaml': 'mesh: 1\n' }, 'a base for others')
  const culprit = stage.commit(
    { 'apps/web/kustomization.yaml': 'resources: [web.yaml, ../../base]\n', 'apps/web/web.yaml': 'tag: v2\n' },
    'web v2 on the base',
  )
  app.sync(culprit)
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(2_000)
  expect(stage.reverts()).toMatchObject([{ culprits: [{ sha: culprit }], paths: ['apps/web/kustomization.yaml', 'apps/web/web.yaml'] }])
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
})
