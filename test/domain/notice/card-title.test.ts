import { describe, expect, it } from 'vitest'
import { buildCard } from '../../../src/domain/notice/card.ts'
import type { KeptWish, Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { anAttempt, burning, FLAGS } from '../an-attempt.ts'

const title = (release: Release, revert?: Revert): string => buildCard(release, revert, { links: [] }).title
const failed = (fields: Partial<Release> = {}): Release => aRelease({ key: 'k', attempts: [anAttempt()], ...fields })
const ended = (outcome: Release['outcome'], fields: Partial<Release> = {}): Release => failed({ state: 'ended', outcome, ...fields })
const wish = (state: KeptWish['state']): KeptWish => ({ state, revisions: [], podTemplateHash: null, images: [] })
const merged = aRevert({ key: 'v', state: 'ended', outcome: 'merged' })

describe('the title of a release that is open', () => {
  it.each<[string, Release]>([
    [
      'is paused: the analysis was inconclusive, a person has to decide',
      failed({ state: 'rolling', waiting: { reason: 'x', evidence: [] } }),
    ],
    ['goes on', failed({ state: 'rolling', serving: 'rolling', attempts: [] })],
    ['is being tried again', failed({ state: 'rolling', serving: 'rolling' })],
    ['was promoted, and ErrorBudgetBurn fires since', burning()],
    ['was undone by hand; Git still asks for it', failed({ cause: 'undone', serving: 'undone' })],
    ['failed; the version before is back by hand, Git still asks for the failed one', failed({ serving: 'undone' })],
    ['failed; the version before is back by hand, Git asks for something else by now', failed({ serving: 'undone', wish: wish('undone') })],
    [
      'failed; another version runs by hand, what Git asks for now is not known',
      failed({ serving: 'undone', wish: wish('unknown'), instead: { podTemplateHash: 'x', images: [] } }),
    ],
    ['was brought by hand and failed; the cluster went back', failed({ wish: wish('undone') })],
    ['failed; the cluster went back, Git did not', failed()],
    ['failed; the cluster went back, what Git asks for is not known', failed({ wish: wish('unknown') })],
    ['failed; the cluster went back, Git has moved on and waits for a sync', failed({ wish: wish('waiting-for-sync') })],
    ['was aborted; it is not proven yet that the version before serves', failed({ serving: 'aborting', wish: wish('undone') })],
    ['is stuck, and not aborted', failed({ serving: 'stuck' })],
    ['failed, and there is no version before it', failed({ serving: 'first-deploy-failed' })],
    ['failed', failed({ serving: 'unknown' })],
  ])('says that it %s', (words, release) => {
    expect(title(release)).toBe(`shop/web: web:1.8.0 ${words}`)
  })

  it('names no version where the controller refuses the spec', () => {
    expect(title(failed({ serving: 'invalid-spec' }))).toBe('shop/web: the controller refuses the new spec')
  })

  it('says it where the branch asks for the version before again', () => {
    expect(title(failed(), merged)).toBe('shop/web: web:1.8.0 failed; the cluster went back, Git asks for the version before again')
    expect(title(failed({ cause: 'undone', serving: 'undone' }), merged)).toBe(
      'shop/web: web:1.8.0 was undone by hand; Git asks for the version before again',
    )
  })
})

describe('the title of a release that is over', () => {
  it.each<[string, Release]>([
    ['restored. Git and cluster agree again', ended('restored')],
    ['restored. The parameters of the Application ask for the version before', ended('restored', { restoredBy: 'parameters' })],
    ['web:1.8.0 made it after all', ended('promoted')],
    ['web:1.8.0 is back, as Git asks', ended('promoted', { cause: 'undone' })],
    ['web:1.8.0 stays; the alert after its promotion is over', burning({}, { state: 'ended', outcome: 'promoted' })],
    ['flag flags/web.json stays; the alert after it was applied is over', burning(FLAGS, { state: 'ended', outcome: 'promoted' })],
    ['a newer release took the place of web:1.8.0', ended('superseded')],
    ['something newer took the place of flag flags/web.json', burning(FLAGS, { state: 'ended', outcome: 'superseded' })],
    ['the Rollout is gone', ended('gone')],
  ])('is: %s', (words, release) => {
    expect(title(release)).toBe(`shop/web: ${words}`)
  })
})

it.each<[string, Partial<Release>]>([
  ['the Experiment failed', {}],
  ['the Experiment ended, and could not measure', { cause: 'analysis-error' }],
  ['Git asks for the failed Experiment no more', { state: 'ended', outcome: 'restored' }],
  ['the Experiment was made anew', { state: 'ended', outcome: 'superseded' }],
  ['the Experiment is gone', { state: 'ended', outcome: 'gone' }],
])('the title of an Experiment is: %s', (words, fields) => {
  expect(title(failed({ rollout: 'experiment:web-ab', serving: 'unknown', ...fields }))).toBe(`shop/experiment:web-ab: ${words}`)
})
