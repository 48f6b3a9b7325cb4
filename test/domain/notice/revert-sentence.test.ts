import { describe, expect, it } from 'vitest'
import type { Burn } from '../../../src/domain/alert/alert.ts'
import { beingOpened, revertSentence } from '../../../src/domain/notice/revert-sentence.ts'
import type { KeptWish, Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { anAttempt, AT, burning, FLAGS } from '../an-attempt.ts'

const failed = (fields: Partial<Release> = {}): Release => aRelease({ key: 'k', attempts: [anAttempt()], ...fields })
const ended = (outcome: Release['outcome'], fields: Partial<Release> = {}): Release => failed({ state: 'ended', outcome, ...fields })
const experiment = (fields: Partial<Release> = {}): Release => failed({ rollout: 'experiment:web-ab', serving: 'unknown', ...fields })
const open = (fields: Partial<Revert> = {}): Revert => aRevert({ key: 'v', ...fields })
const over = (outcome: Revert['outcome'], fields: Partial<Revert> = {}): Revert => open({ state: 'ended', outcome, ...fields })
const decision = { action: 'notify', reason: 'It was merged, and no sync has applied it in time.', checks: [], at: AT }
const wish: KeptWish = { state: 'waiting-for-sync', revisions: [], podTemplateHash: null, images: [] }

describe('an open PR', () => {
  const next = (sentence: string) => `PR #7 reverts it, with proof. ${sentence}`
  it.each<[string, Release, Partial<Revert>?]>([
    [next('Look at it and merge it: until then the failed version can come back.'), failed()],
    [next('Look at it and merge it: until then a sync can bring the version that was undone back.'), failed({ cause: 'undone' })],
    [
      next(
        'Look at it and merge it: it takes the failed Experiment out of Git, or back to what it was there before. No Rollout changes by ' +
          'it, and Argo CD takes the object itself away only where it prunes.',
      ),
      experiment(),
    ],
    ['PR #7 stays open while the release is tried again. Do not merge it before that has ended.', failed({ state: 'rolling' })],
    ['PR #7 stays open while Git asks for this version.', ended('superseded')],
    ['PR #7 stays open while Git asks for the failed Experiment.', { ...experiment(), state: 'ended', outcome: 'superseded' }],
    ['PR #7 is not needed any more.', ended('restored')],
    [
      'PR #7 was turned to the branch develop: merged there, it takes nothing back in main. Turn it to main.',
      failed({ state: 'rolling' }),
      { mergesInto: 'develop' },
    ],
  ])('is told as: %s', (sentence, release, fields) => {
    expect(revertSentence(release, open(fields))).toBe(sentence)
  })

  it.each<[string, Partial<Burn>]>([
    ['Look at it and merge it: the cluster runs what the alert is about, and is rolled back to the version before step by step.', {}],
    ['Look at it and merge it: the flag goes back once Argo CD has synced it, and the version that serves stays as it is.', FLAGS],
    ['The alert does not stand by now, so look at it first. Somebody has silenced it since.', { state: 'silenced' }],
    ['The alert does not stand by now, so look at it first. Another alert inhibits it by now.', { ...FLAGS, state: 'inhibited' }],
  ])('of a release that burns says: %s', (sentence, burn) => {
    expect(revertSentence(burning(burn), open())).toBe(next(sentence))
  })
})

it('a PR that is planned is being opened, or waits for its turn', () => {
  const planned = open({ state: 'planned', pullRequest: null })
  expect(revertSentence(failed(), planned)).toBe('A revert PR is being opened.')
  expect(revertSentence(failed({ state: 'rolling' }), { ...planned, mergesInto: 'x' })).toBe('A revert PR is being opened.')
  expect(beingOpened({ awaitsTurn: true })).toBe(
    'Its revert PR waits for its turn: the forge takes only so much from one account in a minute.',
  )
})

it.each<[string, Release, Revert]>([
  ['PR #7 is being closed: the Rollout is gone.', failed(), open({ state: 'closing', outcome: 'gone' })],
  ['PR #7 is being closed: the Experiment that failed is gone.', experiment(), open({ state: 'closing', outcome: 'gone' })],
  ['PR #7 was closed: the Rollout is gone.', failed(), over('gone')],
  ['PR #7 was closed: the Experiment that failed is gone.', experiment(), over('gone')],
  ['No revert PR was opened: it was no longer right.', failed(), over('withdrawn', { pullRequest: null })],
  [
    'PR #7 is not needed any more: the Rollout is gone. Somebody else has pushed to it, so closing it is left to people.',
    failed(),
    over('gone', { touchedByOthers: true }),
  ],
])('a PR that is closed by Kedge is told with why: %s', (sentence, release, revert) => {
  expect(revertSentence(release, revert)).toBe(sentence)
})

it.each<[string, Release]>([
  [' Git still asks for the failed version.', failed()],
  [' Git still asks for what does not run.', failed({ serving: 'undone' })],
  ['', failed({ serving: 'stuck' })],
  ['', failed({ wish })],
  ['', failed({ wish, serving: 'undone' })],
  ['', failed({ state: 'rolling' })],
  ['', failed({ state: 'rolling', serving: 'undone' })],
])('a No of a person is told with what Git still asks for, as far as it does:%s', (still, release) => {
  expect(revertSentence(release, over('declined'))).toBe(`PR #7 was closed by somebody: declined. Kedge will not open it again.${still}`)
})

describe('a PR that was merged', () => {
  it.each<[string, Release, Partial<Revert>?]>([
    ['PR #7 was merged. Waiting for Argo CD to bring the version before back.', failed()],
    ['PR #7 was merged, and the version before is back.', ended('restored')],
    ['PR #7 was merged, and the flag is back as it was.', burning(FLAGS, { state: 'ended', outcome: 'restored' })],
    ['PR #7 was merged.', burning(FLAGS, { state: 'ended', outcome: 'superseded' }), { mergesInto: 'develop' }],
    [
      'PR #7 was merged into develop, and not into main: it brings nothing back by itself, and Kedge opens no other. Git still asks for ' +
        'the failed version.',
      failed({ decision }),
      { mergesInto: 'develop', toldNotRestored: true },
    ],
    [decision.reason, failed({ decision }), { toldNotRestored: true }],
    ['PR #7 was merged, but the version before is not back in time. See Argo CD.', failed(), { toldNotRestored: true }],
    ['PR #7 was merged. Its sync, and the end of the alert, are waited for.', burning(FLAGS)],
    ['PR #7 was merged, and the version before is back. The alert is waited for.', burning()],
    ['PR #7 was merged. Waiting for Argo CD to bring the version before back.', burning({}, { serving: 'rolling' })],
  ])('is told as: %s', (sentence, release, fields) => {
    expect(revertSentence(release, over('merged', fields))).toBe(sentence)
  })

  it.each<[string, Release, Partial<Revert>?]>([
    [
      'PR #7 was merged: Git asks for the failed Experiment no more. Argo CD takes the object away only where it prunes.',
      experiment({ outcome: 'restored', decision }),
    ],
    ['PR #7 was merged.', experiment({ outcome: 'gone', decision }), { toldNotRestored: true }],
    ['PR #7 was merged. Its sync is waited for.', experiment({ decision })],
    ['PR #7 was merged. Its sync is waited for.', experiment(), { toldNotRestored: true }],
    [decision.reason, experiment({ decision }), { toldNotRestored: true }],
    [
      'PR #7 was merged into develop, and not into main: it brings nothing back by itself, and Kedge opens no other.',
      experiment(),
      { mergesInto: 'develop' },
    ],
  ])('of an Experiment is told as: %s', (sentence, release, fields) => {
    expect(revertSentence(release, over('merged', fields))).toBe(sentence)
  })
})
