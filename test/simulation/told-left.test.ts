import { expect, it } from 'vitest'
import { withSlack, type SlackSide } from './slack-stage.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000

type SlackStage = RunningStage & SlackSide

/** A release that was told in #deploys, while the annotation that names #team is not seen yet. */
async function createTold(allowChannel: (channel: string) => boolean = () => true): Promise<SlackStage> {
  const channels = [
    { id: 'C0DEPLOYS', name: 'deploys' },
    { id: 'C0TEAM', name: 'team' },
  ]
  const stage = await withSlack(createRunningStage, { channels, allowChannel, policy: { mode: 'notify' } })
  await stage.release('v2')
  await stage.abort()
  await stage.advance(MINUTE)
  return stage
}

async function move(stage: SlackStage, channel: string): Promise<void> {
  stage.policy = { mode: 'notify', channel }
  await stage.show()
  await stage.advance(MINUTE)
}

const told = (stage: SlackStage): readonly string[] => stage.slack.messages.map(({ channel, text }) => `${channel} ${text}`)

it('a card whose channel is another by now says so where it was, without a word, and nothing that will not be so later', async () => {
  await using stage = await createTold()
  await move(stage, '#team')
  stage.web.retry()
  await stage.show()
  stage.web.healthy('v2')
  await stage.show()
  await stage.advance(MINUTE)
  expect(told(stage)).toEqual([
    'C0DEPLOYS ℹ️ shop/web: web:v2 is told in another channel',
    expect.stringMatching(/^C0TEAM ✅ .*made it after all$/),
    expect.stringMatching(/^C0TEAM It is being tried again/),
    'C0TEAM Its version serves, as Git asks.',
  ])
  expect(JSON.stringify(stage.slack.messages[0]?.attachments)).not.toMatch(/team|went back|kedge\.on-it/)
  expect(stage.ledger.pendingEffects()).toEqual([])
})

it('where the policy comes back to it, it is the release’s card again, and says so', async () => {
  await using stage = await createTold()
  await move(stage, '#team')
  await move(stage, '#deploys')
  expect(told(stage)).toEqual([
    expect.stringMatching(/^C0DEPLOYS ❌ .*the cluster went back/),
    'C0TEAM ℹ️ shop/web: web:v2 is told in another channel',
    expect.stringMatching(/^C0DEPLOYS No revert PR/),
  ])
})

it.each([
  ['is archived', (stage: SlackStage) => Object.assign(stage.slack.workspace.channels[0] ?? {}, { isArchived: true })],
  ['has lost the message', (stage: SlackStage) => stage.slack.messages.splice(0, 1)],
])('a channel of before that %s gets nothing, holds nothing up, and waits for nobody', async (_, happens) => {
  await using stage = await createTold()
  happens(stage)
  await move(stage, '#team')
  expect(told(stage).filter((text) => text.startsWith('C0TEAM'))).toHaveLength(1)
  expect(told(stage).filter((text) => text.includes('another channel'))).toEqual([])
  expect(stage.ledger.pendingEffects()).toEqual([])
})

it.each(['C0DEPLOYS', 'slack:#deploys'])('a channel that is named %s from now on is the same one, and is not left', async (channel) => {
  await using stage = await createTold()
  // What is tried again comes last, and what comes last is read.
  stage.slack.faults.inject({ path: /chat\.update/, fault: { kind: 'status', status: 500 } })
  await move(stage, channel)
  expect(told(stage)).toEqual([expect.stringMatching(/^C0DEPLOYS ❌ .*the cluster went back/)])
  expect(stage.ledger.pendingEffects()).toEqual([])
})

it('a card that waits and goes where the policy says by then leaves where it was, though nobody looked in between', async () => {
  await using stage = await createTold()
  stage.slack.limitRate(20)
  stage.web.retry()
  await stage.show()
  await stage.advance(1_000)
  stage.policy = { mode: 'notify', channel: '#team' }
  await stage.advance(MINUTE)
  expect(told(stage)).toEqual([
    'C0DEPLOYS ℹ️ shop/web: web:v2 is told in another channel',
    expect.stringMatching(/^C0TEAM ⏳ .*is being tried again$/),
  ])
})

it('who is only observed by now leaves nothing', async () => {
  await using stage = await createTold()
  const before = told(stage)
  stage.slack.limitRate(20, 2)
  stage.policy = { mode: 'notify', channel: '#team' }
  await stage.show()
  stage.policy = { mode: 'observe', channel: '#team' }
  await stage.advance(5 * MINUTE)
  expect([told(stage), stage.ledger.pendingEffects()]).toEqual([before, []])
})

it('a channel of before that is not allowed any more keeps what it has', async () => {
  const allowed = new Set(['#deploys', '#team'])
  await using stage = await createTold((channel) => allowed.has(channel))
  allowed.delete('#deploys')
  await move(stage, '#team')
  expect(told(stage)).toEqual([expect.stringMatching(/^C0DEPLOYS ❌ /), expect.stringMatching(/^C0TEAM ❌ /)])
  expect(stage.ledger.pendingEffects()).toEqual([])
})
