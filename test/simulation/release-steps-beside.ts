import { expect, it } from 'vitest'
import { createAlertStage } from './alerts-stage.ts'
import { createRunningStage } from './stage.ts'
import { down, fail, forgeThat, MINUTE, retry, settle, type Play } from './transition-stories.ts'

/** Steps of a release that begin at a card, a forge or a server of alerts. */
export function stepsBeside(play: Play): void {
  it.each([['failed', false] as const, ['tried again', true] as const])('that has %s is answered on its card', async (_, retried) => {
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
  })

  it.each(['rolling', 'failed', 'ended'] as const)('is shown as a deployment for the first time while it is %s', async (state) => {
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
  })

  it('was promoted, and an alert names it soon after', async () => {
    const taken = await play(createAlertStage(), async (stage) => {
      await stage.release('v2')
      await stage.promote('v2')
      await stage.advance(MINUTE)
      await stage.fire()
      await settle(stage)
    })
    expect(taken).toContain('release: ended -(release-burned)-> failed')
  })

  it('changed flags and no template, and an alert names them soon after', async () => {
    const taken = await play(createAlertStage({ policy: { flags: ['apps/web/flags.yaml'] } }), async (stage) => {
      stage.app.sync(stage.commit({ 'apps/web/flags.yaml': '{}' }, 'flags'))
      await stage.show()
      await stage.advance(MINUTE)
      await stage.fire()
      await settle(stage)
    })
    expect(taken).toContain('release: none -(release-burned)-> failed')
  })
}
