import { describe, expect, it } from 'vitest'
import type { ReleaseSummary } from '../../../src/api/contract.ts'
import { outcomeWords } from '../../../src/api/words.ts'
import { releaseRow } from '../../../src/cli/terminal/release-row.ts'
import type { AppliedRevision } from '../../../src/domain/application/applied-revision.ts'
import { changedOutsideGit } from '../../../src/domain/application/applied-sources.ts'
import type { CheckId } from '../../../src/domain/decision/check.ts'
import type { DecisionInput } from '../../../src/domain/decision/facts.ts'
import { runChecks } from '../../../src/domain/decision/preflight.ts'
import { revertSentence } from '../../../src/domain/notice/revert-sentence.ts'
import { DEFAULT_POLICY } from '../../../src/domain/policy/policy.ts'
import type { Outcome, Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { quoteArgoCD } from '../../../src/reconcile/decide/quote-argo-cd.ts'
import type { Look } from '../../../src/reconcile/look/observe.ts'
import { releaseRowOf } from '../../../src/ui/releases-page.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { ofInput, ofPolicy, ofSource, type Change } from '../decision/changes.ts'
import { clear, sha } from '../decision/clear.ts'

const EXPERIMENT = 'experiment:web-ab'
const ended = (outcome: Outcome): Release => aRelease({ key: 'x', rollout: EXPERIMENT, state: 'ended', outcome, endedAt: 2 })

it('how the release of an Experiment ended is said of Git, not of versions that agree or follow each other', () => {
  expect(outcomeWords(ended('restored'))).toEqual({ words: 'Restored: Git asks for it no more', tone: 'good' })
  expect(outcomeWords(ended('superseded'))).toEqual({ words: 'Superseded: it was made anew', tone: 'paused' })
  expect(outcomeWords(ended('gone')).words).toBe('Gone from the cluster')
})

it("the ends of a Rollout's releases are called what they were", () => {
  const words = (outcome: Outcome): string => outcomeWords({ ...ended(outcome), rollout: 'web' }).words
  expect([words('restored'), words('superseded')]).toEqual(['Restored: Git and cluster agree again', 'Superseded by a newer release'])
})

it('lists say the same, by the name that they have', () => {
  const { rollout: name, ...release } = ended('superseded')
  const row = { ...release, id: 'x', name, author: null, why: null, attempts: 1, pullRequest: null } as unknown as ReleaseSummary
  expect(releaseRowOf(row, 3).outcome).toBe('Superseded: it was made anew')
  const paint = { tone: (_: unknown, text: string) => text } as unknown as Parameters<typeof releaseRow>[1]
  expect(releaseRow(row, paint).map(({ text }) => text)).toContain('Superseded')
})

/** Of one that everything else speaks for. */
const ofExperiment: Change = ofInput({ experiment: { isThere: true, hasFailed: true, isMeasured: true } })
const overlapping = (outcome: Revert['outcome']): Change =>
  ofInput({ overlapping: aRevert({ key: 'r', outcome, pullRequest: { number: 7, url: 'https://git.example/7' } }) })
const limits = { ...DEFAULT_POLICY.limits, openPerRollout: 1 }
const tooMany: Change = (input) => ofPolicy({ limits })(ofInput({ counts: { ...input.counts, openForRollout: 1 } })(input))
const differs = { commit: sha('c'), tree: 't', atGood: 'one', atRevert: 'other', files: [] }

/** What is different, and what its check says of an Experiment, and of a Rollout. */
const DETAILS: readonly (readonly [CheckId, Change, string, string])[] = [
  [
    'P2',
    ofInput({ applications: ['a/a', 'a/b'] }),
    '2 Applications claim this Experiment: a/a, a/b.',
    '2 Applications claim this Rollout: ',
  ],
  [
    'P7',
    ofSource({ paths: [], leftOut: { paths: ['x'], commits: [] } }),
    'what changed between the two syncs is only other Rollouts of the Application: nothing of this Experiment.',
    'what changed between the two versions is only other Rollouts of the Application: nothing of this one.',
  ],
  [
    'P7',
    ofSource({ culprits: [] }),
    'no commit between the two syncs changed the inputs: ',
    'no commit between the two versions changed the ',
  ],
  [
    'P7',
    ofSource({ paths: [] }),
    'the commits between the two syncs leave the inputs',
    'the commits between the two versions leave the inputs',
  ],
  ['P9', overlapping(null), 'one of the same files, for another release: that one', 'one of the same files, for another version: that one'],
  [
    'P9',
    ofInput({ foundPullRequest: 'lapsed' }),
    'Kedge closed one when Git asked for something else. Git asks for the failed Experiment again.',
    'Kedge closed one when Git asked for something else. Git asks for the failed version again.',
  ],
  [
    'P10',
    ofSource({ proof: differs }),
    'the restored inputs are not those before its sync: something else among them differs.',
    'the restored inputs are not those of N: something else among them differs.',
  ],
  [
    'P11',
    ofSource({ irreversible: ['the Job migrate'] }),
    'say kedge.dev/reversible: "true" on the Experiment or the Application.',
    'say kedge.dev/reversible: "true" on the Rollout or the Application.',
  ],
  ['P12', tooMany, '1 revert PR(s) of this Experiment are open already.', '1 revert PR(s) of this Rollout are open already.'],
]

describe('a check of an Experiment speaks of it and of syncs, where of a Rollout it speaks of that and of versions:', () => {
  const detail = (id: CheckId, input: DecisionInput): string | undefined => runChecks(input).find((one) => one.id === id)?.detail
  it.each(DETAILS)('%s %#', (id, change, words, asOfRollout) => {
    expect(detail(id, change(ofExperiment(clear)))).toContain(words)
    expect(detail(id, change(clear))).toContain(asOfRollout)
  })

  it('none of all that can pass names a version, N, or a Rollout', () => {
    const said = runChecks(ofExperiment(clear)).map(({ title, detail: words }) => `${title}: ${words}`)
    expect(said.filter((words) => /\bversion|\bN\b|N\+1|Rollout/.test(words))).toEqual([])
  })
})

it('what the Application itself changed lies between two syncs, too', () => {
  const applied = (application: string, pin: string): AppliedRevision => ({
    application,
    revisions: [],
    sources: [{ repository: 'r', path: 'apps', chart: null, pin, parameters: '' }],
  })
  const say = (application: string, ends?: 'syncs'): string | undefined =>
    changedOutsideGit(applied('argocd/web', 'main'), applied(application, 'next'), ends)
  expect(say('argocd/web', 'syncs')).toContain('the Application itself changed between the two syncs (')
  expect(say('argocd/web')).toContain('the Application itself changed between the two versions (')
  expect(say('argocd/other', 'syncs')).toBe('the sync before was of another Application (argocd/web) than this one (argocd/other).')
  expect(say('argocd/other')).toBe('the version before was applied by another Application (argocd/web) than this one (argocd/other).')
})

describe('of the PR for an Experiment a card says', () => {
  const revert = (change: Partial<Revert>): Revert =>
    aRevert({ key: 'r', pullRequest: { number: 1, url: 'https://git.example/1' }, ...change })

  it('that it stays where the Experiment was made anew, and Git asks for it still', () => {
    const open = revert({ state: 'open', outcome: null })
    expect(revertSentence(ended('superseded'), open)).toBe('PR #1 stays open while Git asks for the failed Experiment.')
    expect(revertSentence({ ...ended('superseded'), rollout: 'web' }, open)).toBe('PR #1 stays open while Git asks for this version.')
  })

  it('once that it was merged, where no sync has applied that in time', () => {
    const reason = 'The revert was merged, but no sync is known to have applied that. Argo CD says: Synced/Healthy.'
    const release = aRelease({
      key: 'x',
      rollout: EXPERIMENT,
      state: 'failed',
      outcome: 'open',
      decision: { action: 'notify', reason, checks: [], at: 1 },
    })
    expect(revertSentence(release, revert({ state: 'ended', outcome: 'merged', toldNotRestored: true }))).toBe(reason)
  })
})

it('no Application maps to the Experiment any more, where one mapped to it when its revert was opened', () => {
  const look = (name: string): Look => ({ applications: [], ref: { cluster: 'east', namespace: 'shop', name } }) as unknown as Look
  expect(quoteArgoCD(look(EXPERIMENT))).toBe('The revert was merged, but no Application maps to the Experiment any more.')
  expect(quoteArgoCD(look('web'))).toBe('The revert was merged, but no Application maps to the Rollout any more.')
})
