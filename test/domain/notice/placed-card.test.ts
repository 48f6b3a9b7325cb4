import { expect, test } from 'vitest'
import { addressed, placeAt, placeCard, placeIn, type PlacedCard } from '../../../src/domain/notice/placed-card.ts'

const KEY = 'prod|uid|hash|2'
const at = (timestamp: string) => ({ channel: 'C1', timestamp })

test('a card of 0.1.0 that names no channel is the card of whatever channel is asked for', () => {
  const old: PlacedCard = { releaseKey: KEY, ref: at('1'), contentHash: 'a' }
  expect(placeIn(old, '#deploys')).toEqual({ ref: at('1'), contentHash: 'a' })
})

test('a card of 0.1.0 is found where the channel says that it is, by the name that the channel has for that', () => {
  const old: PlacedCard = { releaseKey: KEY, ref: at('1'), contentHash: 'a' }
  expect(placeAt(old, at('1'))).toEqual({ channel: 'C1', ref: at('1'), contentHash: 'a' })
  expect([placeAt(old, at('2')), placeAt(old, { ...at('1'), channel: 'C2' })]).toEqual([undefined, undefined])
})

test('another channel has a card of its own, and the first one is found again when the policy goes back to it', () => {
  const first = addressed(placeCard(undefined, KEY, '#deploys', { ref: null, contentHash: 'a' }), '#deploys', { ref: at('1'), said: 'so' })
  expect(placeIn(first, '#releases')).toBeUndefined()
  const second = placeCard(first, KEY, '#releases', { ref: null, contentHash: 'b' })
  expect(placeIn(second, '#deploys')).toMatchObject({ ref: at('1'), contentHash: 'a' })
  const back = placeCard(second, KEY, 'deploys', { ref: at('1'), contentHash: 'c' })
  expect([back.channel, back.ref, back.elsewhere]).toEqual(['deploys', at('1'), [{ channel: '#releases', ref: null, contentHash: 'b' }]])
})

test('an answer that comes late goes to the channel that gave it', () => {
  const moved = placeCard(placeCard(undefined, KEY, 'a', { ref: null, contentHash: 'a' }), KEY, 'b', { ref: null, contentHash: 'b' })
  const answered = addressed(moved, 'a', { ref: at('7'), said: 'so' })
  expect([placeIn(answered, 'a')?.ref, placeIn(answered, 'b')?.ref]).toEqual([at('7'), null])
  expect([placeIn(answered, 'a')?.said, placeIn(answered, 'b')?.said]).toEqual(['so', undefined])
})
