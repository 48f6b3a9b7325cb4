import { expect, it } from 'vitest'
import { toDo } from '../../../src/domain/notice/to-do.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'

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
])('%s', (words, one, its) => {
  expect(toDo(one, its)).toBe(words)
})
