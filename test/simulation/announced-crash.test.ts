import { expect, it } from 'vitest'
import { REPO } from './application.ts'
import { createKiller, momentsOf, type Killer } from './killer.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000

/** A commit of a pull request fails, is reverted, and N comes back: after each deed a killed Kedge is started again. */
async function live(stage: RunningStage, killer: Killer): Promise<void> {
  const restart = async (): Promise<void> => {
    await stage.advance(MINUTE)
    if (!killer.dead) return
    killer.revive()
    await stage.restart()
    await stage.advance(MINUTE)
  }
  const number = await stage.forges.openByHuman(REPO, { branch: 'feat/v2', base: 'main', title: 'v2', body: '', author: 'ada' })
  const bad = await stage.release('v2')
  stage.forges.introduce(REPO, bad, { number, url: 'https://git.example/1', author: 'ada', approvers: [] })
  await stage.abort()
  await restart()
  const merged = stage.merge(2)
  await stage.pushed()
  await restart()
  stage.app.sync(merged)
  stage.web.healthy('v1')
  await stage.show()
  await restart()
  await stage.advance(MINUTE)
}

function end(stage: RunningStage): unknown {
  return {
    statuses: stage.forges.statuses(REPO).map(({ state, description }) => `${state}: ${description}`),
    comments: stage.pulls()[0]?.comments.map(({ text }) => text),
    pulls: stage.pulls().length,
    pending: stage.ledger.pendingEffects(),
  }
}

it('a kill before or after any write from the first status on leaves each status once, and one comment', { timeout: 240_000 }, async () => {
  const policy = { announce: ['status', 'comment'] } as const
  const killer = createKiller()
  await using whole = await createRunningStage({ policy, wrap: (environment) => killer.wrap(environment) })
  await live(whole, killer)
  const expected = end(whole)
  expect(expected).toMatchObject({
    statuses: [/^failure: shop\/web failed/, /^failure: shop\/web was restored by #2/].map(
      (words) => expect.stringMatching(words) as string,
    ),
    comments: [expect.stringContaining('was taken back')],
    pending: [],
  })
  const from = killer.calls.indexOf('setStatus') - 2
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
