import { describe, expect, it } from 'vitest'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000

async function failed(stage: RunningStage): Promise<void> {
  await stage.release('v2')
  await stage.abort()
}

describe('the mode', () => {
  it('observe writes nothing outside and records what it would do', async () => {
    await using stage = await createRunningStage({ policy: { mode: 'observe' } })
    await failed(stage)
    await stage.advance(5 * MINUTE)
    expect([stage.pulls(), stage.cards(), stage.branches()]).toEqual([[], [], []])
    expect(stage.failed()[0]?.decision).toMatchObject({ action: 'none' })
    expect(stage.failed()[0]?.decision?.reason).toContain('would open a revert PR')
  })

  it('observe, once chosen, leaves an open PR as it is', async () => {
    await using stage = await createRunningStage()
    await failed(stage)
    stage.policy = { mode: 'observe' }
    stage.web.healthy('v2')
    await stage.show()
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open', comments: [] }])
    expect(stage.branches()).toHaveLength(1)
  })

  it('notify tells people and opens nothing', async () => {
    await using stage = await createRunningStage({ policy: { mode: 'notify' } })
    await failed(stage)
    expect(stage.pulls()).toEqual([])
    expect(stage.cards()[0]?.card.outcome).toContain('the mode is notify')
  })

  it('muted says nothing until the time is over, and then does', async () => {
    await using stage = await createRunningStage()
    stage.policy = { mutedUntil: stage.clock.now() + 10 * MINUTE }
    await failed(stage)
    await stage.advance(5 * MINUTE)
    expect([stage.pulls(), stage.cards()]).toEqual([[], []])
    await stage.advance(10 * MINUTE)
    expect(stage.pulls()).toHaveLength(1)
    expect(stage.cards()).toHaveLength(1)
  })
})
