import { expect, it } from 'vitest'
import { BACK_IN_GIT } from '../../../src/domain/decision/back-in-git.ts'
import { toDo } from '../../../src/domain/notice/to-do.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { aBurn } from '../an-attempt.ts'

const failed = {
  rollout: 'web',
  state: 'failed',
  outcome: 'open',
  serving: 'split',
  cause: 'analysis-failed',
  attempts: [{}],
  waiting: null,
  preExisting: false,
}
const notified = { action: 'notify', reason: 'No revert PR: the mode is notify.', checks: [], at: 1 }
const release = (change: object = {}) => ({ ...failed, decision: notified, ...change }) as unknown as Release
const revert = (change: object = {}) =>
  ({ state: 'open', outcome: null, pullRequest: { number: 12, url: '' }, toldNotRestored: false, ...change }) as unknown as Revert
const burning = (burn: object = {}, change: object = {}) =>
  release({ serving: 'in-step', cause: 'slo-burn', attempts: [{ burn: aBurn(burn) }], ...change })
const over = (outcome: Revert['outcome'], change: object = {}) => revert({ state: 'ended', outcome, ...change })
const backInGit = { decision: { ...notified, checks: [{ id: 'P5', outcome: 'failed', detail: BACK_IN_GIT }] } }
const theirs = { decision: { ...notified, theirs: { number: 7, url: '' } } }
const unplanned = { pullRequest: null }
const ended = (outcome: Release['outcome']) => release({ state: 'ended', outcome })

it.each<[string, Release, Revert | undefined]>([
  ['Merge #12', release(), revert()],
  ['Do not merge #12 yet', release({ state: 'rolling' }), revert()],
  ['Wait', release(), revert({ state: 'planned', pullRequest: null })],
  ['Wait', release(), revert({ state: 'closing', outcome: 'superseded' })],
  ['Wait for Argo CD', release(), revert({ state: 'ended', outcome: 'merged' })],
  ['Look at Argo CD', release(), revert({ state: 'ended', outcome: 'merged', toldNotRestored: true })],
  ['Revert it in Git or fix forward', release(), revert({ state: 'ended', outcome: 'declined' })],
  ['Merge #7', release({ decision: { ...notified, theirs: { number: 7, url: '' } } }), undefined],
  ['Revert it in Git or fix forward', release(), undefined],
  ['Wait', release({ decision: null }), undefined],
  ['Abort it or fix forward', release({ serving: 'stuck', cause: 'stuck' }), undefined],
  ['Fix forward', release({ serving: 'first-deploy-failed' }), undefined],
  ['Correct the spec in Git', release({ serving: 'invalid-spec' }), undefined],
  ['Sync it, or adopt it', release({ serving: 'undone', cause: 'undone' }), undefined],
  ['Sync it, or revert it in Git', release({ serving: 'undone', cause: 'undone', adoptedBy: 'ana' }), undefined],
  ['Wait', release({ serving: 'aborting' }), undefined],
  ['Promote it or abort it', release({ state: 'rolling', waiting: { reason: 'x', evidence: [] } }), undefined],
  ['Wait', release({ state: 'rolling' }), undefined],
  ['Adopt it, or leave it', release({ preExisting: true }), undefined],
  ['Mend it under another name, or take it out of Git', release({ rollout: 'experiment:web-ab', serving: 'unknown' }), undefined],
  [
    'Mend the cause, then try it again',
    release({ storm: 's', decision: { ...notified, reason: 'No revert PR: held, because 3 Rollouts failed' } }),
    undefined,
  ],
  [
    'Wait for the other revert',
    release({ storm: 's', decision: { ...notified, reason: 'No revert PR: held, because the revert for shop/web comes first: 2 failed' } }),
    undefined,
  ],
  ['Nothing to do: cluster and Git agree', ended('restored'), revert({ state: 'ended', outcome: 'merged' })],
  ['Nothing to do: it made it', ended('promoted'), undefined],
  ['Nothing to do', ended('gone'), undefined],
  ['Merge or close #12', ended('superseded'), revert()],
  ['Close #12', ended('promoted'), revert()],
  ['Nothing to do', ended('superseded'), over('superseded')],
  ['Revert it in Git before the parameters go', release({ state: 'ended', outcome: 'restored', restoredBy: 'parameters' }), undefined],
  ['Nothing to do', release({ rollout: 'experiment:web-ab', state: 'ended', outcome: 'restored' }), undefined],
  ['Wait', release({ state: 'rolling', attempts: [] }), revert()],
  ['Wait', release({ state: 'rolling' }), revert(unplanned)],
  ['Wait', release({ state: 'rolling' }), revert({ state: 'closing' })],
  ['Merge the revert PR', release(), revert(unplanned)],
  ['Turn #12 to main, and merge it', release(), revert({ mergesInto: 'develop', baseBranch: 'main' })],
  ['Turn the revert PR to main, and merge it', release(), revert({ ...unplanned, mergesInto: 'develop', baseBranch: 'main' })],
  ['Revert it in Git or fix forward', release(), over('merged', { mergesInto: 'develop', baseBranch: 'main' })],
  ['Wait for Argo CD', release(), over('restored')],
  ['Sync it', release({ wish: { state: 'waiting-for-sync', syncedByHand: true } }), over('declined')],
  ['Wait for Argo CD', release({ wish: { state: 'waiting-for-sync' } }), over('declined')],
  ['Revert it in Git or fix forward', release({ wish: { state: 'unknown' } }), over('declined')],
  ['Sync it', release({ wish: { state: 'undone' } }), undefined],
  ['Wait for Argo CD', release({ wish: { state: 'waiting-for-sync' } }), undefined],
  ['Revert it in Git or fix forward', release({ wish: { state: 'unknown' } }), undefined],
  ['Wait for Argo CD', release(backInGit), undefined],
  ['Abort it or fix forward', release({ ...backInGit, serving: 'stuck' }), undefined],
  ['Look at Argo CD', release({ serving: 'undone', cause: 'undone', wish: { state: 'unknown' } }), undefined],
  ['Revert it in Git or fix forward', release({ serving: 'undone' }), undefined],
  ['Wait', release({ serving: 'unknown' }), undefined],
  ['Wait', release({ decision: { ...notified, action: 'wait' } }), undefined],
  ['Revert it in Git or fix forward', release({ storm: 's' }), undefined],
  ['Revert it in Git or fix forward', release({ decision: { ...notified, reason: 'No revert PR: held, because 3 failed' } }), undefined],
  ['Find out which release it is', burning({ others: 1 }), undefined],
  ['Merge #7', burning({ others: 1 }, theirs), undefined],
  ['Merge #12', burning(), revert()],
  ['Look at the alert before you merge #12', burning({ state: 'silenced' }), revert()],
  ['Look at the alert before you merge the revert PR', burning({ state: 'silenced' }), revert(unplanned)],
  ['Wait', burning({ state: 'silenced' }), revert({ state: 'closing' })],
  ['Look at the alert: the version before is back', burning(), over('merged')],
  ['Find out which release it is', burning({ others: 1 }), over('declined')],
])('%s', (words, one, its) => {
  expect(toDo(one, its)).toBe(words)
})
