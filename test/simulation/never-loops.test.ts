import { describe, expect, it } from 'vitest'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import { failed, restore } from './one-failure.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000

/** What Kedge has done outside, and said. */
async function footprint(stage: RunningStage): Promise<unknown> {
  return { pulls: stage.pulls(), cards: stage.cards(), branches: stage.branches(), records: (await stage.records()).length }
}

describe('one failure', () => {
  it.each([
    ['the same events twice', async (stage: RunningStage) => stage.show()],
    ['resyncs', async (stage: RunningStage) => stage.advance(11 * MINUTE)],
    ['a restart', async (stage: RunningStage) => stage.restart()],
    [
      'an HPA that scales: the generation moves, the phase flaps',
      async (stage: RunningStage) => {
        for (let round = 0; round < 5; round += 1) {
          stage.web.scale()
          stage.web.patch({ status: { phase: 'Progressing', message: 'waiting for rollout spec update to be observed' } })
          await stage.show()
          await stage.advance(700)
          stage.web.settle()
          stage.web.patch({ status: { phase: 'Degraded', message: 'RolloutAborted: Rollout aborted update to revision 2' } })
          await stage.show()
          await stage.advance(2 * MINUTE)
        }
      },
    ],
    [
      'restartAt',
      async (stage: RunningStage) => {
        stage.web.restartAt()
        await stage.show()
        await stage.advance(5_000)
        stage.web.settle()
        await stage.show()
        await stage.advance(MINUTE)
      },
    ],
    [
      'pushes and comparisons of other teams',
      async (stage: RunningStage) => {
        const other = stage.commit({ 'other/readme': 'y\n' }, 'docs')
        await stage.pushed()
        stage.app.sync(other)
        await stage.show()
        await stage.advance(5 * MINUTE)
      },
    ],
  ])('is told and reverted once, whatever comes after it: %s', async (_, happens) => {
    await using stage = await createRunningStage()
    await failed(stage)
    const before = await footprint(stage)
    await happens(stage)
    expect(await footprint(stage)).toEqual(before)
  })

  it('stays one PR when it is retried and aborted again; the card counts two attempts', async () => {
    await using stage = await createRunningStage()
    await failed(stage)
    await stage.advance(MINUTE)
    stage.web.retry()
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.cards()[0]?.card.title).toContain('being tried again')
    await stage.abort()
    expect(stage.pulls()).toHaveLength(1)
    expect(stage.failed().map((release) => release.attempts.length)).toEqual([2])
    expect(stage.cards()).toHaveLength(1)
    expect(stage.cards()[0]?.card.fields.find((field) => field.label === 'Cause')?.value).toContain('attempt 2')
  })

  it('whose retry is promoted has its PR closed with the reason, and no card that asks for a merge', async () => {
    await using stage = await createRunningStage()
    await failed(stage)
    stage.web.retry()
    await stage.show()
    await stage.advance(MINUTE)
    stage.web.healthy('v2')
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.pulls()[0]).toMatchObject({ state: 'closed' })
    expect(stage.pulls()[0]?.comments[0]?.text).toContain('made it after all')
    expect(stage.branches()).toEqual([])
    expect(stage.reverts()[0]).toMatchObject({ state: 'ended', outcome: 'promoted' })
    expect(stage.cards()[0]?.card).toMatchObject({ tone: 'good' })
    expect(stage.cards()[0]?.card.outcome).not.toContain('Merging it')
  })

  it('has its PR closed also when the forge is down just while the retry is promoted', async () => {
    let down = false
    await using stage = await createRunningStage({
      wrap: (environment) => ({
        ...environment,
        forges: {
          forRepository: (url) => {
            if (down) throw new Error('503')
            return environment.forges.forRepository(url)
          },
        },
      }),
    })
    await failed(stage)
    down = true
    stage.web.retry()
    await stage.show()
    stage.web.healthy('v2')
    await stage.show()
    await stage.advance(10 * MINUTE)
    down = false
    await stage.advance(12 * MINUTE)
    expect(stage.pulls()[0]).toMatchObject({ state: 'closed' })
    expect(stage.reverts()[0]).toMatchObject({ state: 'ended', outcome: 'promoted' })
  })

  it('ends restored once the PR is merged and N runs', async () => {
    await using stage = await createRunningStage()
    await failed(stage)
    await restore(stage, 1)
    expect(stage.failed()[0]).toMatchObject({ outcome: 'restored' })
    expect(stage.cards()[0]?.card).toMatchObject({ tone: 'good', outcome: 'PR #1 was merged, and the version before is back.' })
    expect(stage.branches()).toEqual([])
    const before = await footprint(stage)
    await stage.restart()
    await stage.advance(5 * MINUTE)
    expect(await footprint(stage)).toEqual(before)
  })
})

describe('the bad version again, after the revert was merged', () => {
  it('by an image bot is told as the second time and gets no PR', async () => {
    await using stage = await createRunningStage()
    await failed(stage)
    await restore(stage, 1)
    await stage.release('v2', 'build: automatic update of web', { author: 'argocd-image-updater <noreply@argoproj.io>' })
    await stage.abort()
    expect(stage.failed()[0]).toMatchObject({ recurrence: 2, decision: { action: 'notify' } })
    expect(stage.pulls()).toHaveLength(1)
    expect(stage.cards()[1]?.card.outcome).toMatch(/pushed it again.*failed 2 times.*pin the good tag/s)
  })

  it('by a person is a new PR with a warning', async () => {
    await using stage = await createRunningStage()
    await failed(stage)
    await restore(stage, 1)
    await stage.release('v2', 'web v2, now it works')
    await stage.abort()
    expect(stage.failed()[0]).toMatchObject({ recurrence: 2 })
    expect(stage.pulls()).toHaveLength(2)
    expect(stage.pulls()[1]?.body).toContain('has now failed 2 times')
  })

  it.each(['Revert "Revert \\"web v2\\""', 'Reapply "web v2"'])('as a revert of the revert (%s) gets no PR', async (message) => {
    await using stage = await createRunningStage()
    await failed(stage)
    await restore(stage, 1)
    await stage.release('v2', message)
    await stage.abort()
    expect(stage.pulls()).toHaveLength(1)
    expect(stage.cards()[1]?.card.outcome).toContain('itself a revert')
  })

  it('on top of our revert, merged by squash under other words, is never taken for something to revert', async () => {
    await using stage = await createRunningStage()
    await failed(stage)
    const squashed = stage.commit({ 'apps/web/rollout.yaml': manifest('v1') }, 'fix the shop (#1)')
    stage.forges.merge(REPO, 1, squashed)
    await stage.pushed()
    // The template is not the same as N's: it carries a build stamp, so N comes back as a new release, and that fails.
    stage.app.sync(squashed)
    stage.web.canary('v1-with-stamp')
    await stage.show()
    await stage.advance(10_000)
    await stage.abort()
    expect(stage.pulls()).toHaveLength(1)
  })
})
