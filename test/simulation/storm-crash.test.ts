import { expect, it } from 'vitest'
import { createKiller, momentsOf, type Killer } from './killer.ts'
import { createStormStage, type StormStage } from './storm-stage.ts'

const MINUTE = 60_000

/** Three fail one after the other for one metric, a person releases them, and all make it: after each deed a killed Kedge starts again. */
async function live(stage: StormStage, killer: Killer): Promise<void> {
  const deed = async (happens: () => void | Promise<unknown>): Promise<void> => {
    await happens()
    await stage.show()
    await stage.advance(5_000)
    if (!killer.dead) return
    killer.revive()
    await stage.restart()
    await stage.advance(5_000)
  }
  await stage.release('v2', 'own-commits')
  for (const { rollout } of stage.all) await deed(() => rollout.abort())
  await stage.advance(MINUTE)
  const key = () => stage.ledger.storms({})[0]?.key ?? ''
  // Whoever got no answer asks again.
  await deed(() => stage.controller.releaseStorm(key(), 'ada').catch(() => undefined))
  await deed(() => stage.controller.releaseStorm(key(), 'ada').catch(() => undefined))
  await stage.advance(2 * MINUTE)
  await deed(() => {
    for (const { rollout } of stage.all) rollout.healthy('v2')
  })
  await stage.advance(MINUTE)
}

/** What must be the same wherever Kedge was killed. */
async function end(stage: StormStage): Promise<unknown> {
  return {
    // Which PR was opened first is no matter.
    cards: stage.cards().map(({ card: { title, tone, outcome } }) => ({ title, tone, outcome: outcome.replace(/#\d+/g, '#') })),
    open: stage.pulls().filter(({ state }) => state === 'open').length,
    storms: stage.ledger.storms({}).map(({ state, releasedBy }) => [state, releasedBy]),
    releases: stage.failed().map(({ outcome, attempts }) => [outcome, attempts.length]),
    pending: stage.ledger.pendingEffects().length,
    intact: (await stage.ledgerStore.verify()).intact,
  }
}

it('a kill at any write of a storm leaves one card, once released one of each, and the same end', { timeout: 240_000 }, async () => {
  const killer = createKiller()
  await using whole = await createStormStage(3, { wrap: (environment) => killer.wrap(environment) })
  const quiet = killer.calls.length
  await live(whole, killer)
  const expected = await end(whole)
  expect(expected).toMatchObject({
    cards: [{ tone: 'good' }, { tone: 'good' }, { tone: 'good' }],
    open: 0,
    storms: [['over', 'ada']],
    pending: 0,
    intact: true,
  })
  const lives: unknown[] = []
  // Of each kind of write every so many by day, all of them in the nightly run.
  const every = process.env['KEDGE_NIGHTLY'] === '1' ? 1 : 16
  const points = [...killer.calls.entries()]
    .slice(quiet)
    .filter(([at, call]) => (call === 'append' ? at % (3 * every) < 2 : at % every < 2))
  for (const [at, call] of points) {
    for (const when of momentsOf(call, at)) {
      const hit = createKiller()
      hit.arm(at, when)
      await using stage = await createStormStage(3, { wrap: (environment) => hit.wrap(environment) })
      await live(stage, hit)
      lives.push({ at, when, call: hit.calls[at], end: await end(stage) })
    }
  }
  expect(lives.length).toBeGreaterThan(5)
  expect(lives).toEqual(lives.map((one) => ({ ...(one as object), end: expected })))
})
