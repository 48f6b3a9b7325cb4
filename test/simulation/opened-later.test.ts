import { expect, it } from 'vitest'
import { createRunningStage } from './stage.ts'
import { down, fail, forgeThat, MINUTE, undoAndHeal } from './transition-stories.ts'

it.each(['directory', 'none'] as const)(
  'a revert that could not be opened in time is opened for the next try (renderer: %s)',
  async (renderer) => {
    let isDown = true
    const options = forgeThat((forge) => ({ open: (request) => (isDown ? Promise.reject(down) : forge.open(request)) }))
    await using stage = await createRunningStage({ ...options, renderer })
    await fail(stage)
    await undoAndHeal(stage)
    isDown = false
    await stage.abort()
    await stage.advance(MINUTE)
    expect(stage.failed()[0]?.decision?.reason).toContain('All twelve')
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  },
)
