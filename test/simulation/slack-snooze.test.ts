import { describe, expect, it } from 'vitest'
import { REPO } from './application.ts'
import { createFailedAtSlack, retry, withSlack, type SlackSide } from './slack-stage.ts'
import { byName, createStormStage, type StormStage } from './storm-stage.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

describe('a snooze', () => {
  it('silences replies until it is over, while the card is still kept up to date; then what was not said is said', async () => {
    await using stage = await createFailedAtSlack()
    await stage.press('kedge.snooze.60')
    expect(stage.shown()[0]).toContain('*Snoozed*\\nuntil 23:02 UTC, by ada (in Slack)')
    expect(stage.buttons()).toEqual(['kedge.on-it', 'kedge.snooze.0'])
    await retry(stage)
    expect(stage.shown()[0]).toContain('is being tried again')
    await stage.abort()
    await stage.advance(MINUTE)
    expect(stage.shown()[0]).toContain('attempt 2')
    expect(stage.replies()).toEqual([])
    await stage.advance(HOUR)
    expect(stage.replies()).toHaveLength(1)
    expect(stage.shown()[0]).not.toContain('Snoozed')
    expect(stage.buttons()).toContain('kedge.snooze.60')
  })

  it('calls again when its time is over, even with the same words, once each time', async () => {
    await using stage = await createFailedAtSlack()
    await stage.press('kedge.snooze.60')
    await stage.advance(HOUR - MINUTE)
    expect(stage.replies()).toEqual([])
    await stage.advance(10 * MINUTE)
    expect(stage.replies()).toEqual([expect.stringMatching(/^The snooze ended at 23:02 UTC\. No revert PR/)])
    await stage.press('kedge.snooze.60')
    await stage.advance(HOUR + MINUTE)
    expect(stage.replies()).toEqual([expect.anything(), expect.stringMatching(/^The snooze ended at 00:11 UTC\. No revert PR/)])
  })

  it('brings no card back that somebody has deleted meanwhile, whatever changes', async () => {
    await using stage = await createFailedAtSlack()
    await stage.press('kedge.snooze.240')
    stage.slack.messages.splice(0)
    await retry(stage)
    await stage.abort()
    await stage.advance(MINUTE)
    expect(stage.shown()).toEqual([])
    await stage.advance(4 * HOUR)
    expect(stage.shown()).toEqual([expect.stringContaining('attempt 2')])
  })

  it('is over over a restart at the same time', async () => {
    await using stage = await createFailedAtSlack()
    await stage.press('kedge.snooze.60')
    await stage.restart()
    await stage.advance(HOUR - 2 * MINUTE)
    expect(stage.replies()).toEqual([])
    await stage.advance(3 * MINUTE)
    expect(stage.replies()).toHaveLength(1)
  })

  it('is ended by a person', async () => {
    await using stage = await createFailedAtSlack()
    await stage.press('kedge.snooze.240')
    await stage.press('kedge.snooze.0', { id: 'U2', name: 'bob' })
    expect([stage.replies().length, stage.shown()[0]?.includes('Snoozed')]).toEqual([1, false])
    expect(stage.failed()[0]?.snooze?.by).toBe('bob (in Slack)')
  })

  it('does not keep the end from being told', async () => {
    await using stage = await createFailedAtSlack()
    await stage.press('kedge.snooze.240')
    await retry(stage)
    stage.web.healthy('v2')
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.replies()).toHaveLength(1)
    expect(stage.shown()[0]).toContain('made it after all')
  })

  it('does not keep a PR from being opened, nor from being told, and is over with it', async () => {
    await using stage = await createFailedAtSlack()
    await stage.press('kedge.snooze.240')
    stage.policy = { mode: 'pr' }
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.pulls()).toHaveLength(1)
    expect(stage.replies()).toEqual([expect.stringContaining('reverts it, with proof')])
    expect(stage.buttons()).toContain('kedge.snooze.60')
  })

  it('that a PR has ended does not come back when that PR is declined, which is told', async () => {
    await using stage = await createFailedAtSlack()
    await stage.press('kedge.snooze.240')
    stage.policy = { mode: 'pr' }
    await stage.show()
    await stage.advance(MINUTE)
    stage.forges.closeByHuman(REPO, 1)
    await stage.advance(10 * MINUTE)
    expect(stage.shown()[0]).not.toContain('Snoozed')
    const [, declined] = stage.replies()
    expect(declined).toContain('PR #1 was closed by somebody: declined')
  })

  it('is over with the release, and does not come back when a person undoes what had made it', async () => {
    await using stage = await createFailedAtSlack()
    await stage.press('kedge.on-it')
    await stage.press('kedge.snooze.240')
    await retry(stage)
    stage.web.healthy('v2')
    await stage.show()
    await stage.advance(MINUTE)
    stage.web.healthy('v1')
    stage.app.change({ drifted: true, syncStatus: 'OutOfSync' })
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.shown()[0]).toContain('was undone by hand')
    expect(stage.shown()[0]).not.toMatch(/Snoozed|On it/)
    expect(stage.replies()).toEqual([expect.stringContaining('Its version serves'), expect.stringContaining('kedge adopt')])
  })
})

describe('a snooze of a storm', () => {
  /** A storm whose card at Slack is snoozed for an hour. `observed`: one of its Rollouts, of which nobody is told. */
  async function createSnoozed({ observed }: { observed?: string } = {}): Promise<StormStage & SlackSide> {
    const { wrap = (given) => given } = byName((name) => (name === observed ? { mode: 'observe' } : {}))
    const stage = await withSlack((options) => createStormStage(5, options), { wrap })
    await stage.release('v2', 'own-commits')
    await stage.abort(stage.all.slice(0, 4))
    await stage.advance(MINUTE)
    await stage.press('kedge.snooze.60')
    return stage
  }

  it.each([['app-0'], [undefined]])('calls again when it is over, where %s is only observed', async (observed) => {
    await using stage = await createSnoozed({ ...(observed !== undefined && { observed }) })
    expect(stage.shown()).toEqual([expect.stringContaining('*Snoozed*\\nuntil 23:02 UTC')])
    await stage.advance(HOUR - 2 * MINUTE)
    expect(stage.replies()).toEqual([])
    await stage.advance(10 * MINUTE)
    expect(stage.shown()[0]).not.toContain('Snoozed')
    expect(stage.replies()).toEqual([expect.stringContaining('The snooze ended at')])
  })

  it('keeps the end of one of them for later, which nobody has to act on; the card shows it at once', async () => {
    await using stage = await createSnoozed()
    await stage.fixForward('v3', stage.all.slice(0, 1))
    await stage.advance(MINUTE)
    expect(stage.shown()[0]).toContain('1 superseded or gone')
    expect(stage.replies()).toEqual([])
    await stage.fixForward('v3', stage.all.slice(1, 4))
    await stage.advance(MINUTE)
    expect(stage.replies()).toEqual([expect.stringContaining('None of its releases is open any more')])
  })

  it('is over when another Rollout joins the storm', async () => {
    await using stage = await createSnoozed()
    await stage.abort(stage.all.slice(4))
    await stage.advance(MINUTE)
    expect(stage.shown()).toEqual([expect.stringContaining('5 Rollouts failed')])
    expect(stage.shown()[0]).not.toContain('Snoozed')
    expect(stage.replies()).toHaveLength(1)
  })
})
