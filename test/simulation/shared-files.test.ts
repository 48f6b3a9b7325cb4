import { expect, it } from 'vitest'
import { REPO } from './application.ts'
import { byFiles, manifest } from './manifest.ts'
import { createStage, type Stage, type StageOptions } from './stage.ts'

const MINUTE = 60_000

/** One chart folder with an Application for each environment, of which prod runs v1. */
async function createShop(): Promise<Stage & { fail: () => Promise<void> }> {
  const stage = await createStage()
  const apps = ['staging', 'prod'].map((name) => {
    const web = stage.addRollout({ name, application: name })
    const helm = { valueFiles: [`values-${name}.yaml`] }
    return {
      web,
      app: stage.addApplication({ name, rollouts: [web], sources: [{ repoURL: REPO, targetRevision: 'main', path: 'chart', helm }] }),
    }
  })
  const first = stage.commit(
    { 'chart/Chart.yaml': 'name: web\n', 'chart/values-staging.yaml': 'tag: v1\n', 'chart/values-prod.yaml': 'tag: v1\n' },
    'v1',
  )
  for (const { app, web } of apps) {
    app.sync(first)
    web.healthy('v1')
  }
  await stage.start()
  await stage.advance(MINUTE)
  return Object.assign(stage, {
    async fail() {
      const [, prod] = apps
      prod?.app.sync(stage.commit({ 'chart/values-prod.yaml': 'tag: v2\n' }, 'prod v2'))
      prod?.web.canary('v2')
      await stage.show()
      await stage.advance(10_000)
      prod?.web.abort()
      await stage.show()
      await stage.advance(MINUTE)
    },
  })
}

it('B1: what only another environment of a chart reads is no culprit, is not restored, and that environment is not named', async () => {
  await using stage = await createShop()
  stage.commit({ 'chart/values-staging.yaml': 'tag: v2\n', 'chart/README.md': 'v2\n' }, 'staging v2')
  await stage.fail()
  expect(stage.reverts()).toMatchObject([{ culprits: [{ subject: 'prod v2' }], paths: ['chart/values-prod.yaml'], otherApplications: [] }])
})

it('B1: what only another environment reads closes no PR', async () => {
  await using stage = await createShop()
  await stage.fail()
  stage.commit({ 'chart/values-staging.yaml': 'tag: v3\n' }, 'staging v3')
  await stage.pushed()
  await stage.advance(5 * MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
})

it('what is wrong with the Application of another tenant costs one line of the PR', async () => {
  await using stage = await createShop()
  stage.addApplication({
    name: 'mallory',
    rollouts: [],
    sources: [{ repoURL: REPO, targetRevision: 'main', path: 'chart', helm: { valueFiles: [`/${'x/'.repeat(900)}`] } }],
  })
  await stage.show()
  await stage.fail()
  expect(stage.pulls()).toHaveLength(1)
  expect(stage.pulls()[0]?.body).toContain(
    'Of these it could not be told whether this changes them, so look before you merge: `argocd/mallory`.',
  )
})

it.each<[string, StageOptions]>([
  ['rendered', {}],
  ['not rendered', { wrap: byFiles }],
])('an Application that has begun to use a file of the release since is named, where it is %s', async (_, options) => {
  await using stage = await createStage(options)
  const web = stage.addRollout()
  const app = stage.addApplication()
  stage.addApplication({ name: 'other', rollouts: [], sources: [{ repoURL: REPO, targetRevision: 'main', path: 'apps/other' }] })
  const other = (...names: readonly string[]): Record<string, string> => ({
    'apps/other/kustomization.yaml': `resources: [${names.join(', ')}]\n`,
  })
  app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v1'), ...other('a.yaml'), 'apps/other/a.yaml': 'kind: ConfigMap\n' }, 'v1'))
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v2'), 'apps/web/extra.yaml': 'kind: ConfigMap\n' }, 'v2'))
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  stage.commit(other('a.yaml', '../web/extra.yaml'), 'other uses it')
  web.abort()
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.pulls()[0]?.body).toContain('`argocd/other`')
})
