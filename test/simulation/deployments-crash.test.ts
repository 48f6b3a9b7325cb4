import { expect, it } from 'vitest'
import { REPO } from './application.ts'
import { createKiller, momentsOf, type Killer } from './killer.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000

/** A release begins, fails, is reverted, and N comes back: after each deed a killed Kedge is started again. */
async function live(stage: RunningStage, killer: Killer): Promise<void> {
  const restart = async (): Promise<void> => {
    await stage.advance(MINUTE)
    if (!killer.dead) return
    killer.revive()
    await stage.restart()
    await stage.advance(MINUTE)
  }
  await stage.release('v2')
  await restart()
  await stage.abort()
  await restart()
  const merged = stage.merge(1)
  await stage.pushed()
  await restart()
  stage.app.sync(merged)
  stage.web.healthy('v1')
  await stage.show()
  await restart()
  await stage.advance(MINUTE)
}

const end = (stage: RunningStage): unknown => ({
  deployments: stage.forges.deployments(REPO).map(({ said }) => said.map(({ state }) => state)),
  pulls: stage.pulls().length,
  pending: stage.ledger.pendingEffects(),
})

it('a kill before or after any write leaves one deployment, each state said once', { timeout: 240_000 }, async () => {
  const policy = { announce: ['deployment'] } as const
  const killer = createKiller()
  await using whole = await createRunningStage({ policy, wrap: (environment) => killer.wrap(environment) })
  await live(whole, killer)
  const expected = end(whole)
  expect(expected).toMatchObject({ deployments: [['in-progress', 'failed', 'restored']], pulls: 1, pending: [] })
  const from = killer.calls.indexOf('deploy') - 2
  const lives: unknown[] = []
  for (const [at, call] of [...killer.calls.entries()].slice(from)) {
    for (const when of momentsOf(call, at)) {
      const hit = createKiller()
      hit.arm(at, when)
      await using stage = await createRunningStage({ policy, wrap: (environment) => hit.wrap(environment) })
      await live(stage, hit)
      lives.push({ at, when, call: hit.calls[at], end: end(stage) })
    }
  }
  expect(lives.length).toBeGreaterThan(5)
  expect(lives).toEqual(lives.map((one) => ({ ...(one as object), end: expected })))
})
