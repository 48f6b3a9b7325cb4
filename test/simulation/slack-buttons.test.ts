import { describe, expect, it } from 'vitest'
import type { SlackMessage } from '../../src/simulator/slack/workspace.ts'
import { createFailedAtSlack, retry, withSlack } from './slack-stage.ts'
import { createStormStage } from './storm-stage.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

describe('who is on it', () => {
  it('is said on the card, in place, without a reply, and is in the ledger with who, when and where', async () => {
    await using stage = await createFailedAtSlack({ names: { U1: 'Ada' } })
    expect(stage.buttons()).toEqual(['kedge.on-it', 'kedge.snooze.60', 'kedge.snooze.240'])
    expect(await stage.press('kedge.on-it')).toBe(200)
    expect(stage.shown()).toEqual([expect.stringContaining('*On it*\\nAda')])
    expect(stage.replies()).toEqual([])
    const records = (await stage.records()).filter(({ event }) => event === 'release-acknowledged')
    expect(records).toMatchObject([{ document: { onIt: { by: 'Ada', user: 'U1', channel: '#deploys', at: stage.clock.now() } } }])
  })

  it('is who said it last; who says it twice says nothing new', async () => {
    await using stage = await createFailedAtSlack()
    await stage.press('kedge.on-it')
    await stage.advance(2_000)
    await stage.press('kedge.on-it')
    await stage.press('kedge.on-it', { id: 'U2', name: 'bob <!channel>' })
    expect(stage.failed()[0]?.onIt?.by).toBe('bob <!channel> (in Slack)')
    expect(stage.shown()[0]).toContain('bob &lt;!channel&gt; (in Slack)')
    expect((await stage.records()).filter(({ event }) => event === 'release-acknowledged')).toHaveLength(2)
  })

  it('holds while it is tried again, and over a restart', async () => {
    await using stage = await createFailedAtSlack()
    await stage.press('kedge.on-it')
    await retry(stage)
    await stage.restart()
    await stage.abort()
    await stage.advance(MINUTE)
    expect(stage.shown()).toEqual([expect.stringContaining('*On it*\\nada (in Slack)')])
  })

  it('cannot be said of what has ended: the card has no button for it, and an old one does nothing', async () => {
    await using stage = await createFailedAtSlack()
    const old = structuredClone(stage.slack.messages[0])
    await retry(stage)
    stage.web.healthy('v2')
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.buttons()).toEqual([])
    expect(await stage.press('kedge.on-it', { id: 'U1', name: 'ada' }, old)).toBe(200)
    expect(stage.releases().some(({ onIt }) => onIt !== undefined)).toBe(false)
  })

  it.each<[string, (message: SlackMessage) => Partial<SlackMessage>]>([
    ['another message', () => ({ ts: '1764626400.000099' })],
    ['another channel', () => ({ channel: 'C0OTHER' })],
    [
      'the card of another release',
      ({ attachments }) => ({ attachments: JSON.parse(JSON.stringify(attachments).replaceAll('|2"', '|9"')) as unknown[] }),
    ],
  ])('is nobody, where the answer comes from %s', async (_what, change) => {
    await using stage = await createFailedAtSlack()
    const [message] = stage.slack.messages
    if (!message) throw new Error('there is no card')
    expect(await stage.press('kedge.on-it', { id: 'U1', name: 'ada' }, { ...message, ...change(message) })).toBe(404)
    expect(stage.failed()[0]?.onIt).toBeUndefined()
  })
})

it('an app whose card it is not says nothing about it', async () => {
  await using stage = await createFailedAtSlack()
  const [message] = stage.slack.messages
  const ref = { channel: message?.channel ?? '', timestamp: message?.ts ?? '' }
  const answer = { card: stage.failed()[0]?.key ?? '', ref, says: { type: 'on-it' } as const, by: 'eve', user: 'U9' }
  expect(await stage.controller.answer(answer, 'ops')).toBe('absent')
  expect(await stage.controller.answer(answer, 'slack')).toBe('answered')
})

describe('a storm', () => {
  async function createStorm() {
    const stage = await withSlack((options) => createStormStage(4, options))
    await stage.release('v2', 'own-commits')
    await stage.abort(stage.all)
    await stage.advance(MINUTE)
    return stage
  }

  it('has one card at Slack, kept up to date in place, and each its own word once a person releases it', async () => {
    await using stage = await createStorm()
    expect(stage.shown()).toEqual([expect.stringContaining('4 Rollouts failed for one cause')])
    const [first] = stage.all
    first?.rollout.retry()
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.shown()).toEqual([expect.stringContaining('1 being tried again')])
    expect(await stage.letGo()).toBe('released')
    await stage.advance(MINUTE)
    expect(stage.shown().length).toBeGreaterThan(1)
    expect(stage.shown()[0]).not.toContain('4 Rollouts failed')
  })

  it('answered on its card is answered for each of its releases', async () => {
    await using stage = await createStorm()
    await stage.press('kedge.on-it')
    expect(stage.shown()).toEqual([expect.stringContaining('*On it*\\nada (in Slack)')])
    expect(stage.failed().map(({ onIt }) => onIt?.by)).toEqual(Array(4).fill('ada (in Slack)'))
    await stage.press('kedge.snooze.60')
    expect(stage.buttons()).toEqual(['kedge.on-it', 'kedge.snooze.0'])
    await stage.advance(HOUR)
    expect(stage.replies()).toHaveLength(1)
    expect(stage.buttons()).toContain('kedge.snooze.60')
  })
})
