import { REPO, type StagedApplication } from './application.ts'
import { manifest } from './manifest.ts'
import type { AbortOptions, StagedRollout } from './rollout.ts'
import { createStage, type Stage, type StageOptions } from './stage.ts'

const MINUTE = 60_000

export interface Member {
  name: string
  rollout: StagedRollout
  app: StagedApplication
}

export interface StormStage extends Stage {
  readonly all: readonly Member[]
  /** Brings a tag to all of them, by one commit, or by one for each; their canaries begin. */
  release(tag: string, by: 'one-commit' | 'own-commits'): Promise<void>
  /** Aborts these, at once or with a pause in between. */
  abort(members: readonly Member[], options?: AbortOptions, pauseMs?: number): Promise<void>
}

/** So many Rollouts of one repository, each in its own Application and folder, where v1 runs and Kedge has seen it. */
export async function createStormStage(many: number, options: StageOptions = {}): Promise<StormStage> {
  const stage = await createStage(options)
  const all = Array.from({ length: many }, (_, at): Member => {
    const name = `app-${at}`
    const rollout = stage.addRollout({ name, uid: name, application: name })
    const sources = [{ repoURL: REPO, targetRevision: 'main', path: `apps/${name}` }]
    return { name, rollout, app: stage.addApplication({ name, rollouts: [rollout], sources }) }
  })
  const fileOf = ({ name }: Member, tag: string) => ({ [`apps/${name}/rollout.yaml`]: manifest(tag, name) })
  const first = stage.commit(Object.assign({}, ...all.map((one) => fileOf(one, 'v1'))), 'v1')
  for (const { rollout, app } of all) {
    app.sync(first)
    rollout.healthy('v1')
  }
  await stage.start()
  await stage.advance(MINUTE)
  return Object.assign(stage, {
    all,
    async release(tag: string, by: 'one-commit' | 'own-commits'): Promise<void> {
      const shared = by === 'one-commit' ? stage.commit(Object.assign({}, ...all.map((one) => fileOf(one, tag))), tag) : undefined
      for (const one of all) {
        one.app.sync(shared ?? stage.commit(fileOf(one, tag), `${one.name} ${tag}`))
        one.rollout.canary(tag)
      }
      await stage.show()
      await stage.advance(10_000)
    },
    async abort(members: readonly Member[], given: AbortOptions = {}, pauseMs = 0): Promise<void> {
      for (const { rollout } of members) {
        rollout.abort(given)
        if (pauseMs === 0) continue
        await stage.show()
        await stage.advance(pauseMs)
      }
      await stage.show()
      await stage.advance(5_000)
    },
  })
}
