import { describe, expect, it } from 'vitest'
import type { GitCommit } from '../../../src/domain/application/commit.ts'
import { decide } from '../../../src/domain/decision/decision.ts'
import type { DecisionInput } from '../../../src/domain/decision/facts.ts'
import { DEFAULT_POLICY } from '../../../src/domain/policy/policy.ts'
import { ofInput, ofPolicy, ofRelease, ofSource, type Change } from './changes.ts'
import { commit as anyCommit, sha } from './clear.ts'

const commit = (digit: string, subject: string): GitCommit => ({ ...anyCommit(), sha: sha(digit), subject })

/** A failure that everything speaks for reverting, as far as the checks look. */
const clear = {
  release: {
    state: 'failed',
    cause: 'analysis-failed',
    attempts: [{ cause: 'analysis-failed' }],
    recurrence: 1,
    preExisting: false,
    images: ['web:v2'],
    stableImages: ['web:v1'],
  },
  serving: 'split',
  policy: { ...DEFAULT_POLICY, mode: 'pr' },
  fresh: true,
  live: 'same',
  applications: ['argocd/shop'],
  repositoryAllowed: true,
  source: {
    refusal: null,
    repository: 'git.example/shop/gitops',
    baseBranch: 'main',
    head: 'b'.repeat(40),
    revision: commit('b', 'web v2'),
    good: commit('a', 'web v1'),
    culprits: [commit('b', 'web v2')],
    later: [],
    staying: [],
    byFields: [],
    notByFields: null,
    leftOut: { paths: [], commits: [] },
    irreversible: [],
    backToOlder: [],
    tooMuchForOlder: null,
    paths: ['apps/web/rollout.yaml'],
    otherFiles: [],
    otherApplications: [],
    untoldApplications: [],
    revertKey: 'key',
    proof: { atGood: 'same', atRevert: 'same', files: [] },
    provenBy: 'rendering',
    notRendered: null,
    conflicts: [],
    syncsBeside: null,
    dropped: [],
  },
  mergedReverts: [],
  failedBefore: [],
  servedBefore: undefined,
  counts: { openForRollout: 0, openForRepository: 0, openedLastHour: 0, revertsOfTemplate: 0 },
  now: 1_000,
} as unknown as DecisionInput

const detail = (id: string, change: Change): string | undefined => decide(change(clear)).checks.find((check) => check.id === id)?.detail

/** What people are told: which of the reasons it is, and not its neighbour. */
const TOLD: readonly (readonly [string, RegExp, Change])[] = [
  ['P1', /^Split, confirmed by a live read/, ofInput({})],
  ['P1', /^Split; the live read comes last/, ofInput({ live: 'unasked' })],
  ['P1', /N alone serves/, ofInput({ serving: 'aborting' })],
  ['P1', /rolling again/, ofInput({ serving: 'rolling' })],
  ['P1', /stuck but not aborted/, ofInput({ serving: 'stuck' })],
  ['P1', /told by hand/, ofInput({ serving: 'undone' })],
  ['P1', /changed it by hand/, ofInput({ serving: 'in-step' })],
  ['P1', /no version before/, ofInput({ serving: 'first-deploy-failed' })],
  ['P1', /invalid-spec/, ofInput({ serving: 'invalid-spec' })],
  [
    'P1',
    /^N serves, by hand, confirmed by a live read/,
    (input) => ofRelease({ cause: 'undone', adoptedBy: 'Ada' })(ofInput({ serving: 'undone' })(input)),
  ],
  ['P1', /told by hand/, (input) => ofRelease({ cause: 'undone' })(ofInput({ serving: 'undone' })(input))],
  ['P1', /told by hand/, (input) => ofRelease({ adoptedBy: 'Ada' })(ofInput({ serving: 'undone' })(input))],
  ['P2', /no Application/, ofInput({ applications: [] })],
  ['P2', /^2 Applications/, ofInput({ applications: ['a', 'b'] })],
  ['P3', /Not asked/, ofInput({ source: null })],
  ['P4', /^N\+1 is b{12} “web v2”/, ofInput({})],
  ['P5', /already asks/, ofSource({ restoredInGit: true })],
  ['P5', /^a later commit touches the same inputs: b{12} “web v2”\.$/, ofSource({ later: [commit('b', 'web v2')] })],
  [
    'P5',
    /“web v2”\. It cannot go back field by field: in a\.yaml, x has been changed since\.$/,
    ofSource({ later: [commit('b', 'web v2')], notByFields: 'in a.yaml, x has been\nchanged since' }),
  ],
  ['P5', /^b{12} “web v2” touches nothing that is restored, and .*: it stays\.$/, ofSource({ staying: [commit('b', 'web v2')] })],
  [
    'P5',
    /^b{12} “web v2” touches no field that is restored, and .*: it stays\.$/,
    ofSource({ staying: [commit('b', 'web v2')], byFields: [{ path: 'a.yaml', fields: ['x'], since: [] }] }),
  ],
  ['P8', /None says that it is a revert/, ofInput({})],
  ['P10', /Proven by rendering/, ofInput({})],
  [
    'P10',
    /^Proven by rendering: .* Of 1 file\(s\) that later commits change, too, no more than fields go back\.$/,
    ofSource({ staying: [commit('b', 'web v2')], byFields: [{ path: 'a.yaml', fields: ['x'], since: [] }] }),
  ],
  [
    'P10',
    / no more than fields go back\. All else that is restored equals what N was made from \(\w+\)\.$/,
    ofSource({ staying: [commit('b', 'web v2')], paths: ['a.yaml', 'b'], byFields: [{ path: 'a.yaml', fields: ['x'], since: [] }] }),
  ],
  ['P10', /Proven by files: no renderer/, ofSource({ provenBy: 'files', notRendered: 'no renderer' })],
  [
    'P10',
    /wants a proof by rendering.* no renderer/,
    (input) => ofPolicy({ proof: 'rendered' })(ofSource({ provenBy: 'files', notRendered: 'no renderer' })(input)),
  ],
]

describe('what a check says of how many are open', () => {
  const counts = { ...clear.counts, openForRollout: 1 }
  const experiment: DecisionInput['experiment'] = { isThere: true, hasFailed: true, isMeasured: true }

  it.each([
    ['a Rollout', ofInput({ counts }), '1 revert PR(s) of this Rollout are open already.'],
    ['an Experiment', ofInput({ counts, experiment }), '1 revert PR(s) of this Experiment are open already.'],
  ])('names %s as what it is', (_, change, words) => {
    expect(detail('P12', change)).toBe(words)
  })
})

describe('what a check says', () => {
  it.each(TOLD)('of %s is its own reason: %s', (id, words, change) => {
    expect(detail(id, change)).toMatch(words)
  })
})
