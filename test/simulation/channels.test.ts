import { expect, it } from 'vitest'
import { createRunningStage } from './stage.ts'

it('nobody is told where the policy names no channel, and nothing waits to be told', async () => {
  await using stage = await createRunningStage({ policy: { mode: 'notify', channel: undefined } })
  await stage.release('v2')
  await stage.abort()
  await stage.advance(60_000)
  expect(stage.failed()).toMatchObject([{ state: 'failed', decision: { action: 'notify' } }])
  expect([stage.cards(), stage.ledger.pendingEffects()]).toEqual([[], []])
})

it('a policy that names another channel gets a card of its own there, which is brought up to date from then on', async () => {
  await using stage = await createRunningStage({ policy: { channel: '#deploys' } })
  await stage.release('v2')
  await stage.abort()
  stage.policy = { channel: '#releases' }
  stage.web.retry()
  await stage.show()
  await stage.advance(10_000)
  await stage.abort()
  expect(stage.cards().map(({ ref }) => ref.channel)).toEqual(['#deploys', '#releases'])
  stage.policy = { channel: '#deploys' }
  stage.web.healthy('v2')
  await stage.show()
  await stage.advance(60_000)
  expect(stage.cards().map(({ ref, card }) => [ref.channel, card.tone])).toEqual([
    ['#deploys', 'good'],
    ['#releases', expect.not.stringMatching('good')],
  ])
})
