import { describe, expect, it } from 'vitest'
import { createExperimentStage, KEY, MINUTE } from './experiment-stage.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const fields = (stage: Pick<RunningStage, 'cards'>): unknown =>
  stage.cards().map(({ card }) => Object.fromEntries(card.fields.map(({ label, value }) => [label, value])))

describe('a standalone Experiment that Git made', () => {
  it('is nothing to tell of while it runs, or when it succeeds or is inconclusive', async () => {
    await using stage = await createExperimentStage()
    for (const phase of ['Successful', 'Inconclusive'] as const) {
      stage.experiment.fail(phase)
      await stage.show()
      await stage.advance(MINUTE)
    }
    expect([stage.failed(), stage.cards()]).toEqual([[], []])
  })

  it('is a failed release when it fails: told once, with the metric and the commit that was synced, and without a PR', async () => {
    await using stage = await createExperimentStage()
    stage.experiment.fail()
    await stage.show()
    await stage.advance(10 * MINUTE)
    expect(stage.failed()).toMatchObject([
      {
        rollout: KEY,
        state: 'failed',
        outcome: 'open',
        cause: 'analysis-failed',
        applied: { application: 'argocd/shop', revisions: [stage.asked] },
        attempts: [{ evidence: [{ metric: 'success-rate', value: '0.42', condition: 'result >= 0.95' }] }],
        decision: { action: 'notify' },
        revertKey: null,
      },
    ])
    expect(stage.cards()).toMatchObject([
      {
        thread: [],
        card: {
          tone: 'bad',
          title: `shop/${KEY}: the Experiment failed`,
          todo: 'Mend it under another name, or take it out of Git',
          outcome: expect.stringMatching(/^No revert PR: who renders does not tell .* It does not run again/),
          evidence: [expect.stringContaining('success-rate')],
        },
      },
    ])
    expect(fields(stage)).toMatchObject([{ Experiment: 'web-ab', 'Made by': `a sync of argocd/shop at ${stage.asked.slice(0, 7)}` }])
    expect([stage.pulls(), stage.branches(), stage.ledger.quarantines({ standing: true })]).toEqual([[], [], []])
  })

  it('is told once, whatever is seen again, and through restarts', async () => {
    await using stage = await createExperimentStage()
    stage.experiment.fail()
    await stage.show()
    await stage.restart()
    await stage.advance(MINUTE)
    for (let round = 0; round < 3; round++) {
      await stage.show()
      await stage.restart()
      await stage.advance(20 * MINUTE)
    }
    expect(stage.cards().map(({ thread }) => thread)).toEqual([[]])
    const records = (await stage.records()).filter(({ kind }) => kind === 'release')
    expect(records.map(({ event }) => event)).toEqual(['release-failed', 'release-decided'])
  })

  it('is told after a restart when it failed while Kedge was away', async () => {
    await using stage = await createExperimentStage()
    await stage.stop()
    stage.experiment.fail()
    await stage.advance(30 * MINUTE)
    await stage.start()
    await stage.advance(MINUTE)
    expect(stage.cards()).toHaveLength(1)
  })

  it('has its metric on the card though its run is seen a moment later', async () => {
    await using stage = await createExperimentStage({ policy: { settleMs: 5_000 } })
    stage.experiment.fail('Failed', { late: true })
    await stage.show()
    await stage.advance(1_000)
    expect(stage.failed()).toEqual([])
    stage.experiment.showRun()
    await stage.show()
    await stage.advance(10_000)
    expect(stage.failed()).toMatchObject([{ attempts: [{ evidence: [{ metric: 'success-rate' }] }] }])
  })

  it.each([
    ['Error', '0.42', 'analysis-error'],
    ['Failed', 'NaN', 'analysis-error'],
  ] as const)('that ends as %s by %s could not measure', async (phase, value, cause) => {
    await using stage = await createExperimentStage()
    stage.experiment.fail(phase, { value })
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.failed()).toMatchObject([{ cause }])
    expect(stage.cards()[0]?.card.title).toContain('could not measure')
  })

  it('fails by its deadline where a template got no pods', async () => {
    await using stage = await createExperimentStage()
    stage.experiment.exceedDeadline()
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.failed()).toMatchObject([{ cause: 'progress-deadline', attempts: [{ message: expect.stringContaining('(600)') }] }])
  })

  it('names no commit where no sync was running when it was made', async () => {
    await using stage = await createRunningStage()
    await stage.advance(30 * MINUTE)
    const experiment = stage.addExperiment()
    experiment.fail()
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.failed()).toMatchObject([{ applied: null }])
    expect(fields(stage)).toMatchObject([{ 'Made by': 'a sync that is not known' }])
  })

  it('names no commit where its tracking id is another Application’s than the one that lists it', async () => {
    await using stage = await createExperimentStage({}, { trackingId: 'other:argoproj.io/Experiment:shop/web-ab' })
    stage.app.change({ experiments: ['web-ab'] })
    stage.experiment.fail()
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.failed()).toMatchObject([{ applied: null, decision: { action: 'notify' } }])
  })

  it('is over when it is gone, and when it is made anew; the new one is told for itself', async () => {
    await using stage = await createExperimentStage()
    stage.experiment.fail()
    await stage.show()
    await stage.advance(MINUTE)
    stage.experiment.remove()
    const second = stage.addExperiment()
    await stage.show()
    await stage.advance(MINUTE)
    second.fail()
    await stage.show()
    await stage.advance(MINUTE)
    await stage.tell({ ...second.remove() })
    expect(stage.failed().map(({ outcome }) => outcome)).toEqual(['open', 'superseded'])
    await stage.restart()
    await stage.advance(MINUTE)
    expect(stage.failed().map(({ outcome }) => outcome)).toEqual(['gone', 'superseded'])
    expect(stage.cards().map(({ card, thread }) => [card.title.split(': ')[1], thread])).toEqual([
      ['the Experiment was made anew', ['The Experiment was made anew.']],
      ['the Experiment is gone', ['The Experiment is gone.']],
    ])
  })

  it('leaves the Rollout beside it alone, though both have the same name', async () => {
    await using stage = await createExperimentStage({}, { name: 'web' })
    stage.experiment.fail()
    await stage.release('v2')
    await stage.abort()
    await stage.advance(MINUTE)
    expect(
      stage
        .failed()
        .map(({ rollout, storm }) => `${rollout} ${storm}`)
        .toSorted(),
    ).toEqual(['experiment:web undefined', 'web undefined'])
    expect(stage.pulls()).toHaveLength(1)
  })
})
