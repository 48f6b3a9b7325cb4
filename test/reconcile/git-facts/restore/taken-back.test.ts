import { expect, it } from 'vitest'
import type { CommitSha } from '../../../../src/domain/application/commit.ts'
import type { Revert } from '../../../../src/domain/revert/revert.ts'
import { withTakenBack } from '../../../../src/reconcile/git-facts/restore/taken-back.ts'
import { aRevert } from '../../../contract/ledger-documents.ts'
import { aBranch, files } from '../a-branch.ts'

const NOW = 10_000_000
const ANSWER = { provenBy: 'files', reason: 'No.' } as const
const NOWHERE = 'f'.repeat(40) as CommitSha

/** N, N+1, a revert that was taken back, with another file beside, and the one that is built now. */
const { repository, commits } = await aBranch([
  { 'web.yaml': '1' },
  { 'web.yaml': '2' },
  { 'web.yaml': '1', 'other.yaml': '1' },
  { 'other.yaml': '2' },
])
const [good, bad, before, now] = commits.map(({ sha }) => sha) as [CommitSha, CommitSha, CommitSha, CommitSha]

const told = (fields: Partial<Revert> | undefined, commit = now) =>
  withTakenBack(
    {
      repository,
      revertOf: (key) => (key === 'k' && fields ? aRevert({ key, ...fields }) : undefined),
      clock: { now: () => NOW } as never,
    },
    'k',
    { commit, inputs: files('web.yaml') },
  )

it('the one that was pushed and taken back is told with what was answered', async () => {
  const takenBack = { commit: before, answer: ANSWER, rests: false }
  expect(await told({ takenBack: before, takenBackFor: ANSWER })).toEqual({ commit: now, takenBack })
  expect(await told({ takenBack: good })).toEqual({ commit: now, takenBack: { commit: good, answer: undefined, rests: false } })
})

it('the very same commit is, whether Git has it still or not', async () => {
  expect(await told({ takenBack: NOWHERE }, NOWHERE)).toEqual({
    commit: NOWHERE,
    takenBack: { commit: NOWHERE, answer: undefined, rests: false },
  })
})

it.each<[string, Partial<Revert> | undefined]>([
  ['there was no revert', undefined],
  ['none was taken back', {}],
  ['the one that was makes something else of what is read', { takenBack: bad }],
  ['Git does not have it any more', { takenBack: NOWHERE }],
])('nothing is where %s', async (_, fields) => {
  expect(await told(fields)).toEqual({ commit: now, takenBack: undefined })
})

it.each([
  [19_999, true],
  [20_000, false],
])('%i ms after it was taken back, that it is too early for another push: %s', async (age, rests) => {
  const revert: Partial<Revert> = { state: 'ended', outcome: 'withdrawn', endedAt: NOW - age, takenBack: now, takenBackFor: ANSWER }
  expect(await told(revert)).toEqual({ commit: now, takenBack: { commit: now, answer: ANSWER, rests } })
})
