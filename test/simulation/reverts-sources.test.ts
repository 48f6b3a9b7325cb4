import { expect, it } from 'vitest'
import { REPO } from './application.ts'
import { createStage } from './stage.ts'

const MINUTE = 60_000

it('several sources in one repository and branch are restored together', async () => {
  await using stage = await createStage()
  const web = stage.addRollout()
  const app = stage.addApplication({
    multi: true,
    sources: [
      { repoURL: REPO, targetRevision: 'main', path: 'apps/web', helm: { valueFiles: ['$values/env/prod.yaml'] } },
      { repoURL: `${REPO.replace(/\.git$/, '')}/`, targetRevision: 'main', ref: 'values' },
    ],
  })
  const good = stage.commit({ 'apps/web/chart.yaml': 'a: 1\n', 'env/prod.yaml': 'tag: v1\n', 'env/dev.yaml': 'tag: v1\n' }, 'v1')
  app.sync(good, good)
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  const bad = stage.commit({ 'env/prod.yaml': 'tag: v2\n', 'env/dev.yaml': 'tag: v2\n' }, 'v2')
  app.sync(bad, bad)
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(2_000)
  expect(stage.reverts()[0]?.paths).toEqual(['env/prod.yaml'])
  expect(stage.pulls()[0]?.body).toContain('`env/dev.yaml`')
})

it("the values in Git of a chart from a registry are restored; the chart's own version is not Git's", async () => {
  await using stage = await createStage()
  const web = stage.addRollout()
  const sources = [
    { repoURL: 'https://charts.example', chart: 'web', targetRevision: '1.2.3', helm: { valueFiles: ['$values/env/prod.yaml'] } },
    { repoURL: REPO, targetRevision: 'main', ref: 'values' },
  ]
  const app = stage.addApplication({ multi: true, sources })
  app.sync('1.2.3', stage.commit({ 'env/prod.yaml': 'tag: v1\n' }, 'v1'))
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  app.sync('1.2.3', stage.commit({ 'env/prod.yaml': 'tag: v2\n' }, 'v2'))
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(2_000)
  expect(stage.pulls()).toHaveLength(1)
  expect(stage.reverts()[0]?.paths).toEqual(['env/prod.yaml'])
  // The next release changes chart and values together: a revert of the values alone would not bring N back.
  const merged = stage.merge(1)
  await stage.pushed()
  app.sync('1.2.3', merged)
  web.healthy('v1')
  await stage.show()
  await stage.advance(MINUTE)
  app.change({ sources: sources.map((source) => (source.chart ? { ...source, targetRevision: '2.0.0' } : source)) })
  app.sync('2.0.0', stage.commit({ 'env/prod.yaml': 'tag: v3\n' }, 'v3'))
  web.canary('v3')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(2_000)
  expect(stage.pulls()).toHaveLength(1)
  expect(stage.cards().at(-1)?.card.outcome).toContain('the Application itself changed')
})
