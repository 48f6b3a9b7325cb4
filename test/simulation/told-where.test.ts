import { expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import type { Policy } from '../../src/domain/policy/policy.ts'
import type { Channel } from '../../src/ports/channel.ts'
import { createRunningStage, type RunningStage, type StageOptions } from './stage.ts'

const MINUTE = 60_000

/** A running stage whose channel refuses, as long as it says so. */
async function createRefusingStage(options: StageOptions = {}) {
  const state = { refuses: new Set<string>(), tries: 0 }
  const refusing = (channel: Channel): Channel => ({
    async publish(request) {
      state.tries += 1
      if (state.refuses.has(request.channel)) throw new KedgeError('E_NOTIFIER_REJECTED', 'Slack refused chat.postMessage: is_archived.')
      return channel.publish(request)
    },
  })
  const stage = await createRunningStage({
    ...options,
    wrap: (environment) => ({ ...environment, channel: environment.channel && refusing(environment.channel) }),
  })
  return Object.assign(stage, { state })
}

const told = (stage: RunningStage): unknown => stage.cards().map(({ ref, card }) => [ref.channel, card.tone])

it('a channel that is mended in place is told within 30 s', async () => {
  await using stage = await createRefusingStage()
  stage.state.refuses.add('#deploys')
  await stage.release('v2')
  await stage.abort()
  await stage.advance(20 * MINUTE)
  expect([told(stage), stage.ledger.pendingEffects().length]).toEqual([[], 1])
  stage.state.refuses.clear()
  await stage.advance(30_000)
  expect(told(stage)).toEqual([['#deploys', 'waiting']])
})

it('a channel that has no addresses is told, and the receipt names none', async () => {
  await using stage = await createRunningStage({
    wrap: (environment) => ({ ...environment, channel: { publish: async () => undefined } }),
  })
  await stage.release('v2')
  await stage.abort()
  await stage.advance(MINUTE)
  const records = (await stage.records()).filter(({ kind, event }) => kind === 'effect' && event === 'card-published')
  expect(records.length).toBeGreaterThan(0)
  for (const { document } of records) {
    expect(document).toMatchObject({ state: 'done' })
    expect(document).not.toHaveProperty('receipt')
  }
})

it('what was refused goes to the channel that the policy names by now', async () => {
  await using stage = await createRefusingStage()
  stage.state.refuses.add('#deploys')
  await stage.release('v2')
  await stage.abort()
  stage.policy = { channel: '#releases' }
  await stage.advance(30_000)
  expect([told(stage), stage.ledger.pendingEffects()]).toEqual([[['#releases', 'waiting']], []])
  stage.web.retry()
  await stage.show()
  stage.web.healthy('v2')
  await stage.show()
  await stage.advance(MINUTE)
  expect(told(stage)).toEqual([['#releases', 'good']])
})

it('a newer message overtakes one that was refused: the outbox never holds two of one release', async () => {
  await using stage = await createRefusingStage()
  stage.state.refuses.add('#deploys')
  await stage.release('v2')
  await stage.abort()
  await stage.advance(MINUTE)
  const merged = stage.merge(1)
  await stage.pushed()
  stage.app.sync(merged)
  stage.web.healthy('v1')
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.ledger.pendingEffects().map(({ action }) => action.type)).toEqual(['publish-card'])
  stage.state.refuses.clear()
  await stage.advance(30_000)
  expect(stage.cards().map(({ card, thread }) => [card.tone, thread])).toEqual([['good', []]])
})

it('a refused card is tried as soon as something says that the Rollout should be looked at', async () => {
  await using stage = await createRefusingStage()
  stage.state.refuses.add('#deploys')
  await stage.release('v2')
  await stage.abort()
  await stage.advance(10 * MINUTE)
  stage.state.refuses.clear()
  await stage.advance(1_000)
  const tries = stage.state.tries
  await stage.pushed()
  expect([stage.state.tries - tries <= 1, told(stage)]).toEqual([true, [['#deploys', 'waiting']]])
})

it('a refused card is tried at once when a person says that it is repaired', async () => {
  await using stage = await createRefusingStage()
  stage.state.refuses.add('#deploys')
  await stage.release('v2')
  await stage.abort()
  await stage.advance(10 * MINUTE)
  stage.state.refuses.clear()
  stage.controller.retry('prod/shop/web')
  await stage.idle()
  expect(told(stage)).toEqual([['#deploys', 'waiting']])
})

it('nobody is told of what waits for a channel, once the policy only observes', async () => {
  await using stage = await createRefusingStage()
  stage.state.refuses.add('#deploys')
  await stage.release('v2')
  await stage.abort()
  stage.policy = { mode: 'observe' }
  stage.state.refuses.clear()
  await stage.advance(MINUTE)
  expect([told(stage), stage.ledger.pendingEffects()]).toEqual([[], []])
  stage.policy = {}
  await stage.advance(MINUTE)
  expect(told(stage)).toEqual([['#deploys', 'waiting']])
})

it.each<[string, Partial<Policy>]>([
  ['was observed', { mode: 'observe' }],
  ['was muted', { mode: 'notify', mutedUntil: Date.parse('2027-01-01T00:00:00Z') }],
])('a Rollout that %s stays silent when it is gone, after a restart too', async (_, policy) => {
  await using stage = await createRunningStage({ policy })
  await stage.release('v2')
  await stage.abort()
  await stage.restart()
  stage.remove(stage.web)
  await stage.show()
  await stage.advance(MINUTE)
  expect([stage.failed().map(({ outcome }) => outcome), stage.cards()]).toEqual([['gone'], []])
})

it('what the policy said last is what holds when the Rollout is gone', async () => {
  await using stage = await createRunningStage({ policy: { mode: 'notify' } })
  await stage.release('v2')
  await stage.abort()
  stage.policy = { mode: 'observe' }
  await stage.show()
  await stage.advance(MINUTE)
  const before = told(stage)
  stage.remove(stage.web)
  await stage.show()
  await stage.advance(MINUTE)
  expect([told(stage), stage.cards()[0]?.thread]).toEqual([before, []])
})

it('a ledger that was lost brings no second card', async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  await stage.abort()
  await stage.restart({ loseLedger: true })
  const [release] = stage.releases()
  await stage.controller.adopt(release?.key ?? '', 'ana')
  await stage.advance(MINUTE)
  expect(told(stage)).toEqual([['#deploys', 'waiting']])
})

it('a reply says something new: a card that changes elsewhere is brought up to date without one', async () => {
  const links: { text: string; url: string }[] = []
  await using stage = await createRunningStage({ wrap: (environment) => ({ ...environment, linksFor: () => [...links] }) })
  await stage.release('v2')
  await stage.abort()
  const [before] = stage.cards()
  links.push({ text: 'Dashboard', url: 'https://dash.example/' })
  await stage.pushed()
  expect(stage.cards()[0]?.card.links).toHaveLength(2)
  expect(stage.cards()[0]?.thread).toEqual(before?.thread)
  stage.web.retry()
  await stage.show()
  await stage.advance(10_000)
  expect(stage.cards()[0]?.thread.length).toBe((before?.thread.length ?? 0) + 1)
})

it('a clock that is set back an hour delays nothing, neither what settles nor what is tried again', async () => {
  await using stage = await createRefusingStage()
  await stage.release('v2')
  stage.web.abort()
  await stage.show()
  stage.clock.set(stage.clock.now() - 60 * MINUTE)
  stage.state.refuses.add('#deploys')
  await stage.advance(2_000)
  expect(stage.failed()).toMatchObject([{ state: 'failed' }])
  stage.clock.set(stage.clock.now() - 60 * MINUTE)
  stage.state.refuses.clear()
  await stage.advance(30_000)
  expect(told(stage)).toEqual([['#deploys', 'waiting']])
})
