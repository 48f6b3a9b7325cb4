import { expect, test } from 'vitest'
import { createMemoryChannel } from '../../src/adapters/channels/memory/channel.ts'
import type { Card } from '../../src/domain/notice/card.ts'
import { joinChannels } from '../../src/service/join-channels.ts'

const card: Card = { key: 'k', tone: 'bad', title: 'Split', fields: [], evidence: [], outcome: '', links: [] }
const ask = (channel: string) => ({ channel, card, ref: undefined, thread: undefined })

test('an address goes to the channel that it names, one without a name to the first, and one that names none is refused', async () => {
  const [first, ops, audit] = [createMemoryChannel(), createMemoryChannel(), createMemoryChannel()]
  const joined = joinChannels([
    { name: 'slack', hasOnePlace: false, channel: first },
    { name: 'ops', hasOnePlace: false, channel: ops },
    { name: 'audit', hasOnePlace: true, channel: audit },
  ])
  await joined?.publish(ask('#deploys'))
  await joined?.publish(ask('ops:#night'))
  for (const address of ['audit', '#audit']) await joined?.publish(ask(address))
  expect([first, ops, audit].map((one) => one.cards().map(({ ref }) => ref.channel))).toEqual([
    ['#deploys', '#audit'],
    ['#night'],
    ['audit'],
  ])
  expect(['#deploys', 'ops:#night', 'audit'].map((address) => joined?.sideOf?.(address))).toEqual(['slack', 'ops', 'audit'])
  await expect(joined?.publish(ask('opps:#night'))).rejects.toMatchObject({ code: 'E_NOTIFIER_CHANNEL_NOT_ALLOWED' })
})
