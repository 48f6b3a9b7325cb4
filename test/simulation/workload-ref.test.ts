import { describe, expect, it } from 'vitest'
import type { Environment } from '../../src/reconcile/environment.ts'
import { podTemplate } from './objects.ts'
import { createStage, type StageOptions } from './stage.ts'

const MINUTE = 60_000
const FILE = 'apps/web/rollout.yaml'
const BOT = { author: 'image-updater[bot] <argocd-image-updater@x>' }
const WORKLOAD = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-template' }

/** The Deployment whose template it takes, and the Rollout. */
function manifests(tag: string): string {
  const { apiVersion, kind, name } = WORKLOAD
  const deployment = { apiVersion, kind, metadata: { name }, spec: { replicas: 0, template: podTemplate('web', tag) } }
  const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'web' }, spec: { workloadRef: WORKLOAD } }
  return [deployment, rollout].map((object) => JSON.stringify(object, null, 1)).join('\n---\n')
}

async function createReferringStage(options: StageOptions = {}) {
  const stage = await createStage({ policy: { bots: ['image-updater'] }, ...options })
  const web = stage.addRollout()
  const app = stage.addApplication()
  web.patch({ spec: { workloadRef: WORKLOAD, template: undefined } })
  app.change({ deployments: [WORKLOAD.name] })
  app.sync(stage.commit({ [FILE]: manifests('v1') }, 'web v1'))
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)

  return {
    ...stage,
    web,
    app,
    async releaseFails(tag: string): Promise<void> {
      app.sync(stage.commit({ [FILE]: manifests(tag) }, `bump ${tag}`, BOT))
      web.canary(tag)
      await stage.show()
      await stage.pushed()
      await stage.advance(10_000)
      web.abort()
      await stage.show()
      await stage.advance(MINUTE)
    },
    async mergeRevert(): Promise<void> {
      app.sync(stage.merge(1))
      web.healthy('v1')
      await stage.pushed()
      await stage.show()
      await stage.advance(3 * MINUTE)
    },
  }
}

/** A ledger of when the images of such a Rollout were not read. */
function ofBefore(environment: Environment): Environment {
  const { ledger } = environment
  const releasesOf: typeof ledger.releasesOf = (ref, limit) =>
    ledger.releasesOf(ref, limit).map((release) => (release.state === 'ended' ? { ...release, images: [] } : release))
  return { ...environment, ledger: { ...ledger, releasesOf } }
}

describe('a Rollout that takes its template from a Deployment', () => {
  for (const [how, options] of [
    ['by rendering', {}],
    ['by files', { renderer: 'none' }],
    ['with a ledger of when they were not read', { wrap: ofBefore }],
  ] satisfies [string, StageOptions][])
    it(`is told by the images of its ReplicaSets, and one that has failed is known when a bot pushes it again: ${how}`, async () => {
      await using stage = await createReferringStage(options)
      await stage.releaseFails('v2')
      expect(stage.pulls()).toMatchObject([{ state: 'open', title: 'Revert "bump v2"' }])
      expect(stage.pulls()[0]?.body).toContain('web:v2')
      expect(stage.cards().at(-1)?.card.title).toContain('web:v2 failed')
      await stage.mergeRevert()
      await stage.releaseFails('v2+flag')
      expect(stage.pulls()).toHaveLength(1)
      expect(stage.failed()[0]?.decision?.reason).toContain('The image registry.example/web:v2 has failed here before')
    })

  it('is not put down to a commit beside what was set on the Deployment by hand', async () => {
    await using stage = await createReferringStage({ renderer: 'none' })
    stage.app.sync(stage.commit({ [FILE]: `${manifests('v1')}\n` }, 'newline'))
    await stage.show()
    await stage.advance(1_000)
    stage.web.canary('by-hand')
    await stage.show()
    await stage.advance(10_000)
    stage.web.abort()
    await stage.show()
    await stage.advance(2 * MINUTE)
    expect(stage.pulls()).toEqual([])
    expect(stage.failed()[0]?.decision?.reason).toContain('no file that would be restored names what N+1 runs (by-hand)')
  })
})
