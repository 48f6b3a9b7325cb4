import { describe, expect, it } from 'vitest'
import { refusalOf, refused } from './refusals.ts'
import { createRunningStage } from './stage.ts'

describe("a cause that is not the release's own fault", () => {
  it.each([
    ['a human abort', { why: 'human' } as const, /a person aborted it/],
    ['an analysis that could not measure', { why: 'error' } as const, /could not measure/],
    [
      'an error that speaks of a timeout',
      {
        why: {
          message:
            ': Step-based analysis phase error/failed: Metric "m" assessed Error due to consecutiveErrors (5) > ' +
            'consecutiveErrorLimit (4): "Error Message: the query has timed out progressing"',
        },
        noRun: true,
      },
      /could not measure/,
    ],
    ['a step plugin', { why: { message: ': Step Plugin 1 (x/y) failed: assessed Failed due to nothing' } }, /step plugin/],
    ['a message that nobody knows', { why: { message: ': something new' } }, /cause is not known/],
  ])('%s is told and never reverted', async (_, why, words) => {
    await using stage = await createRunningStage()
    await stage.release('v2')
    await stage.abort(why)
    expect(refusalOf(stage)).toEqual(refused('P11', words))
  })

  it('an analysis whose run comes into view late is understood late, and then opens a PR with its evidence', async () => {
    await using stage = await createRunningStage()
    await stage.release('v2')
    stage.web.abort({ why: { message: ': Step-based analysis phase error/failed' }, run: 'Failed' })
    await stage.tell(...stage.web.objects().filter((object) => object['kind'] !== 'AnalysisRun'))
    await stage.advance(5_000)
    expect(refusalOf(stage)).toEqual(refused('P11', /cause is not known/))
    await stage.show()
    await stage.advance(2_000)
    expect(stage.pulls()).toHaveLength(1)
    expect(stage.failed()[0]?.attempts).toMatchObject([{ cause: 'analysis-failed', evidence: [{ metric: 'success-rate' }] }])
  })

  it('a progress deadline that aborted opens a PR', async () => {
    await using stage = await createRunningStage()
    await stage.release('v2')
    await stage.abort({ why: 'deadline' })
    expect(stage.pulls()).toHaveLength(1)
  })
})
