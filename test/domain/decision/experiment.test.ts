import { describe, expect, it } from 'vitest'
import type { CheckId } from '../../../src/domain/decision/check.ts'
import { decide } from '../../../src/domain/decision/decision.ts'
import type { DecisionInput, SourceFacts } from '../../../src/domain/decision/facts.ts'
import type { ExperimentNow } from '../../../src/domain/experiment/now.ts'
import { ofInput, ofPolicy, ofSource, type Change } from './changes.ts'
import { clear, commit, sha } from './clear.ts'

// What is asked of an Experiment outside of a Rollout otherwise than of a Rollout, one check at a time.

const failed: ExperimentNow = { isThere: true, hasFailed: true, isMeasured: true }
/** No Rollout stands behind it: as one that is as Git asks, which of a Rollout opens nothing. */
const experiment: DecisionInput = { ...clear, serving: 'in-step', experiment: failed }
const later = commit({ sha: sha('d'), subject: 'more search' })

type Outcome = 'passed' | 'failed' | 'skipped'
type Row = readonly [what: string, change: Change, outcome: Outcome, words: string]

function checkOf(id: CheckId, change: Change, input = experiment) {
  const check = decide(change(input)).checks.find((one) => one.id === id)
  if (!check) throw new Error(`${id} is not asked`)
  return check
}

const now = (change: Partial<ExperimentNow>, live: DecisionInput['live'] = 'same'): Change =>
  ofInput({ experiment: { ...failed, ...change }, live })
const source = (change: Partial<SourceFacts>): Change => ofSource(change)
const refused = (check: CheckId): Change =>
  source({ refusal: { check, reason: `it is ${check}.` }, revision: null, good: null, head: null })

const TABLE: Partial<Record<CheckId, readonly Row[]>> = {
  P1: [
    ['it is gone', now({ isThere: false, hasFailed: false, isMeasured: false }), 'failed', 'is gone'],
    ['it was made anew, and has failed as well', now({ isThere: false }), 'failed', 'made anew'],
    ['it did not fail', now({ hasFailed: false, isMeasured: false }), 'failed', 'did not end as Failed'],
    ['what was measured is not known', now({ isMeasured: false }), 'failed', 'no measurement of it is left'],
    ['the cluster could not be asked past the watch', now({}, 'failed'), 'failed', 'could not be asked once more'],
    ['it is gone, and the cluster could not be asked', now({ isThere: false }, 'failed'), 'failed', 'is gone'],
    ['nobody has looked past the watch yet', now({}, 'unasked'), 'passed', 'the live read comes last'],
    ['a live read shows the same', now({}), 'passed', 'confirmed by a live read'],
  ],
  P4: [
    ['its commit is known', source({}), 'passed', 'bbbbbbbbbbbb “web v2”'],
    ['its sync is not known', refused('P4'), 'failed', 'it is P4.'],
    ['an earlier question had no answer', refused('P3'), 'skipped', 'Not asked'],
    ['Git was not asked', ofInput({ source: null }), 'skipped', 'Not asked'],
  ],
  P5: [
    ['nothing has come since', source({}), 'passed', 'None since.'],
    ['the branch asks for it no more', source({ restoredInGit: true }), 'failed', 'asks for the failed Experiment no more'],
    [
      'the branch does not, by a later commit',
      source({ restoredInGit: true, later: [later] }),
      'failed',
      'asks for the failed Experiment no more',
    ],
    ['a later commit stands in the way', source({ later: [later] }), 'failed', 'touches the same inputs: dddddddddddd “more search”.'],
    ['several do: the newest is named', source({ later: [commit(), later] }), 'failed', 'touches the same inputs: dddddddddddd'],
    ['one does for what it changed', source({ later: [later], notByFields: 'a <thing> may need it' }), 'failed', 'may need it.'],
    ['a later commit stays', source({ staying: [commit(), later] }), 'passed', 'dddddddddddd “more search” touches nothing that goes back'],
    ['one stays, and one stands in the way', source({ staying: [commit()], later: [later] }), 'failed', 'dddddddddddd'],
    ['it is asked for otherwise', refused('P5'), 'failed', 'it is P5.'],
    ['its commit is not known', source({ revision: null }), 'skipped', 'Not asked'],
    ['the branch is not known', source({ head: null }), 'skipped', 'Not asked'],
  ],
  P6: [
    ['what was before it is known', source({}), 'passed', 'aaaaaaaaaaaa “web v1”'],
    ['not every sync was seen', refused('P6'), 'failed', 'it is P6.'],
    ['what was before it is not known', source({ good: null }), 'skipped', 'Not asked'],
  ],
  P10: [
    ['the revert was rendered', source({}), 'passed', 'all else as the branch has it'],
    ['it is rendered once it is pushed', source({ notRendered: 'It is rendered later.' }), 'passed', 'It is rendered later.'],
    ['files have to do', source({ provenBy: 'files', notRendered: 'Helm.' }), 'failed', 'files prove nothing of an Experiment'],
    ['nobody has said how it is proven', source({ provenBy: null }), 'failed', 'files prove nothing of an Experiment'],
    ['files were changed since', source({ conflicts: ['apps/web/ab.yaml'] }), 'failed', 'apps/web/ab.yaml'],
    [
      'something else among the files differs',
      source({ proof: { ...clear.source!.proof!, atRevert: 'other' } }),
      'failed',
      'something else',
    ],
    ['restoring would change nothing', source({ proof: null }), 'failed', 'would change nothing'],
    ['it does not render', refused('P10'), 'failed', 'it is P10.'],
    ['which revert it is is not known', source({ revertKey: null }), 'skipped', 'Not asked'],
    ['a later commit stands in its way', source({ proof: null, later: [later] }), 'skipped', 'Not asked'],
  ],
}

describe.each(Object.entries(TABLE) as [CheckId, readonly Row[]][])('%s of an Experiment', (id, rows) => {
  it.each(rows)('where %s', (_, change, outcome, words) => {
    expect(checkOf(id, change)).toMatchObject({ outcome, detail: expect.stringContaining(words) as string })
  })
})

it('a policy that takes files takes none of an Experiment, and no policy makes more of a proof by rendering', () => {
  const byFiles = source({ provenBy: 'files', notRendered: 'Helm.' })
  const outcomes = (['any', 'rendered'] as const).map((proof) => [
    checkOf('P10', (input) => byFiles(ofPolicy({ proof })(input))).outcome,
    checkOf('P10', ofPolicy({ proof })).outcome,
  ])
  expect(outcomes).toEqual([
    ['failed', 'passed'],
    ['failed', 'passed'],
  ])
  expect(checkOf('P10', byFiles, { ...clear, policy: { ...clear.policy, proof: 'any' } }).outcome).toBe('passed')
})

it.each(['split', 'in-step', 'rolling', 'undone'] as const)('who serves is nothing to an Experiment: %s', (serving) => {
  expect(decide({ ...experiment, serving })).toMatchObject({ action: 'open-revert' })
})

it('nothing is decided of an Experiment that a live read shows otherwise', () => {
  expect(decide({ ...experiment, live: 'moved' })).toMatchObject({ action: 'wait', checks: [] })
})

it.each<[CheckId, Change]>([
  ['P1', now({ hasFailed: false })],
  ['P4', refused('P4')],
  ['P5', source({ later: [later] })],
  ['P6', refused('P6')],
  ['P10', source({ provenBy: 'files' })],
])('no PR is opened of an Experiment where %s fails', (id, change) => {
  expect(checkOf(id, (input) => input).outcome).toBe('passed')
  expect(decide(change(experiment)).action).not.toBe('open-revert')
})

it('what it is asked otherwise has a name of its own', () => {
  const titles = (input: DecisionInput) => new Map(decide(input).checks.map(({ id, title }) => [id, title]))
  const [own, rollouts] = [titles(experiment), titles(clear)]
  const differing = [...own].flatMap(([id, title]) => (title === rollouts.get(id) ? [] : [id]))
  expect(differing).toEqual(expect.arrayContaining(['P1', 'P4', 'P6']))
})

it('what a stranger wrote into a commit or an object is one short line', () => {
  const odd = commit({ sha: sha('d'), subject: `a\n@here <b>${'x'.repeat(900)}` })
  const { detail } = checkOf('P5', source({ later: [odd], notByFields: `the \u001b[31m${'y'.repeat(900)}\n` }))
  expect(detail).not.toMatch(/\p{Cc}/u)
  expect(detail.length).toBeLessThan(700)
  expect(checkOf('P10', source({ notRendered: `a\n${'z'.repeat(900)}` })).detail).toMatch(/^[^\n]{50,400}$/)
})
