import { describe, expect, it } from 'vitest'
import { notRendered } from '../../src/domain/application/rendered.ts'
import { digests } from './experiment-digests.ts'
import { OURS, REFUSED } from './experiment-refusal-stories.ts'
import { fail, MINUTE, refusal, runExperiment, type ExperimentStage } from './experiment-stage.ts'

/** People are told, and nothing is opened, pushed or kept out. */
function expectToldOnly(stage: ExperimentStage): void {
  expect(stage.cards()).toMatchObject([{ card: { tone: 'bad', outcome: expect.stringContaining('No revert PR: ') } }])
  expect([stage.pulls(), stage.branches(), stage.ledger.quarantines({ standing: true })]).toEqual([[], [], []])
}

describe('an Experiment that failed is told of, and gets no PR, where', () => {
  it.each(Object.entries(REFUSED))(
    '%s',
    async (_, { why, files = OURS, options, before, after, message = 'try another search', isUnderWay = false }) => {
      await using stage = await runExperiment(files, options, { message, isUnderWay, ...(before && { before }) })
      await after?.(stage)
      await fail(stage)
      expect(refusal(stage)).toContain(why)
      expectToldOnly(stage)
    },
  )
})

/** How it ends, where that is no measured failure. */
const ENDS: readonly (readonly [string, (stage: ExperimentStage) => void, string])[] = [
  ['as an error', (stage) => stage.experiment.fail('Error'), 'P11: the analysis could not measure'],
  ['with nothing but NaN', (stage) => stage.experiment.fail('Failed', { value: 'NaN' }), 'P11: the analysis could not measure'],
  ['without a run of which it is known', (stage) => stage.experiment.fail('Failed', { late: true }), 'P1: no measurement of it is left'],
  ['by its deadline', (stage) => stage.experiment.exceedDeadline(), 'P11: the cause is progress-deadline'],
]

const LISTED = ['analysis-failed', 'analysis-error', 'progress-deadline', 'unknown'] as const

it.each(ENDS)('one that ends %s is told of, and gets no PR, whatever the policy lists', async (_, end, why) => {
  await using stage = await runExperiment(OURS, { policy: { prCauses: LISTED } })
  end(stage)
  await stage.show()
  await stage.advance(MINUTE)
  expect([refusal(stage).split(':')[0], stage.pulls(), stage.branches()]).toEqual([why.split(':')[0], [], []])
  expect(stage.cards()).toHaveLength(1)
})

it('one about which who renders cannot be asked is told of, and gets its PR once there is an answer', async () => {
  let isAway = true
  const wrap = digests((one) => (isAway ? notRendered('unreachable', 'It is away.') : one))
  await using stage = await runExperiment(OURS, { wrap })
  await fail(stage)
  expect(refusal(stage)).toContain('Kedge goes on asking for a day: files prove nothing of an Experiment')
  expectToldOnly(stage)
  await stage.advance(10 * MINUTE)
  expect(stage.pulls()).toEqual([])
  isAway = false
  await stage.advance(5 * MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
})
