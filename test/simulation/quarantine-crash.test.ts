import { expect, it } from 'vitest'
import { REPO } from './application.ts'
import { createKiller, momentsOf, type Killer } from './killer.ts'
import { BOT, MINUTE, mergeRevert, newestKey, push, shown, standings } from './quarantine-stage.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

/** v2 fails and is taken back; a bot pushes it again, somebody takes it out, a bot once more, and a person lets it in. */
async function live(stage: RunningStage, killer: Killer): Promise<void> {
  const deed = async (happens: () => unknown): Promise<void> => {
    await happens()
    await stage.advance(5_000)
    if (!killer.dead) return
    killer.revive()
    await stage.restart()
    await stage.advance(5_000)
  }
  await stage.release('v2')
  await deed(() => stage.abort())
  await stage.advance(MINUTE)
  await deed(() => mergeRevert(stage))
  await deed(() => push(stage, 'v2', BOT))
  await stage.advance(3 * MINUTE)
  await deed(() => push(stage, 'v3'))
  await stage.advance(3 * MINUTE)
  await deed(() => push(stage, 'v2', BOT))
  await stage.advance(3 * MINUTE)
  // Whoever got no answer asks again.
  const lift = (): Promise<unknown> => stage.controller.lift({ key: newestKey(stage), by: 'ada', reason: 'fixed' }).catch(() => undefined)
  await deed(lift)
  await deed(lift)
  await stage.advance(3 * MINUTE)
}

/** What must be the same wherever Kedge was killed. */
async function end(stage: RunningStage): Promise<unknown> {
  return {
    pulls: stage.pulls().map(({ state }) => state),
    shown: shown(stage).map(([, state]) => state),
    said: stage.forges.statuses(REPO).length,
    standings: standings(stage),
    lifted: stage.ledger.quarantines({}).map(({ liftedBy, liftedFor }) => [liftedBy, liftedFor]),
    pending: stage.ledger.pendingEffects().length,
    intact: (await stage.ledgerStore.verify()).intact,
  }
}

it('a kill at any write of a quarantine leaves each status said once, and the same end', { timeout: 240_000 }, async () => {
  const killer = createKiller()
  await using whole = await createRunningStage({ wrap: (environment) => killer.wrap(environment) })
  await live(whole, killer)
  const expected = await end(whole)
  expect(expected).toMatchObject({
    pulls: ['merged'],
    shown: ['success', 'success', 'success'],
    said: 5,
    standings: ['registry.example/web:v2 lifted'],
    lifted: [['ada', 'fixed']],
    pending: 0,
    intact: true,
  })
  const lives: unknown[] = []
  const from = killer.calls.indexOf('decorate')
  for (const [at, call] of [...killer.calls.entries()].slice(from)) {
    for (const when of momentsOf(call, at)) {
      const hit = createKiller()
      hit.arm(at, when)
      await using stage = await createRunningStage({ wrap: (environment) => hit.wrap(environment) })
      await live(stage, hit)
      lives.push({ at, when, call: hit.calls[at], end: await end(stage) })
    }
  }
  expect(lives.length).toBeGreaterThan(10)
  expect(lives).toEqual(lives.map((one) => ({ ...(one as object), end: expected })))
})
