import { describe, expect, it } from 'vitest'
import { NOT_MEASURED } from '../../../src/domain/decision/experiment.ts'
import { decideOnExperiment, hasFailed, keptOf, mayBeReverted, releaseOfExperiment } from '../../../src/domain/experiment/failed.ts'
import { DEFAULT_POLICY, type Policy } from '../../../src/domain/policy/policy.ts'
import type { Attempt, Release } from '../../../src/domain/release/release.ts'
import type { AnalysisRunSnapshot, ExperimentSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { EVIDENCE } from '../an-evidence.ts'
import { anAttempt, applied, NOW } from '../release/a-look.ts'

const PR: Policy = { ...DEFAULT_POLICY, mode: 'pr' }
const LATE = { name: 'a', status: 'Failed', message: "ReplicaSet 'a' exceeded its progressDeadlineSeconds" }
const OTHER = { name: 'b', status: 'Failed', message: undefined }
type Analyses = NonNullable<ExperimentSnapshot['own']>['failedAnalyses']
const analyses = (...phases: string[]): Pick<ExperimentSnapshot, 'own'> => ({
  own: { failedAnalyses: phases.map((phase, at) => ({ name: `n${at}`, phase, message: undefined })) as Analyses } as never,
})
const experiment = (fields: Partial<ExperimentSnapshot> = {}): ExperimentSnapshot =>
  ({
    namespace: 'shop',
    name: 'ab',
    uid: 'u',
    createdAt: 1,
    phase: 'Failed',
    message: undefined,
    failedTemplates: [],
    ...fields,
  }) as ExperimentSnapshot
const METRIC = { name: 'rate', phase: 'Failed', measurements: [], failed: 1, count: 1, provider: 'web' }
const RUN = { name: 'ab-1', phase: 'Failed', terminated: false, createdAt: 1, metrics: [METRIC] } as unknown as AnalysisRunSnapshot

const releaseOf = (
  fields: Partial<ExperimentSnapshot> = {},
  runs: readonly AnalysisRunSnapshot[] = [],
  policy: Policy = PR,
  preExisting = false,
) =>
  releaseOfExperiment({
    cluster: 'east',
    experiment: experiment(fields),
    runs,
    applied: applied('v2'),
    goodApplied: applied('v1'),
    policy,
    preExisting,
    now: NOW,
  })

describe('a failed Experiment', () => {
  it('is a release that replaced no version', () => {
    const said = { key: 'east|u|experiment|0|Failed', cause: 'unknown', message: 'The Experiment ended as Failed.', seenAt: NOW } as const
    const attempt: Attempt = anAttempt(said)
    const {
      state: _state,
      outcome: _outcome,
      endedAt: _endedAt,
      ...facts
    } = aRelease({
      key: 'east|u|experiment|0',
      templateKey: 'east|u|experiment',
      rollout: 'experiment:ab',
      uid: 'u',
      podTemplateHash: null,
      rolloutRevision: 0,
      stableHash: null,
      images: [],
      stableImages: [],
      startedAt: NOW,
      applied: applied('v2'),
      goodApplied: applied('v1'),
      byTemplate: false,
      revision: null,
      serving: 'unknown',
      cause: 'unknown',
      attempts: [attempt],
      policy: keptOf(PR),
    })
    expect(releaseOf()).toEqual({ ...facts, decision: { ...decideOnExperiment({ ...facts, attempts: [attempt] }, PR, NOW), at: NOW } })
  })

  it.each<[string, string, Partial<ExperimentSnapshot>, (readonly AnalysisRunSnapshot[])?]>([
    ['analysis-failed', 'its runs say so', analyses('Error'), [RUN]],
    ['analysis-failed', 'its own status says so', analyses('Error', 'Failed')],
    ['analysis-error', 'none of its analyses failed, and one could not measure', analyses('Error', 'Inconclusive')],
    ['analysis-error', 'so it is, and its pods were late, too', { ...analyses('Error'), failedTemplates: [LATE] }],
    ['progress-deadline', 'its pods were late', { failedTemplates: [OTHER, LATE] }],
    ['progress-deadline', 'its pods were late, and no analysis is named', { ...analyses(), failedTemplates: [LATE] }],
    ['unknown', 'its pods were late, and it could not end as Failed', { phase: 'Error', failedTemplates: [LATE] }],
    ['unknown', 'its pods failed otherwise', { failedTemplates: [OTHER, { ...LATE, message: 'evicted' }] }],
    ['unknown', 'nothing says why', {}],
  ])('has failed by %s where %s', (cause, _, fields, runs) => {
    expect(releaseOf(fields, runs)).toMatchObject({ cause, attempts: [{ cause }] })
  })

  it('waits for Git where what was measured speaks against it, and is decided on at once elsewhere', () => {
    expect(releaseOf({}, [RUN])).toMatchObject({ decision: null, attempts: [{ evidence: [{ metric: 'rate' }] }] })
    expect(releaseOf({}, [RUN], PR, true)).toMatchObject({ decision: { action: 'none', at: NOW }, preExisting: true })
  })

  it.each<[string, Partial<ExperimentSnapshot>]>([
    ['own words', { message: 'own words', failedTemplates: [LATE] }],
    [LATE.message, { failedTemplates: [OTHER, LATE] }],
    ['no answer', { failedTemplates: [OTHER], own: { failedAnalyses: [{ name: 'a', phase: 'Error', message: 'no answer' }] } as never }],
    ['The Experiment ended as Error.', { phase: 'Error', failedTemplates: [OTHER] }],
  ])('says: %s', (message, fields) => {
    expect(releaseOf(fields).attempts[0]?.message).toBe(message)
  })

  it('has failed or could not measure, and nothing else is a failure', () => {
    const phases = ['Failed', 'Error', 'Inconclusive', 'Successful', 'Running']
    expect(phases.filter((phase) => hasFailed({ phase }))).toEqual(['Failed', 'Error'])
  })
})

it('keeps of the policy what telling people needs', () => {
  expect(keptOf(PR)).toStrictEqual({ mode: 'pr', channel: null, mutedUntil: null })
  const told = { ...PR, channel: '#a', alsoTell: ['#b'], mutedUntil: 5 }
  expect(keptOf(told)).toStrictEqual({ mode: 'pr', channel: '#a', mutedUntil: 5, alsoTell: ['#b'] })
})

const measured = anAttempt({ evidence: [EVIDENCE] })
const failed: Pick<Release, 'cause' | 'preExisting' | 'attempts'> = {
  cause: 'analysis-failed',
  preExisting: false,
  attempts: [anAttempt(), measured],
}
const ALL: Policy = { ...PR, prCauses: ['analysis-failed', 'analysis-error', 'unknown'] }

describe('a PR for an Experiment', () => {
  it('may be opened where its analysis failed and what was measured is known', () => {
    expect(mayBeReverted(failed, ALL)).toBe(true)
  })

  it.each<[string, Partial<typeof failed>, Partial<Policy>]>([
    ['the mode is notify', {}, { mode: 'notify' }],
    ['it was broken before the first look', { preExisting: true }, {}],
    ['it could not measure', { cause: 'analysis-error' }, {}],
    ['it has no cause', { cause: null }, {}],
    ['no measurement is left', { attempts: [measured, anAttempt()] }, {}],
    ['it has no attempt', { attempts: [] }, {}],
    ['the policy opens none for that', {}, { prCauses: ['unknown'] }],
  ])('may not be opened where %s', (_, release, policy) => {
    expect(mayBeReverted({ ...failed, ...release }, { ...ALL, ...policy })).toBe(false)
  })
})

describe('what is decided on an Experiment of which no PR may be', () => {
  const decision = (policy: Partial<Policy> = {}, release: Partial<typeof failed> = {}) =>
    decideOnExperiment({ ...failed, ...release }, { ...ALL, ...policy }, NOW)

  it.each<[string, string, Partial<Policy>, Partial<typeof failed>?]>([
    ['P11', 'the mode is notify.', { mode: 'notify' }],
    ['P1', NOT_MEASURED, {}],
    ['P11', 'the cause is analysis-failed.', { prCauses: [] }],
    ['P11', 'the analysis could not measure. That says nothing about the release.', {}, { cause: 'analysis-error' }],
  ])('is to tell people, by %s: %s', (id, detail, policy, release) => {
    const { action, reason, checks } = decision(policy, release)
    expect({ action, reason, checks }).toMatchObject({
      action: 'notify',
      reason: `No revert PR: ${detail}`,
      checks: [{ id, outcome: 'failed', detail }],
    })
  })

  it('is nothing where it was broken before, is muted, or is only observed, and says what it would be', () => {
    const check = [{ id: 'P11', detail: 'the mode is observe.' }]
    expect(decision({}, { preExisting: true })).toMatchObject({
      action: 'none',
      reason: expect.stringMatching(/^It was already broken/) as string,
      checks: [],
    })
    expect(decision({ mode: 'observe' })).toMatchObject({
      action: 'none',
      reason: 'Mode observe: nobody is told. No revert PR: the mode is observe.',
      checks: check,
    })
    expect(decision({ mode: 'observe', mutedUntil: NOW + 1 })).toMatchObject({
      action: 'none',
      reason: 'Muted by ignore-until. Otherwise: No revert PR: the mode is observe.',
      checks: check,
    })
    expect(decision({ mode: 'notify', mutedUntil: NOW }).action).toBe('notify')
  })
})
