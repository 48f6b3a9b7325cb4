import { expect, it } from 'vitest'
import type { Release } from '../../../src/domain/release/release.ts'
import { asksForPr, beginsAt, countAsking, countRollouts, failedAt, isWithin } from '../../../src/domain/storm/members.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../release/a-look.ts'

const NOW = 100_000
const LIMITS = { holdFrom: 3, withinMs: 5_000 }
const of = (uid: string, policy: Partial<Release['policy']> | undefined = { mode: 'pr' }): Release =>
  aRelease({ key: uid, uid, ...(policy && { policy: { mode: 'pr', channel: null, mutedUntil: null, ...policy } }) })

it('two make a storm of one commit or metric, and as many as the admin says of one cluster', () => {
  expect([beginsAt('metric', LIMITS), beginsAt('commit', LIMITS), beginsAt('cluster', LIMITS)]).toEqual([2, 2, 3])
  expect(beginsAt('metric', { ...LIMITS, holdFrom: 1 })).toBe(1)
})

it('a release failed when its newest attempt was seen, or where it has none, when it began', () => {
  expect(failedAt(aRelease({ key: 'r', attempts: [anAttempt({ seenAt: 5 }), anAttempt({ seenAt: 7 })] }))).toBe(7)
  expect(failedAt(aRelease({ key: 'r', startedAt: 3 }))).toBe(3)
})

it.each([
  [true, [NOW - 5_000]],
  [true, [NOW + 5_000]],
  [true, [1, NOW, 9_999_999]],
  [false, [NOW - 5_001, NOW + 5_001]],
  [false, []],
])('a failure is close to others: %s of %j', (isSo, others) => {
  expect(isWithin(NOW, others, LIMITS)).toBe(isSo)
})

it('Rollouts are counted, each once, and those that ask for a PR and are not muted', () => {
  expect(countRollouts([of('a'), of('a'), of('b'), { ...of('a'), cluster: 'west' }])).toBe(3)
  expect([of('a'), of('b', { mode: 'notify' }), aRelease({ key: 'old' })].map(asksForPr)).toEqual([true, false, false])
  const muted = [of('a'), of('b', { mutedUntil: NOW }), of('c', { mutedUntil: NOW + 1 }), of('d', { mode: 'observe' })]
  expect(countAsking(muted, NOW)).toBe(2)
})
