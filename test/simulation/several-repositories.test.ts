import { describe, expect, it } from 'vitest'
import { REPO } from './application.ts'
import { failedCheck } from './failing.ts'
import { createStage, type Stage, type StageOptions } from './stage.ts'

const MINUTE = 60_000
const CHARTS = 'https://git.example/shop/charts.git'

/** The chart is in one repository and its values in another, as branches of one origin. */
const SOURCES = [
  { repoURL: CHARTS, targetRevision: 'charts', path: 'web', helm: { valueFiles: ['$values/env/prod.yaml'] } },
  { repoURL: REPO, targetRevision: 'main', ref: 'values' },
]

interface Applied {
  chart: string
  values: string
}

const commitChart = (stage: Stage, version: string): string =>
  stage.commit({ 'web/Chart.yaml': `appVersion: v${version}\n` }, `chart ${version}`, { branch: 'charts' })
const commitValues = (stage: Stage, tag: string): string => stage.commit({ 'env/prod.yaml': `tag: ${tag}\n` }, `web ${tag}`)

/** v1 runs and Kedge has seen it, unless it comes late; then `change` is applied and fails. */
async function failWith(change: (stage: Stage, good: Applied) => Partial<Applied>, options: StageOptions & { late?: boolean } = {}) {
  const stage = await createStage(options)
  const web = stage.addRollout()
  const app = stage.addApplication({ multi: true, sources: SOURCES })
  const good = { chart: commitChart(stage, '1'), values: commitValues(stage, 'v1') }
  app.sync(good.chart, good.values)
  web.healthy('v1')
  if (!options.late) await stage.start()
  await stage.advance(MINUTE)
  const bad = { ...good, ...change(stage, good) }
  app.sync(bad.chart, bad.values)
  web.canary('v2')
  if (options.late) await stage.start()
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(2_000)
  return { stage, web, app, good, bad }
}

describe('of several repositories', () => {
  it('the one that changed is restored: the values, not the chart', async () => {
    const { stage, good, bad } = await failWith((at) => ({ values: commitValues(at, 'v2') }))
    await using _stage = stage
    expect(stage.reverts()).toMatchObject([
      { repoURL: REPO, baseBranch: 'main', goodRevision: good.values, culprits: [{ sha: bad.values }], paths: ['env/prod.yaml'] },
    ])
    expect(stage.pulls()).toMatchObject([{ base: 'main' }])
  })

  it('the one that changed is restored: the chart, not the values', async () => {
    const { stage, good } = await failWith((at) => ({ chart: commitChart(at, '2') }))
    await using _stage = stage
    expect(stage.reverts()).toMatchObject([{ repoURL: CHARTS, baseBranch: 'charts', goodRevision: good.chart, paths: ['web/Chart.yaml'] }])
  })

  it("a commit that is none of the app's makes no change", async () => {
    const other = (at: Stage): string => at.commit({ 'worker/Chart.yaml': 'version: 9\n' }, 'another chart', { branch: 'charts' })
    const { stage } = await failWith((at) => ({ chart: other(at), values: commitValues(at, 'v2') }))
    await using _stage = stage
    expect(stage.reverts()).toMatchObject([{ repoURL: REPO, paths: ['env/prod.yaml'] }])
  })

  it('one at rest need not be on the allow list', async () => {
    const { stage } = await failWith((at) => ({ values: commitValues(at, 'v2') }), { allows: (repoURL) => repoURL === REPO })
    await using _stage = stage
    expect(stage.reverts()).toMatchObject([{ repoURL: REPO }])
  })

  it('two that changed together are refused: one PR would not bring N back', async () => {
    const { stage } = await failWith((at) => ({ chart: commitChart(at, '2'), values: commitValues(at, 'v2') }))
    await using _stage = stage
    expect(failedCheck(stage)).toEqual({
      action: 'notify',
      check: 'P3',
      reason: expect.stringMatching(/several repositories changed .*shop\/charts, git\.example\/shop\/gitops/),
    })
    expect(stage.pulls()).toEqual([])
  })

  it('none that changed is refused', async () => {
    const { stage } = await failWith((at) => ({ values: at.commit({ 'env/dev.yaml': 'tag: v2\n' }, 'elsewhere') }))
    await using _stage = stage
    expect(failedCheck(stage)).toMatchObject({ action: 'notify', check: 'P7', reason: expect.stringContaining('none of the repositories') })
  })

  it('without a memory of N nothing tells which one changed', async () => {
    const { stage } = await failWith((at) => ({ values: commitValues(at, 'v2') }), { late: true })
    await using _stage = stage
    expect(failedCheck(stage)).toMatchObject({
      action: 'notify',
      check: 'P6',
      reason: expect.stringContaining('which of them changed is not known'),
    })
  })

  it('a later commit in another one makes the open PR pointless', async () => {
    const { stage, app, bad } = await failWith((at) => ({ values: commitValues(at, 'v2') }))
    await using _stage = stage
    expect(stage.reverts()).toMatchObject([{ state: 'open' }])
    app.compare(commitChart(stage, '2'), bad.values)
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome: 'superseded' }])
  })
})

describe('of one repository in several branches', () => {
  /** The chart is read from one branch and its values from another; both stand at the same commits. */
  async function failOn(chart: string, values: string): Promise<Stage> {
    const stage = await createStage()
    const web = stage.addRollout()
    const app = stage.addApplication({
      multi: true,
      sources: [
        { repoURL: REPO, targetRevision: chart, path: 'web', helm: { valueFiles: ['$values/env/prod.yaml'] } },
        { repoURL: REPO, targetRevision: values, ref: 'values' },
      ],
    })
    const good = stage.commit({ 'web/Chart.yaml': 'name: web\n', 'env/prod.yaml': 'tag: v1\n' }, 'v1')
    app.sync(good, good)
    web.healthy('v1')
    await stage.start()
    await stage.advance(MINUTE)
    const bad = commitValues(stage, 'v2')
    stage.origin.git(['update-ref', 'refs/heads/release', bad])
    app.sync(bad, bad)
    web.canary('v2')
    await stage.show()
    await stage.advance(10_000)
    web.abort()
    await stage.show()
    await stage.advance(2_000)
    return stage
  }

  it('none is chosen: a PR to the one would not change what is read from the other', async () => {
    await using stage = await failOn('main', 'release')
    expect(failedCheck(stage)).toMatchObject({ action: 'notify', check: 'P3', reason: expect.stringContaining('several branches') })
    expect(stage.pulls()).toEqual([])
  })

  it('those that are one by two names are one', async () => {
    await using stage = await failOn('HEAD', 'refs/heads/main')
    expect(stage.pulls()).toMatchObject([{ base: 'main' }])
  })
})
