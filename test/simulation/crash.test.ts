import { expect, it } from 'vitest'
import { createKiller, momentsOf, type Killer } from './killer.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000

/** Release, abort, PR, merge, N back: after each deed a killed Kedge is started again. */
async function live(stage: RunningStage, killer: Killer, ending: 'merged' | 'promoted'): Promise<void> {
  const restart = async (): Promise<void> => {
    if (!killer.dead) return
    killer.revive()
    await stage.restart()
    await stage.advance(5_000)
  }
  await stage.release('v2')
  await restart()
  await stage.abort()
  await restart()
  if (ending === 'merged') {
    const merged = stage.merge(1)
    await stage.pushed()
    await restart()
    stage.app.sync(merged)
    stage.web.healthy('v1')
  } else {
    stage.web.retry()
    await stage.show()
    await restart()
    stage.web.healthy('v2')
  }
  await stage.show()
  await restart()
  await stage.advance(5_000)
  await restart()
  await stage.advance(MINUTE)
}

/** What must be the same wherever Kedge was killed. */
async function end(stage: RunningStage): Promise<unknown> {
  return {
    pulls: stage
      .pulls()
      .map(({ state, title, labels, comments, headSha }) => ({ state, title, labels, comments: comments.length, headSha })),
    cards: stage.cards().map(({ card }) => ({ title: card.title, tone: card.tone, outcome: card.outcome })),
    branches: stage.branches(),
    releases: stage.failed().map(({ outcome, attempts, recurrence }) => ({ outcome, attempts: attempts.length, recurrence })),
    reverts: stage.reverts().map(({ state, outcome, touchedByOthers }) => ({ state, outcome, touchedByOthers })),
    pending: stage.ledger.pendingEffects().length,
    // A PR that was opened before the kill is no sign of a ledger that is older than the forge.
    older: stage.warnings().filter(({ fields }) => fields?.['code'] === 'E_LEDGER_OLDER').length,
    intact: (await stage.ledgerStore.verify()).intact,
  }
}

/** Lives the story once unhurt, then once for every write from the `from`th on, killed there. */
async function killEverywhere(
  ending: 'merged' | 'promoted',
  from: (calls: readonly string[]) => number,
): Promise<{ expected: unknown; lives: readonly unknown[] }> {
  const killer = createKiller()
  await using whole = await createRunningStage({ wrap: (environment) => killer.wrap(environment) })
  await live(whole, killer, ending)
  const expected = await end(whole)
  const lives: unknown[] = []
  for (const [at, call] of [...killer.calls.entries()].slice(from(killer.calls))) {
    for (const when of momentsOf(call, at)) {
      const hit = createKiller()
      hit.arm(at, when)
      await using stage = await createRunningStage({ wrap: (environment) => hit.wrap(environment) })
      await live(stage, hit, ending)
      lives.push({ at, when, call: hit.calls[at], end: await end(stage) })
    }
  }
  return { expected, lives }
}

/** The same end in every life; where one differs, `at`, `when` and `call` say which. */
function sameEnd(expected: unknown, lives: readonly unknown[]): unknown {
  return lives.map((one) => ({ ...(one as object), end: expected }))
}

it(
  'a kill before or after any write of the story leaves the same end: one PR, one card, an intact chain',
  { timeout: 240_000 },
  async () => {
    const { expected, lives } = await killEverywhere('merged', () => 0)
    expect(expected).toMatchObject({ pulls: [{ state: 'merged' }], cards: [{ tone: 'good' }], pending: 0, intact: true })
    expect(lives.length).toBeGreaterThan(10)
    expect(lives).toEqual(sameEnd(expected, lives))
  },
)

it('a kill before or after any write of the closing of a PR leaves the same end', { timeout: 240_000 }, async () => {
  const { expected, lives } = await killEverywhere('promoted', (calls) => calls.indexOf('decorate') + 1)
  expect(expected).toMatchObject({ pulls: [{ state: 'closed' }], cards: [{ tone: 'good' }], pending: 0, intact: true })
  expect(lives).toEqual(sameEnd(expected, lives))
})
