import { expect } from 'vitest'
import type { CheckId } from '../../src/domain/decision/check.ts'
import type { ApplicationOptions, StagedApplication } from './application.ts'
import { manifest } from './manifest.ts'
import type { RolloutOptions, StagedRollout } from './rollout.ts'
import { createStage, type Stage } from './stage.ts'

export const MINUTE = 60_000

/** What became of the newest failed release. */
export function refusalOf(stage: Stage): unknown {
  const decision = stage.failed()[0]?.decision
  const check = decision?.checks.find((one) => one.outcome === 'failed')?.id
  return { action: decision?.action, check, outcome: stage.cards().at(-1)?.card.outcome, pulls: stage.pulls(), branches: stage.branches() }
}

/** A notice that names the failed check, and nothing opened. */
export function refused(check: CheckId, words: RegExp): unknown {
  return { action: 'notify', check, outcome: expect.stringMatching(words), pulls: [], branches: [] }
}

export interface Scene {
  stage: Stage
  web: StagedRollout
  app: StagedApplication
}

/** A stage whose Application has these sources; `revisions` are what it applies for v1 and v2; the status of the abort may say more. */
export async function failWith(
  application: ApplicationOptions,
  revisions: (stage: Stage) => readonly [readonly string[], readonly string[]],
  rollout: RolloutOptions = {},
  statusAtAbort: Readonly<Record<string, unknown>> = {},
): Promise<Scene> {
  const stage = await createStage()
  const web = stage.addRollout(rollout)
  const app = stage.addApplication(application)
  const [good, bad] = revisions(stage)
  app.sync(...good)
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  app.sync(...bad)
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  web.patch({ status: { ...statusAtAbort } })
  await stage.show()
  await stage.advance(2_000)
  return { stage, web, app }
}

export const twoCommits = (stage: Stage): readonly [readonly string[], readonly string[]] => [
  [stage.commit({ 'apps/web/rollout.yaml': manifest('v1') }, 'web v1')],
  [stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2')],
]
