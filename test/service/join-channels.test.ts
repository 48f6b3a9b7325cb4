import { expect, test } from 'vitest'
import { createMemoryChannel } from '../../src/adapters/channels/memory/channel.ts'
import type { Card } from '../../src/domain/notice/card.ts'
import { joinChannels } from '../../src/service/join-channels.ts'

const card: Card = { key: 'k', tone: 'bad', title: 'Split', fields: [], evidence: [], outcome: '', links: [] }
const ask = (channel: string) => ({ channel, card, ref: undefined, thread: undefined })

test('an address goes to the channel that it names, one without a name to the first, and one that names none is refused', async () => {
  const [first, ops] = [createMemoryChannel(), createMemoryChannel()]
  const joined = joinChannels([
    { name: 'slack', channel: first },
    { name: 'ops', channel: ops },
  ])
  await joined?.publish(ask('#deploys'))
  await joined?.publish(ask('ops:#night'))
  expect([first, ops].map((one) => one.cards().map(({ ref }) => ref.channel))).toEqual([['#deploys'], ['#night']])
  await expect(joined?.publish(ask('opps:#night'))).rejects.toMatchObject({ code: 'E_NOTIFIER_CHANNEL_NOT_ALLOWED' })
})
