import { describe, expect, it } from 'vitest'
import type { Environment } from '../../src/reconcile/environment.ts'
import { REPO, type StagedApplication } from './application.ts'
import { chartOf, rendersCharts } from './chart-renderer.ts'
import { byFiles, manifest } from './manifest.ts'
import { createRunningStage, createStage, type Stage } from './stage.ts'

const MINUTE = 60_000

interface Prod {
  stage: Stage
  app: StagedApplication
  /** Commits, syncs, and begins to roll a tag out. */
  begins(tag: string, files: Readonly<Record<string, string>>, message: string): Promise<void>
  aborts(): Promise<void>
  /** Commits and syncs what leaves the cluster as it is. */
  syncs(files: Readonly<Record<string, string>>, message: string): Promise<void>
  makesIt(tag: string): Promise<void>
}

/** A chart with values for all, and others for prod, that have the last word. */
async function createProd(wrap: (environment: Environment) => Environment): Promise<Prod> {
  const stage = await createStage({ wrap })
  const web = stage.addRollout()
  const helm = { valueFiles: ['values.yaml', 'values-prod.yaml'] }
  const app = stage.addApplication({ sources: [{ repoURL: REPO, targetRevision: 'main', path: 'apps/web', helm }] })
  const settle = async (time: number): Promise<void> => {
    await stage.show()
    await stage.advance(time)
  }
  app.sync(stage.commit({ ...chartOf({ web: 'v1' }), ...forProd() }, 'web v1'))
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  return {
    stage,
    app,
    async begins(tag, files, message) {
      app.sync(stage.commit(files, message))
      await stage.pushed()
      web.canary(tag)
      await settle(10_000)
    },
    async aborts() {
      web.abort()
      await settle(MINUTE)
    },
    async syncs(files, message) {
      app.sync(stage.commit(files, message))
      await stage.pushed()
    },
    async makesIt(tag) {
      web.healthy(tag)
      await settle(5 * MINUTE)
    },
  }
}

const forAll = (tag: string) => chartOf({ web: tag })
const forProd = (tag?: string) => ({ 'apps/web/values-prod.yaml': tag === undefined ? 'replicas: 3\n' : `web: ${tag}\n` })

const refused = (stage: Stage): unknown => stage.failed()[0]?.decision?.checks.find(({ outcome }) => outcome === 'failed')

describe('a person brings v1 back, which has served, by another file than the one that brought v2', () => {
  it('in a chart, by values for prod: that is a revert, and is not reverted', async () => {
    const prod = await createProd(rendersCharts)
    await using stage = prod.stage
    await prod.begins('v2', forAll('v2'), 'web v2')
    await prod.makesIt('v2')
    await prod.begins('v1', forProd('v1'), 'prod stays with v1')
    await prod.aborts()
    expect(stage.pulls()).toEqual([])
    expect(refused(stage)).toMatchObject({ id: 'P8', detail: expect.stringContaining('has served here before') })
  })

  it.each([
    ['what they render is known', {}],
    ['files have to do', { wrap: byFiles }],
  ])('in a manifest of another name, and %s: that is a revert, and is not reverted', async (_, options) => {
    await using stage = await createRunningStage(options)
    await stage.release('v2')
    stage.web.healthy('v2')
    await stage.show()
    await stage.advance(MINUTE)
    stage.app.sync(stage.commit({ 'apps/web/rollout.yaml': null, 'apps/web/web.yaml': manifest('v1') }, 'calm'))
    stage.web.canary('v1')
    await stage.show()
    await stage.advance(10_000)
    await stage.abort()
    expect(stage.pulls()).toEqual([])
    expect(refused(stage)).toMatchObject({ id: 'P8', detail: expect.stringContaining('has served here before') })
  })
})

describe.each([
  ['by rendering', rendersCharts],
  ['by files', byFiles],
])('v2 failed, and a person pins v1 for prod in another file (%s)', (_, wrap) => {
  it('then Git asks for v1, and the release is restored', async () => {
    const prod = await createProd(wrap)
    await using stage = prod.stage
    await prod.begins('v2', forAll('v2'), 'web v2')
    await prod.aborts()
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    await prod.syncs(forProd('v1'), 'prod stays with v1')
    await prod.makesIt('v1')
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
    expect(stage.failed()).toMatchObject([{ state: 'ended', outcome: 'restored' }])
    expect(stage.cards()[0]?.card.outcome).not.toContain('by hand')
  })

  it('but while Argo CD says that v1 runs by hand, another file takes nothing back', async () => {
    const prod = await createProd(wrap)
    await using stage = prod.stage
    await prod.begins('v2', forAll('v2'), 'web v2')
    await prod.aborts()
    await prod.syncs({ 'apps/web/values-prod.yaml': 'replicas: 4\n' }, 'more pods')
    prod.app.change({ drifted: true, syncStatus: 'OutOfSync' })
    await prod.makesIt('v1')
    expect(stage.failed()).toMatchObject([{ outcome: 'open' }])
  })
})
