import { expect, it } from 'vitest'
import { createSlackChannel } from '../../../../src/adapters/channels/slack/channel.ts'
import type { CardRef } from '../../../../src/domain/notice/card.ts'
import { createSystemClock } from '../../../../src/simulator/clock.ts'
import { startSlack, type SlackOptions } from '../../../../src/simulator/slack.ts'
import type { SlackChannel } from '../../../../src/simulator/slack/workspace.ts'
import { cardTitled } from '../../../contract/channel.ts'

const limited = { kind: 'status', status: 429, headers: { 'retry-after': '20' } } as const

const deploys = (): SlackChannel => ({ id: 'C0DEPLOYS', name: 'deploys' })

/** A workspace whose channels can be changed, and Kedge's side of it, which knows channels by name. */
async function openWorkspace(channels: SlackChannel[], options: Partial<SlackOptions> = {}) {
  const clock = createSystemClock()
  const slack = await startSlack({ clock, token: 'xoxb-1', channels, ...options })
  const open = () => createSlackChannel({ token: 'xoxb-1', apiUrl: slack.apiUrl, allowChannel: () => true, now: () => clock.now() })
  const kedge = { channel: open() }
  const publish = (
    title: string,
    { channel = '#deploys', ref, thread }: { channel?: string; ref?: CardRef | undefined; thread?: string } = {},
  ) => kedge.channel.publish({ channel, card: cardTitled(title), ref, thread })
  const asked = (method: string) => slack.calls.filter((call) => call.method === method)
  return { slack, publish, asked, restart: () => (kedge.channel = open()), [Symbol.asyncDispose]: () => slack.stop() }
}

it('a post by name whose answer was lost leaves one message', async () => {
  await using at = await openWorkspace([deploys()])
  at.slack.faults.inject({ path: /chat\.postMessage$/, fault: { kind: 'drop-after' } })
  await expect(at.publish('Split')).rejects.toMatchObject({ retryable: true })
  const ref = await at.publish('Split')
  expect(at.slack.messages).toMatchObject([{ ts: ref?.timestamp }])
})

it('a card is looked for before it is posted, even by a Kedge that knows of none', async () => {
  await using at = await openWorkspace([deploys()])
  const ref = await at.publish('Split')
  at.restart()
  expect(await at.publish('Restored')).toEqual(ref)
  expect(at.slack.messages.map(({ text }) => text)).toEqual(['❌ Restored'])
})

it('the name of a channel is resolved to its id once', async () => {
  await using at = await openWorkspace([deploys()])
  await Promise.all(['a', 'b', 'c'].map((title) => at.publish(title)))
  await at.publish('d')
  expect(at.asked('conversations.list')).toHaveLength(1)
  expect(at.asked('conversations.history').every(({ args, ok }) => ok && args['channel'] === 'C0DEPLOYS')).toBe(true)
})

it('a private channel is resolved too, and where private ones cannot be listed the public ones are', async () => {
  await using at = await openWorkspace([{ id: 'C0SECRET', name: 'secret', isPrivate: true }])
  expect(await at.publish('Split', { channel: 'secret' })).toMatchObject({ channel: 'C0SECRET' })
})

it('who may not list channels is posted for all the same', async () => {
  await using at = await openWorkspace([deploys()], { scopes: ['chat:write'] })
  expect(await at.publish('Split')).toMatchObject({ channel: 'C0DEPLOYS' })
})

it('while Slack does not list channels, they are posted to by name, and the list is left alone', async () => {
  await using at = await openWorkspace([deploys(), { id: 'C0OTHER', name: 'other' }])
  at.slack.faults.inject({ path: /conversations\.list$/, fault: limited })
  expect(await at.publish('Split')).toMatchObject({ channel: 'C0DEPLOYS' })
  expect(await at.publish('Split', { channel: '#other' })).toMatchObject({ channel: 'C0OTHER' })
  // What a fault has met is not among the calls: nobody has asked again.
  expect(at.asked('conversations.list')).toEqual([])
})

it('a name that no channel has is not looked up at every try', async () => {
  await using at = await openWorkspace([deploys()])
  for (const title of ['a', 'b', 'c']) {
    await expect(at.publish(title, { channel: '#depolys' })).rejects.toMatchObject({ code: 'E_NOTIFIER_REJECTED' })
  }
  expect(at.asked('conversations.list')).toHaveLength(1)
})

it('a list that is too long for one look is gone on with at the next', async () => {
  const many = Array.from({ length: 20_500 }, (_, count) => ({ id: `C0${count}`, name: `team-${count}` }))
  await using at = await openWorkspace(many)
  for (const count of [20_100, 20_200])
    expect(await at.publish('Split', { channel: `#team-${count}` })).toMatchObject({ channel: `C0${count}` })
  const cursors = at.asked('conversations.list').map(({ args }) => Number(args['cursor'] ?? 0))
  expect(cursors).toEqual(Array.from({ length: 21 }, (_, page) => page * 1_000))
  expect(at.asked('conversations.history').map(({ args }) => args['channel'])).toEqual(['C020200'])
})

it('a refusal that is not about the channel forgets no id', async () => {
  await using at = await openWorkspace([deploys()])
  const ref = await at.publish('Split')
  at.slack.faults.inject({ path: /chat\.update$/, fault: limited })
  await expect(at.publish('Split')).rejects.toMatchObject({ code: 'E_NOTIFIER_RATE_LIMITED' })
  expect(await at.publish('Restored')).toEqual(ref)
  expect(at.asked('conversations.list')).toHaveLength(1)
})

it.each<[string, (channels: SlackChannel[]) => void]>([
  ['archived, and another one has its name', ([old]) => Object.assign(old ?? {}, { name: 'deploys-old', isArchived: true })],
  ['left, and another one has its name', ([old]) => Object.assign(old ?? {}, { name: 'deploys-old', isForeign: true })],
  ['deleted, and made anew', (channels) => void channels.shift()],
])('a card whose channel was %s is posted anew there, without a reply that says it twice', async (_, happens) => {
  const channels = [deploys()]
  await using at = await openWorkspace(channels)
  const ref = await at.publish('Split')
  happens(channels)
  channels.push({ id: 'C0NEW', name: 'deploys' })
  const moved = await at.publish('Restored', { ref, thread: 'Restored.' })
  expect(moved).toMatchObject({ channel: 'C0NEW' })
  expect(at.slack.messages.filter(({ channel }) => channel === 'C0NEW').map(({ text }) => text)).toEqual(['❌ Restored'])
  expect(await at.publish('Done', { ref: moved })).toEqual(moved)
})

it.each<[string, Partial<SlackChannel>]>([
  ['is_archived', { isArchived: true }],
  ['not_in_channel', { isForeign: true }],
  ['channel_not_found', { name: 'other' }],
])('a channel that is mended in place after %s gets the card', async (code, state) => {
  const channel = { ...deploys(), ...state }
  await using at = await openWorkspace([channel])
  await expect(at.publish('Split')).rejects.toMatchObject({ code: 'E_NOTIFIER_REJECTED', message: expect.stringContaining(code) })
  Object.assign(channel, { isArchived: false, isForeign: false, name: 'deploys' })
  await at.publish('Split')
  expect(at.slack.messages).toHaveLength(1)
})

it.each(['token_expired', 'token_revoked', 'account_inactive'] as const)(
  'a token that Slack answers with %s is a matter of its owner',
  async (refusal) => {
    await using at = await openWorkspace([deploys()])
    at.slack.replaceToken('xoxb-2', refusal)
    await expect(at.publish('Split')).rejects.toMatchObject({ code: 'E_NOTIFIER_AUTH', message: expect.stringContaining(refusal) })
  },
)
