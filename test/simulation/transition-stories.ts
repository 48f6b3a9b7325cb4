import { KedgeError } from '../../src/domain/errors.ts'
import type { Forge } from '../../src/ports/forge.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import { createStage, type RunningStage, type Stage, type StageOptions } from './stage.ts'
import { rowsTaken } from './taken.ts'

export const MINUTE = 60_000

/** Plays stories and notes which rows of the tables they have taken. */
export function createPlayer() {
  const seen = new Set<string>()
  return {
    seen: seen as ReadonlySet<string>,
    play: async <S extends Stage>(staged: Promise<S>, story: (stage: S) => Promise<unknown>): Promise<readonly string[]> => {
      await using stage = await staged
      await story(stage)
      const taken = rowsTaken(await stage.records())
      for (const row of taken) seen.add(row)
      return taken
    },
  }
}

/** Puts something between Kedge and its forge. */
export function forgeThat(change: (forge: Forge) => Partial<Forge>): StageOptions {
  const wrap = (environment: Environment): Environment => ({
    ...environment,
    forges: {
      forRepository: (url) => {
        const forge = environment.forges.forRepository(url)
        return { ...forge, ...change(forge) }
      },
    },
  })
  return { wrap }
}

export const down = new KedgeError('E_FORGE_UNREACHABLE', 'no answer')

/** Two Rollouts of one Application and one commit. */
export async function createPair(options: StageOptions = {}) {
  const stage = await createStage(options)
  const web = stage.addRollout()
  const worker = stage.addRollout({ name: 'worker' })
  const app = stage.addApplication({ rollouts: [web, worker] })
  app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v1', 'web', 'worker') }, 'v1'))
  for (const one of [web, worker]) one.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v2', 'web', 'worker') }, 'v2'))
  for (const one of [web, worker]) one.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  for (const one of [web, worker]) {
    one.abort()
    await stage.show()
    await stage.advance(5_000)
  }
  return stage
}

/** A cluster whose release failed before Kedge was ever started. */
export async function createOldFailure(options: StageOptions = {}) {
  const stage = await createStage(options)
  const web = stage.addRollout()
  const app = stage.addApplication()
  app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v1') }, 'web v1'))
  web.healthy('v1')
  await stage.advance(10 * MINUTE)
  app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2'))
  web.canary('v2')
  await stage.advance(MINUTE)
  web.abort()
  await stage.start()
  await stage.advance(MINUTE)
  return Object.assign(stage, { web })
}

export async function fail(stage: RunningStage): Promise<void> {
  await stage.release('v2')
  await stage.abort()
}

/** What had failed makes it after all, and a person brings N back by hand; self-heal is off. */
export async function makesItAndIsUndone(stage: RunningStage): Promise<void> {
  await fail(stage)
  await retry(stage)
  for (const [tag, change] of [
    ['v2', {}],
    ['v1', { autoSync: false, drifted: true, syncStatus: 'OutOfSync' }],
  ] as const) {
    stage.web.healthy(tag)
    stage.app.change(change)
    await settle(stage)
    await settle(stage)
  }
}

/** As people do: its branch first. */
export function reopen(stage: RunningStage): void {
  const [pull] = stage.pulls()
  stage.origin.git(['update-ref', `refs/heads/${pull?.branch}`, pull?.headSha ?? ''])
  stage.forges.reopenByHuman(REPO, 1)
}

export async function settle(stage: RunningStage): Promise<void> {
  await stage.show()
  await stage.advance(MINUTE)
}

export async function retry(stage: RunningStage): Promise<void> {
  stage.web.retry()
  await settle(stage)
}

/** Somebody brings N back by hand; self-heal brings the release again. */
export async function undoAndHeal(stage: RunningStage): Promise<void> {
  stage.web.healthy('v1')
  stage.app.change({ drifted: true, syncStatus: 'OutOfSync' })
  await settle(stage)
  stage.web.canary('v2')
  stage.app.change({ drifted: false, syncStatus: 'Synced' })
  await settle(stage)
}

/** A release fails, a revert is planned, and something happens before the last look at it. */
export function whenPlanned(happens: (stage: RunningStage) => void): {
  options: StageOptions
  story: (stage: RunningStage) => Promise<void>
} {
  const at: { stage?: RunningStage } = {}
  const options = forgeThat((forge) => ({
    async findByBranch(branch) {
      const { stage } = at
      if (stage && stage.reverts().length > 0) {
        delete at.stage
        happens(stage)
      }
      return forge.findByBranch(branch)
    },
  }))
  const story = async (stage: RunningStage): Promise<void> => {
    await stage.release('v2')
    at.stage = stage
    await stage.abort()
    await stage.advance(MINUTE)
  }
  return { options, story }
}

/** What makes a planned revert wrong. */
export const newerCommit = (stage: RunningStage): void => void stage.commit({ 'apps/web/rollout.yaml': manifest('v3') }, 'web v3')
