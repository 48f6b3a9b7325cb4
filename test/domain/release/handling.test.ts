import { describe, expect, it } from 'vitest'
import { newestPullRequest, snoozedUntil } from '../../../src/domain/release/handling.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'

const MINUTE = 60_000
const UNTIL = 60 * MINUTE
const STATES = ['open', 'closing', 'ended'] as const

function until(
  revert: Partial<Revert> | undefined,
  { pullRequest = null, now = MINUTE }: { pullRequest?: number | null; now?: number } = {},
) {
  const snooze = { by: 'ada', user: 'U1', channel: '#deploys', at: 0, until: UNTIL, pullRequest }
  return snoozedUntil(aRelease({ key: 'r1', snooze }), revert && aRevert({ key: 'v1', ...revert }), now)
}

describe('a snooze', () => {
  it('holds until its time, and not at it', () => {
    expect([until(undefined), until(undefined, { now: UNTIL - 1 }), until(undefined, { now: UNTIL })]).toEqual([UNTIL, UNTIL, undefined])
  })

  it('holds while no PR is opened', () => {
    expect(until({ state: 'planned', pullRequest: null })).toBe(UNTIL)
  })

  it.each(STATES)('that a PR has ended does not begin again when the PR is %s', (state) => {
    expect(until({ state })).toBeUndefined()
  })

  it.each(STATES)('that was said when there was a PR holds while that is %s', (state) => {
    expect(until({ state }, { pullRequest: 7 })).toBe(UNTIL)
  })

  it('does not begin again when the PR that has ended it makes place for another', () => {
    expect(until({ state: 'planned', pullRequest: null, formerPullRequests: [7] })).toBeUndefined()
  })

  it('is over with the second PR, where the first was there', () => {
    const between = aRevert({ key: 'v1', state: 'planned', pullRequest: null, formerPullRequests: [7] })
    const pullRequest = newestPullRequest(between)
    expect(until(between, { pullRequest })).toBe(UNTIL)
    expect(
      until({ pullRequest: { number: 8, url: 'https://github.com/acme/shop/pull/8' }, formerPullRequests: [7] }, { pullRequest }),
    ).toBeUndefined()
  })
})
