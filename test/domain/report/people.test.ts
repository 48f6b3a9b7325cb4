import { expect, it } from 'vitest'
import type { Attempt, Release } from '../../../src/domain/release/release.ts'
import { peopleLines, peopleOf, whoWords } from '../../../src/domain/report/people.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'

const NOTHING = { revert: null, quarantine: null, storm: null }
const BARE = { sourcePr: null, applied: null, author: null, attempts: [] } as unknown as Release

const attempt = (cause: Attempt['cause'], abortedAt: string | null = '2026-03-01T00:00:00Z') => ({ cause, abortedAt }) as Attempt

it('what nobody has told is not known, and what nobody has done is left out', () => {
  expect(peopleLines(peopleOf(BARE, NOTHING))).toEqual([
    { label: 'Wrote the commit', value: 'not known' },
    { label: 'Opened its PR', value: 'not known' },
    { label: 'Approved it', value: 'not known' },
    { label: 'Merged it', value: 'not known' },
    { label: 'Started the sync', value: 'not known' },
  ])
})

it('a pull request that nobody approved says so', () => {
  const sourcePr = { number: 1, url: '', author: 'ada', approvers: [], mergedBy: 'ada' }
  expect(whoWords(peopleOf({ ...BARE, sourcePr }, NOTHING).approvers)).toBe('nobody')
  const unread = 'who approved may not be read: 403'
  expect(peopleOf({ ...BARE, sourcePr: { ...sourcePr, unread } }, NOTHING)).toMatchObject({ approvers: null, notes: [unread] })
})

it.each([
  [[], ''],
  [[attempt('stuck', null)], ''],
  [[attempt('analysis-failed')], 'Argo Rollouts'],
  [[attempt('progress-deadline')], 'Argo Rollouts'],
  // Argo Rollouts keeps no name of who did.
  [[attempt('human-abort')], null],
  [[attempt('unknown')], null],
  [[attempt('analysis-failed'), attempt('human-abort')], null],
])('aborts %j were by %j', (attempts, expected) => {
  expect(peopleOf({ ...BARE, attempts }, NOTHING).abortedBy).toBe(expected)
})

it('a merged revert of before this was asked has people who are not known', () => {
  const revert = { outcome: 'merged' } as Revert
  expect(peopleOf(BARE, { ...NOTHING, revert })).toMatchObject({ revertApprovers: null, revertMergedBy: null })
})

it('who adopted, was on it, snoozed, lifted and released are named', () => {
  const said = { by: 'grace', user: 'U1', channel: '#x', at: 1 }
  const release = { ...BARE, adoptedBy: 'ada', onIt: said, snooze: { ...said, by: 'linus', until: 2, pullRequest: null } }
  const people = peopleOf(release, { revert: null, quarantine: { liftedBy: 'alan' }, storm: { releasedBy: 'edsger' } })
  expect(people).toMatchObject({ adoptedBy: 'ada', onItBy: 'grace', snoozedBy: 'linus', liftedBy: 'alan', stormReleasedBy: 'edsger' })
})
