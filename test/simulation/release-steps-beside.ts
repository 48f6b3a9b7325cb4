import { expect } from 'vitest'
import { createAlertStage } from './alerts-stage.ts'
import { createRunningStage } from './stage.ts'
import { down, fail, forgeThat, MINUTE, retry, settle, type Play } from './transition-stories.ts'

// Steps of a release that begin at a card, a forge or a server of alerts.

export async function isAnswered(play: Play, retried: boolean): Promise<void> {
  await play(createRunningStage(), async (stage) => {
    await fail(stage)
    if (retried) await retry(stage)
    const [card] = stage.cards()
    const answer = { card: card?.card.key ?? '', ref: card?.ref ?? { channel: '', timestamp: '' }, by: 'ana', user: 'U1' }
    expect(await stage.controller.answer({ ...answer, says: { type: 'on-it' } }, '')).toBe('answered')
    expect(await stage.controller.answer({ ...answer, says: { type: 'snooze', minutes: 5 } }, '')).toBe('answered')
    await stage.idle()
    expect(stage.cards().map(({ card: { fields, snooze } }) => [fields.at(-2)?.value, snooze])).toEqual([['ana', 'on']])
  })
}

export async function isShownAsDeployment(play: Play, state: 'rolling' | 'failed' | 'ended'): Promise<void> {
  let isUp = false
  const slow = forgeThat((forge) => ({ deploy: (...given) => (isUp ? forge.deploy(...given) : Promise.reject(down)) }))
  await play(createRunningStage({ ...slow, policy: { announce: ['deployment'] } }), async (stage) => {
    await stage.release('v2')
    if (state === 'failed') await stage.abort()
    if (state === 'ended') stage.web.healthy('v2')
    await settle(stage)
    isUp = true
    await stage.advance(2 * MINUTE)
    expect(stage.releases()[0]).toMatchObject({ state, deployment: { environment: 'prod/shop/web' } })
  })
}

export async function burns(play: Play): Promise<void> {
  const taken = await play(createAlertStage(), async (stage) => {
    await stage.release('v2')
    await stage.promote('v2')
    await stage.advance(MINUTE)
    await stage.fire()
    await settle(stage)
  })
  expect(taken).toContain('release: ended -(release-burned)-> failed')
}

export async function burnsByFlags(play: Play): Promise<void> {
  const taken = await play(createAlertStage({ policy: { flags: ['apps/web/flags.yaml'] } }), async (stage) => {
    stage.app.sync(stage.commit({ 'apps/web/flags.yaml': '{}' }, 'flags'))
    await stage.show()
    await stage.advance(MINUTE)
    await stage.fire()
    await settle(stage)
  })
  expect(taken).toContain('release: none -(release-burned)-> failed')
}
