import type { CommitSha } from '../../src/domain/application/commit.ts'
import { podTemplate, type Raw } from './objects.ts'
import { createStage, type StageOptions } from './stage.ts'

export const MINUTE = 60_000
export const REFERRED_FILE = 'apps/web/rollout.yaml'
const BOT = { author: 'image-updater[bot] <argocd-image-updater@x>' }
const WORKLOAD = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-template' }

/** The Deployment whose template it takes, and the Rollout. */
export function referring(tag: string, { replicas = 0, strategy }: { replicas?: number; strategy?: Raw } = {}): string {
  const { apiVersion, kind, name } = WORKLOAD
  const deployment = { apiVersion, kind, metadata: { name }, spec: { replicas, template: podTemplate('web', tag) } }
  const rollout = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web' },
    spec: { workloadRef: WORKLOAD, ...(strategy && { strategy }) },
  }
  return [deployment, rollout].map((object) => JSON.stringify(object, null, 1)).join('\n---\n')
}

/** A stage where v1 of such a Rollout runs, and Kedge has seen it. */
export async function createReferringStage(options: StageOptions = {}) {
  const stage = await createStage({ policy: { bots: ['image-updater'] }, ...options })
  const web = stage.addRollout()
  const app = stage.addApplication()
  web.patch({ spec: { workloadRef: WORKLOAD, template: undefined } })
  app.change({ deployments: [WORKLOAD.name] })
  app.sync(stage.commit({ [REFERRED_FILE]: referring('v1') }, 'web v1'))
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)

  return Object.assign(stage, {
    web,
    app,
    /** A version that Git asks for, and that serves. */
    async serves(tag: string): Promise<CommitSha> {
      const commit = stage.commit({ [REFERRED_FILE]: referring(tag) }, `web ${tag}`)
      app.sync(commit)
      web.canary(tag)
      await stage.show()
      await stage.advance(10_000)
      web.healthy(tag)
      await stage.show()
      await stage.advance(MINUTE)
      return commit
    },
    async releaseFails(tag: string): Promise<void> {
      app.sync(stage.commit({ [REFERRED_FILE]: referring(tag) }, `bump ${tag}`, BOT))
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
  })
}
