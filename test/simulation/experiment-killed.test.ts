import { expect, it } from 'vitest'
import type { Environment } from '../../src/reconcile/environment.ts'
import { fail, merge, MINUTE, runExperiment } from './experiment-stage.ts'
import { createKiller, momentsOf, type Killer } from './killer.ts'

// Before it is recorded that it has failed, what was seen of its syncs is forgotten with the process: then people are told, and no more.
it('a kill at any write from the record of its failure on leaves one PR and one card, and it restored', { timeout: 240_000 }, async () => {
  const whole = createKiller()
  const { from, ...expected } = await live(whole)
  expect(expected).toMatchObject({ pulls: [{ state: 'merged' }], outcomes: ['restored'], cards: ['good'], pending: 0 })
  for (const [at, call] of [...whole.calls.entries()].slice(from))
    for (const when of at === from ? (['after'] as const) : momentsOf(call, at)) {
      const killer = createKiller()
      killer.arm(at, when)
      const { from: _from, ...end } = await live(killer)
      expect({ at, when, call, end }).toEqual({ at, when, call, end: expected })
    }
})

/** The story, with a restart after each deed that has killed Kedge. */
async function live(killer: Killer) {
  await using stage = await runExperiment(undefined, { wrap: (environment: Environment) => killer.wrap(environment) })
  const restart = async (): Promise<void> => {
    if (!killer.dead) return
    killer.revive()
    await stage.restart()
    await stage.advance(30_000)
  }
  const from = killer.calls.length
  await fail(stage)
  await restart()
  const merged = await merge(stage)
  await restart()
  stage.app.sync(merged)
  await stage.show()
  await stage.advance(MINUTE)
  await restart()
  await stage.advance(MINUTE)
  return {
    from,
    pulls: stage.pulls().map(({ state, title }) => ({ state, title })),
    outcomes: stage.failed().map(({ outcome }) => outcome),
    cards: stage.cards().map(({ card }) => card.tone),
    branches: stage.branches(),
    pending: stage.ledger.pendingEffects().length,
  }
}
