import { expect, test } from 'vitest'
import {
  addressed,
  isHushed,
  newsOf,
  placeAt,
  placeBeside,
  placeCard,
  placeIn,
  type PlacedCard,
} from '../../../src/domain/notice/placed-card.ts'

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

const place = (letter: string) => ({ ref: at(letter), contentHash: letter })
const one: PlacedCard = { releaseKey: KEY, channel: 'a', ...place('a') }
const both: PlacedCard = { ...one, elsewhere: [{ channel: 'b', ...place('b') }] }

test('a channel that was never told has no card', () => {
  expect([placeIn(undefined, 'a'), placeIn(one, 'b'), placeIn(both, 'c')]).toEqual([undefined, undefined, undefined])
})

test('a card that is changed in its own channel stays the one of it alone', () => {
  const { channel: _, ...old } = one
  expect([placeCard(one, KEY, '#a', place('x')), placeCard(old, KEY, 'a', place('x'))]).toEqual([
    { releaseKey: KEY, channel: '#a', ...place('x') },
    { releaseKey: KEY, channel: 'a', ...place('x') },
  ])
})

test('a channel that is told besides leaves the one that is told now', () => {
  expect(placeBeside(one, KEY, 'b', place('b'))).toEqual(both)
  expect(placeBeside(both, KEY, '#b', place('x'))).toEqual({ ...one, elsewhere: [{ channel: '#b', ...place('x') }] })
  expect(placeBeside({ ...both, elsewhere: [{ channel: 'c', ...place('c') }] }, KEY, 'b', place('b')).elsewhere).toEqual([
    { channel: 'c', ...place('c') },
    { channel: 'b', ...place('b') },
  ])
})

test('told besides where it is told now, or nowhere yet, it is the one that is told now', () => {
  const { channel: _, ...old } = one
  expect(placeBeside(undefined, KEY, 'a', place('a'))).toEqual(one)
  expect(placeBeside(one, KEY, '#a', place('x'))).toEqual({ releaseKey: KEY, channel: '#a', ...place('x') })
  expect(placeBeside(old, KEY, 'a', place('x'))).toEqual({ releaseKey: KEY, channel: 'a', ...place('x') })
})

test('a place keeps what was said, that something was hushed or is not sure, and whose storm it is, and else nothing', () => {
  const whole = { ...place('x'), said: '', hushed: true as const, unsure: true as const, storm: { key: 's', isLast: false } }
  expect(placeIn(placeCard(undefined, KEY, 'a', whole), 'a')).toEqual(whole)
  expect(placeCard(undefined, KEY, 'a', place('x'))).toStrictEqual({ releaseKey: KEY, channel: 'a', ...place('x') })
})

test('what is told in a channel ends what was hushed there, and there alone', () => {
  const hushed = { ...one, hushed: true as const, elsewhere: [{ channel: 'b', ...place('b'), hushed: true as const }] }
  expect(addressed(hushed, 'a', { ref: at('7') })).toStrictEqual({ ...one, ref: at('7'), elsewhere: hushed.elsewhere })
  expect(addressed(hushed, 'b', { ref: at('7') })).toStrictEqual({
    ...one,
    hushed: true,
    elsewhere: [{ channel: 'b', ref: at('7'), contentHash: 'b' }],
  })
  expect(addressed(one, 'b', { ref: at('7') })).toStrictEqual(one)
  const { channel: _, ...old } = one
  expect(addressed(old, 'b', { ref: at('7') })).toStrictEqual({ ...old, ref: at('7') })
})

test('what is told in a channel is known there, whatever was not sure', () => {
  expect(addressed({ ...one, unsure: true }, 'a', { ref: at('7'), said: 'x' })).toStrictEqual({ ...one, ref: at('7'), said: 'x' })
})

test('a card is hushed where it is so in any channel', () => {
  const beside = (...hushed: boolean[]) => ({
    ...one,
    elsewhere: hushed.map((is, index) => ({ channel: `c${index}`, ...place('c'), ...(is && { hushed: true as const }) })),
  })
  expect([isHushed(one), isHushed(beside(false)), isHushed(beside(false, true)), isHushed({ ...one, hushed: true })]).toEqual([
    false,
    false,
    true,
    true,
  ])
})

test('what a card has to say is its outcome, and of a storm that without what grows from minute to minute', () => {
  expect(newsOf({ outcome: 'PR #7 is open.' })).toBe('PR #7 is open.')
  expect(newsOf({ outcome: 'a, b: Failed.', gist: { title: '2 Rollouts failed', outcome: 'Failed.' } })).toBe('Failed.')
})
