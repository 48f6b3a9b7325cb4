import { expect, it } from 'vitest'
import { createMemoryChannel } from '../../../src/adapters/channels/memory/channel.ts'
import type { PlacedCard } from '../../../src/domain/notice/placed-card.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { CardAnswer } from '../../../src/ports/interaction.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import { createJournal } from '../../../src/reconcile/environment.ts'
import { answerCard, answerTo, type AnswerResult } from '../../../src/reconcile/record/answer.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../../domain/an-attempt.ts'
import { aStorm } from '../../domain/notice/a-storm.ts'
import { anEnvironment, known, NOW, TOLD_IN_C } from '../an-environment.ts'

const PLACE = { channel: 'C0', timestamp: '1' }
const ON_IT: CardAnswer = { card: 'r', ref: PLACE, says: { type: 'on-it' }, by: 'Ada', user: 'U1' }
const SNOOZE: CardAnswer = { ...ON_IT, says: { type: 'snooze', minutes: 30 } }
const SAID = { by: 'Ada', user: 'U1', channel: 'C', at: NOW }

const release = (key: string, fields: Partial<Release> = {}) =>
  known('release', aRelease({ key, rollout: key, uid: key, attempts: [anAttempt()], policy: TOLD_IN_C, ...fields }))
const card = (fields: Partial<PlacedCard> = {}): LedgerEntry => ({
  kind: 'card',
  key: 'r',
  event: 'card-changed',
  document: { releaseKey: 'r', channel: 'C', ref: PLACE, contentHash: 'before', ...fields },
})
const channel = { ...createMemoryChannel(), sideOf: (name: string) => `side of ${name}` }

async function answered(answer: CardAnswer, documents: readonly LedgerEntry[], side = 'side of C') {
  const place = await anEnvironment(documents, { channel })
  const before = answerTo(place.environment, answer, side)
  const { result, releases } = await answerCard(place.environment, place.journal, { answer, side })
  expect(before).toBe(result)
  return { ...place, result, releases: releases.map(({ key }) => key) }
}

it.each<{ what: string; answer?: Partial<CardAnswer>; documents: readonly LedgerEntry[]; side?: string; result: AnswerResult }>([
  { what: 'where it stands', documents: [release('r'), card()], result: 'answered' },
  { what: 'of a release that nobody knows', documents: [card()], result: 'absent' },
  { what: 'that nobody knows', documents: [release('r')], result: 'absent' },
  { what: 'elsewhere', answer: { ref: { ...PLACE, timestamp: '2' } }, documents: [release('r'), card()], result: 'absent' },
  { what: 'of another side', documents: [release('r'), card()], side: 'side of D', result: 'absent' },
  { what: 'of what has ended', documents: [release('r', { state: 'ended', endedAt: 1 }), card()], result: 'over' },
])('an answer to a card $what: $result', async ({ answer, documents, side, result }) => {
  const { ledger, releases, ...found } = await answered({ ...ON_IT, ...answer }, documents, side)
  expect(found.result).toBe(result)
  expect(releases).toEqual(result === 'answered' ? ['r'] : [])
  expect(ledger.read('release', 'r')?.onIt).toEqual(result === 'answered' ? SAID : undefined)
})

it('a channel with one side takes the answers of every side', async () => {
  const { environment } = await anEnvironment([release('r'), card()], { channel: createMemoryChannel() })
  expect(answerTo(environment, ON_IT, 'any')).toBe('answered')
  expect(answerTo({ ...environment, channel: undefined }, ON_IT, 'any')).toBe('answered')
})

it('the card says who is on it', async () => {
  const { ledger } = await answered(ON_IT, [release('r'), card()])
  const [effect] = ledger.pendingEffects()
  expect(JSON.stringify(effect?.action)).toContain('Ada')
})

it.each<{ what: string; onIt: Release['onIt']; says: CardAnswer['says']; isNews: boolean }>([
  { what: 'the same person says that again', onIt: { ...SAID, at: 1 }, says: { type: 'on-it' }, isNews: false },
  { what: 'another one of that name does', onIt: { ...SAID, user: 'U2', at: 1 }, says: { type: 'on-it' }, isNews: true },
  { what: 'the same one does by another name', onIt: { ...SAID, by: 'Bob', at: 1 }, says: { type: 'on-it' }, isNews: true },
  { what: 'the same one snoozes it', onIt: { ...SAID, at: 1 }, says: { type: 'snooze', minutes: 5 }, isNews: true },
])('where a person is on it and $what, that is news: $isNews', async ({ onIt, says, isNews }) => {
  const { ledger, result } = await answered({ ...ON_IT, says }, [release('r', { onIt } as Partial<Release>), card()])
  expect(result).toBe('answered')
  expect(ledger.pendingEffects()).toHaveLength(isNews ? 1 : 0)
})

it('a snooze lasts for its minutes, and until a PR is newer than the newest that there is', async () => {
  const revert = known('revert', aRevert({ key: 'v' }))
  const { ledger } = await answered(SNOOZE, [release('r', { revertKey: 'v' }), revert, card()])
  expect(ledger.read('release', 'r')?.snooze).toEqual({ ...SAID, until: NOW + 30 * 60_000, pullRequest: 7 })
})

it('a card of a storm is answered for all of its releases that are told there, and says so', async () => {
  const storm = known('storm', aStorm({ key: 's', state: 'gathering' }))
  const fields = { storm: 's' }
  const documents = [storm, release('r', fields), release('o', fields), release('e', { ...fields, state: 'ended', endedAt: 1 })]
  const { ledger, releases } = await answered(ON_IT, [...documents, card({ storm: { key: 's', isLast: false } })])
  expect(releases).toEqual(['r', 'o'])
  expect([ledger.read('release', 'o')?.onIt, ledger.read('release', 'e')?.onIt]).toEqual([SAID, undefined])
  const told = ledger.pendingEffects().map(({ action }) => JSON.stringify(action))
  expect(told).toHaveLength(1)
  expect(told[0]).toContain('Ada')
})

it('what has ended before its turn came is answered no more', async () => {
  const { environment, ledger } = await anEnvironment([release('r'), card()], { channel })
  const journal = createJournal(ledger)
  const late: typeof journal = {
    commit: async (entries) => {
      await ledger.append([release('r', { state: 'ended', endedAt: 1 })])
      await journal.commit(entries)
    },
  }
  const { result } = await answerCard(environment, late, { answer: ON_IT, side: 'side of C' })
  expect(result).toBe('over')
  expect(ledger.read('release', 'r')?.onIt).toBeUndefined()
})

it('what cannot be said of it any more writes nothing', async () => {
  const { environment, ledger, journal } = await anEnvironment([release('r'), card()], { channel })
  await answerCard({ ...environment, channel: undefined }, journal, { answer: ON_IT, side: 'any' })
  expect(ledger.read('release', 'r')?.onIt).toEqual(SAID)
  expect(ledger.pendingEffects()).toEqual([])
})
