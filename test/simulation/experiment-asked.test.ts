import { expect, it } from 'vitest'
import type { Environment } from '../../src/reconcile/environment.ts'
import { experimentFile, fail, FILE, merge, MINUTE, runExperiment, skip, type ExperimentStage } from './experiment-stage.ts'

// A failed Experiment may lie about for months.

const REPO = 'https://git.example/shop/gitops.git'
const HOUR = 60 * MINUTE

/** An Experiment that has failed, and how often was asked what a commit renders since this was last asked. */
async function failed(): Promise<{ stage: ExperimentStage; asked: () => number } & AsyncDisposable> {
  let count = 0
  const wrap = (environment: Environment): Environment => ({
    ...environment,
    renderer: {
      ...environment.renderer,
      digest(question) {
        count += 1
        return environment.renderer.digest(question)
      },
    },
  })
  const stage = await runExperiment(undefined, { wrap })
  const asked = (): number => {
    const since = count
    count = 0
    return since
  }
  return { stage, asked, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() }
}

it('an Experiment whose PR was declined is asked about for a day, and then no more until somebody hints', async () => {
  await using its = await failed()
  const { stage, asked } = its
  await fail(stage)
  stage.forges.closeByHuman(REPO, 1)
  await stage.pushed()
  asked()
  await stage.advance(5 * MINUTE)
  expect(asked()).toBeGreaterThan(0)
  await skip(stage, 25 * HOUR)
  asked()
  await stage.advance(5 * MINUTE)
  expect(asked()).toBe(0)
  stage.forges.reopenByHuman(REPO, 1)
  await stage.pushed()
  expect(stage.reverts()).toMatchObject([{ state: 'open', outcome: null }])
})

it('one whose PR was merged, and that came back into Git at once, is not asked about at each event, nor after a day', async () => {
  await using its = await failed()
  const { stage, asked } = its
  await fail(stage)
  await merge(stage)
  stage.app.sync(stage.commit({ [FILE]: experimentFile() }, 'once more'))
  await stage.show()
  await stage.advance(MINUTE)
  asked()
  for (let times = 0; times < 5; times += 1) await stage.show()
  expect(asked()).toBe(0)
  await skip(stage, 25 * HOUR)
  asked()
  await stage.advance(5 * MINUTE)
  expect([asked(), stage.failed().map(({ outcome }) => outcome)]).toEqual([0, ['open']])
})

it('one whose restore is overdue only after a day is told of, too', async () => {
  await using its = await failed()
  const { stage } = its
  stage.policy = { restoreDeadlineMs: 26 * HOUR }
  await fail(stage)
  await merge(stage)
  await skip(stage, 25 * HOUR)
  expect(stage.cards()[0]?.card.outcome).not.toContain('no sync is known')
  await stage.advance(HOUR)
  expect(stage.cards()[0]?.card.outcome).toContain('no sync is known to have applied that')
})

it('one that is muted is decided on, and not asked about until that is over', async () => {
  await using its = await failed()
  const { stage, asked } = its
  stage.policy = { mutedUntil: stage.clock.now() + 26 * HOUR }
  await fail(stage)
  expect(stage.failed()).toMatchObject([{ decision: { action: 'none', reason: expect.stringContaining('Muted') } }])
  asked()
  await stage.advance(5 * MINUTE)
  expect([asked(), stage.pulls()]).toEqual([0, []])
  // A mute that is over is none.
  await skip(stage, 27 * HOUR)
  stage.policy = {}
  await stage.restart()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
})
