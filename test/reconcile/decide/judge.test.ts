import { describe, expect, it } from 'vitest'
import { experimentName } from '../../../src/domain/experiment/name.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { aBurn, anAttempt, FLAGS } from '../../domain/an-attempt.ts'
import type { Failure } from '../act/a-failure.ts'
import { judged, type Change } from './judged.ts'

describe('a failure is judged', () => {
  it('as one to open a revert of, where all speaks for it', async () => {
    const { decision, waits } = await judged()
    expect([decision.action, waits]).toEqual(['open-revert', undefined])
  })

  it.each<[string, Change, string]>([
    ['its cluster is not seen', { before: ({ view }) => stale(view, 'rollouts') }, 'stale'],
    ['Argo CD is not seen', { before: ({ view }) => stale(view, 'applications') }, 'stale'],
    ['the cluster was told another version meanwhile', { rollout: { currentPodHash: 'other' } }, 'between two states'],
    ['what was undone by hand is not seen as undone', { release: { cause: 'undone' } }, 'between two states'],
  ])('as one to wait for while %s', async (_, change, words) => {
    const { decision, waits } = await judged(change)
    expect([decision.action, decision.reason, waits]).toEqual(['wait', expect.stringContaining(words), decision.reason])
  })

  const back = (wish: string): object => ({ serving: { state: 'in-step' }, observation: { wish: { state: wish }, replicaSets: [] } })
  it.each<[string, string, string | undefined, string]>([
    ['N is back by hand', 'undone', undefined, 'told by hand to run'],
    ['N is back', 'met', undefined, 'asks for the version before again'],
    ['another version serves by hand', 'undone', 'other', 'asks for the version before again'],
  ])('by what the cluster serves: %s', async (_, wish, hash, words) => {
    const { failure } = await judged()
    const { failed } = await judged({ look: back(wish), rollout: { currentPodHash: hash ?? failure.release.stableHash ?? '' } })
    expect(failed['P1']).toContain(words)
  })

  it('by what is seen, and not by what is back, while two versions serve', async () => {
    const { failure } = await judged()
    const look = { ...back('undone'), serving: { state: 'split' } }
    const { decision } = await judged({ look, rollout: { currentPodHash: failure.release.stableHash ?? '' } })
    expect(decision.action).toBe('wait')
  })
})

/** The view of one question is not fresh. */
function stale(view: Failure['view'], of: string): void {
  const before = view.freshness.bind(view)
  view.freshness = (question) => ({ ...before(question), fresh: question !== of })
}

describe('a release that an alert names is judged by what serves now', () => {
  const burned = (fields: Partial<Release> = {}, burn = aBurn()): Change => ({
    release: { cause: 'slo-burn', attempts: [anAttempt({ cause: 'slo-burn', burn })], ...fields },
    look: { serving: { state: 'in-step' } },
    policy: { prCauses: ['slo-burn'] },
  })
  it.each<[string, Change, string | undefined]>([
    [
      'nobody says how the alert stands',
      burned(),
      'the alert ErrorBudgetBurn does not stand. Whether it still fires is not known: nobody answers.',
    ],
    ['another template serves', burned({ podTemplateHash: 'other' }), 'the cluster does not run it any more.'],
    ['the version below its flags serves no more', burned({}, aBurn(FLAGS)), 'the cluster does not run it any more.'],
    [
      'the Rollout is between two versions',
      { ...burned(), look: {} },
      'the Rollout is between two versions: it is not known which of them the alert is about.',
    ],
    [
      'the Rollout is told another version',
      { ...burned(), look: {}, rollout: { currentPodHash: 'other' } },
      'the Rollout is between two versions: it is not known which of them the alert is about.',
    ],
  ])('%s', async (_, change, detail) => {
    expect((await judged(change)).failed['P1']).toBe(detail)
  })
})

describe('an Experiment of its own is judged by how it stands', () => {
  const experiment = { uid: 'uid-web', phase: 'Failed' }
  const measured = { attempts: [anAttempt({ evidence: [{}] as never })] }
  it.each<[string, object | undefined, Partial<Release>, string | undefined]>([
    ['it has failed by what was measured', experiment, measured, undefined],
    ['it is gone', undefined, measured, 'the Experiment is gone, or was made anew.'],
    ['it was made anew', { ...experiment, uid: 'other' }, measured, 'the Experiment is gone, or was made anew.'],
    ['it has ended otherwise', { ...experiment, phase: 'Successful' }, measured, 'the Experiment did not end as Failed.'],
    ['nothing was measured', experiment, {}, 'no measurement of it is left: what was measured is not known.'],
  ])('%s', async (_, seen, fields, detail) => {
    const look = { experiment: seen, rollout: undefined, serving: { state: 'unknown' } }
    const { failed, waits } = await judged({ release: { rollout: experimentName('smoke'), ...fields }, look })
    expect([failed['P1'], waits]).toEqual([detail, undefined])
  })
})

it('an Experiment that names another Application as its own is doubted', async () => {
  const seen = { uid: 'uid-web', phase: 'Failed', own: { trackingId: 'other:argoproj.io/Experiment:shop/smoke', settings: {} } }
  const look = { ref: { cluster: 'prod', namespace: 'shop', name: experimentName('smoke') }, experiment: seen, rollout: undefined }
  expect((await judged({ release: { rollout: experimentName('smoke') }, look })).failed['P2']).toContain('other')
})

it('a release that the ledger does not have yet is judged like any other', async () => {
  expect((await judged({ release: { key: 'new' } })).decision.action).toBe('open-revert')
})

it.each<[string, Change, unknown]>([
  [
    'is not on the allow list',
    { before: ({ instead }) => (instead.allows = false) },
    "the admin's allow list does not name this repository.",
  ],
  ['is not known', { source: { repoURL: null } }, undefined],
])('a repository that %s gets no PR', async (_, change, detail) => {
  const { failed, decision } = await judged(change)
  expect([failed['P11'], decision.action]).toEqual([detail, 'notify'])
})

it('without an answer of Git nothing is opened', async () => {
  expect((await judged({ source: null })).decision.action).toBe('notify')
})
