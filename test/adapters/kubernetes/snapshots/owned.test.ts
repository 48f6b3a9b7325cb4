import { describe, expect, it } from 'vitest'
import { readAnalysisRun } from '../../../../src/adapters/kubernetes/snapshots/analysis-run.ts'
import { readExperiment } from '../../../../src/adapters/kubernetes/snapshots/experiment.ts'
import { readReplicaSet } from '../../../../src/adapters/kubernetes/snapshots/replicaset.ts'
import { lastRecorded } from '../recorded.ts'

// eslint-disable-next-line typescript/no-explicit-any
const replicaSet = (): any => structuredClone(lastRecorded('faq-canary-failed', 'ReplicaSet'))
// eslint-disable-next-line typescript/no-explicit-any
const run = (): any => structuredClone(lastRecorded('faq-canary-failed', 'AnalysisRun', (object) => object['status']?.phase === 'Failed'))

describe('reading a ReplicaSet', () => {
  it('copies owner, hash, numbers and images', () => {
    const object = replicaSet()
    object.metadata.annotations['rollout.argoproj.io/revision-history'] = '1,2, 2,x'
    expect(readReplicaSet(object)).toMatchObject({
      ownerUid: '385d1cee-ed69-45b5-b36f-9bc120c1fbbf',
      podTemplateHash: object.metadata.labels['rollouts-pod-template-hash'],
      rolloutRevision: Number(object.metadata.annotations['rollout.argoproj.io/revision']),
      formerRevisions: [1, 2],
      images: [object.spec.template.spec.containers[0].image],
    })
  })

  it('reads an item of a list, which does not say its kind', () => {
    const object = replicaSet()
    delete object.kind
    expect(readReplicaSet(object)).toBeDefined()
  })

  it('is not one when a Deployment controls it', () => {
    const object = replicaSet()
    object.metadata.ownerReferences[0].kind = 'Deployment'
    expect(readReplicaSet(object)).toBeUndefined()
  })

  it('is not one when the Rollout only owns it without controlling it', () => {
    const object = replicaSet()
    object.metadata.ownerReferences[0].controller = false
    expect(readReplicaSet(object)).toBeUndefined()
  })
})

describe('reading an AnalysisRun', () => {
  it('joins what a metric asked for with what came of it', () => {
    expect(readAnalysisRun(run())).toMatchObject({
      ownerKind: 'Rollout',
      podTemplateHash: '757fd98f58',
      rolloutRevision: 2,
      role: 'Step',
      stepIndex: 2,
      phase: 'Failed',
      terminated: false,
      metrics: [
        {
          name: 'success-rate',
          phase: 'Failed',
          provider: 'web',
          successCondition: 'result.value >= 0.95',
          failureLimit: '0',
          failed: 1,
          count: 1,
          measurements: [{ phase: 'Failed', value: '{"value":0.42}', finishedAt: Date.parse('2026-11-23T02:38:33Z') }],
        },
      ],
    })
  })

  it('shows a metric that has no result yet', () => {
    const object = run()
    object.status = { phase: 'Pending' }
    expect(readAnalysisRun(object)?.metrics).toMatchObject([{ name: 'success-rate', phase: '', count: 0, measurements: [] }])
  })

  it('keeps the newest ten measurements', () => {
    const object = run()
    object.status.metricResults[0].measurements = Array.from({ length: 40 }, (_, index) => ({ phase: 'Successful', value: String(index) }))
    expect(readAnalysisRun(object)?.metrics[0]?.measurements.map(({ value }) => value)).toEqual(
      Array.from({ length: 10 }, (_, index) => String(30 + index)),
    )
  })

  it('names the Job of the job provider', () => {
    const object = run()
    object.status.metricResults[0].measurements = [{ phase: 'Failed', metadata: { 'job-name': 'load-test-1' } }]
    expect(readAnalysisRun(object)?.metrics[0]?.measurements[0]?.job).toBe('load-test-1')
  })

  it('is not one when nobody controls it', () => {
    const object = run()
    delete object.metadata.ownerReferences
    expect(readAnalysisRun(object)).toBeUndefined()
  })
})

describe('reading an Experiment', () => {
  it('names the templates that failed', () => {
    const object = run()
    object.kind = 'Experiment'
    object.status = {
      phase: 'Failed',
      message: 'boom',
      templateStatuses: [
        { name: 'canary', status: 'Failed', message: 'deadline' },
        { name: 'base', status: 'Running' },
      ],
    }
    expect(readExperiment(object)).toMatchObject({
      phase: 'Failed',
      message: 'boom',
      rolloutRevision: 2,
      failedTemplates: [{ name: 'canary', status: 'Failed', message: 'deadline' }],
    })
  })

  it('that nothing controls says whose it is, and which analyses failed', () => {
    const object = run()
    object.kind = 'Experiment'
    object.metadata.ownerReferences = []
    object.metadata.annotations = { 'argocd.argoproj.io/tracking-id': 'shop:argoproj.io/Experiment:shop/ab', 'kedge.dev/mode': 'notify' }
    object.status = {
      phase: 'Error',
      analysisRuns: [
        { name: 'web', phase: 'Error', message: 'no template' },
        { name: 'ok', phase: 'Successful' },
      ],
    }
    expect(readExperiment(object)).toMatchObject({
      ownerUid: undefined,
      own: {
        trackingId: 'shop:argoproj.io/Experiment:shop/ab',
        settings: { mode: 'notify' },
        failedAnalyses: [{ name: 'web', phase: 'Error', message: 'no template' }],
      },
    })
  })

  it('is not one when something else than a Rollout controls it', () => {
    const object = run()
    object.kind = 'Experiment'
    object.metadata.ownerReferences[0].kind = 'Job'
    expect(readExperiment(object)).toBeUndefined()
  })
})
