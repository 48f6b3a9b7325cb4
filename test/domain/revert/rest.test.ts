import { expect, it } from 'vitest'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import { restOfRevert } from '../../../src/domain/revert/rest.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { aRevert } from '../../contract/ledger-documents.ts'

const NOW = 10_000_000
const SECOND = 1_000
const MINUTE = 60 * SECOND
const takenBack = '1'.repeat(40) as CommitSha
/** Pushed, and taken back a second ago. */
const withdrawn = (fields: Partial<Revert> = {}): Revert =>
  aRevert({ key: 'k', state: 'ended', outcome: 'withdrawn', endedAt: NOW - SECOND, ...fields })
const answered = { takenBack, takenBackFor: { detail: 'no' } as never }

it.each<[string, Revert | undefined, number]>([
  ['not where there is none', undefined, 0],
  ['not while it is open', aRevert({ key: 'k' }), 0],
  ['not where people ended it', withdrawn({ outcome: 'declined' }), 0],
  ['not where it was closed for good', withdrawn({ outcome: 'promoted' }), 0],
  ['for twenty seconds where it was withdrawn', withdrawn(), 19 * SECOND],
  ['for twenty seconds where the world had changed', withdrawn({ outcome: 'superseded' }), 19 * SECOND],
  ['for five minutes where who renders had no answer', withdrawn({ takenBack }), 5 * MINUTE - SECOND],
  ['for twenty seconds where it had one', withdrawn(answered), 19 * SECOND],
  ['for as long the first time', withdrawn({ ...answered, takenBackTimes: 1 }), 19 * SECOND],
  ['for twice as long the second time', withdrawn({ ...answered, takenBackTimes: 2 }), 39 * SECOND],
  ['for eight times as long the fourth time', withdrawn({ ...answered, takenBackTimes: 4 }), 159 * SECOND],
  ['for no more than an hour', withdrawn({ takenBack, takenBackTimes: 90 }), 60 * MINUTE - SECOND],
  ['no more once that is over', withdrawn({ endedAt: NOW - 20 * SECOND }), 0],
  ['no more long after', withdrawn({ endedAt: 1 }), 0],
  ['from this very moment', withdrawn({ endedAt: NOW }), 20 * SECOND],
  ['not where the clock was set back', withdrawn({ endedAt: NOW + 1 }), 0],
  ['not where nobody knows when it ended', withdrawn({ endedAt: null }), 0],
])('a revert rests %s', (_, revert, rest) => {
  expect(restOfRevert(revert, NOW)).toBe(rest)
})
