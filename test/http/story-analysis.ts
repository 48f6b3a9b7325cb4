import type { Evidence } from '../../src/domain/release/evidence.ts'
import type { AnalysisRunSnapshot } from '../../src/domain/rollout/snapshots.ts'
import { NOW } from './fleet-fixture.ts'

/** The measurement that decided. */
export const EVIDENCE: Evidence = {
  analysisRun: 'checkout-bad-9-2',
  metric: 'success-rate',
  phase: 'Failed',
  value: '[0.91]',
  condition: 'result[0] >= 0.95',
  limit: 'failed (3) > failureLimit (2)',
  failed: 3,
  count: 5,
  provider: 'prometheus',
  job: undefined,
  message: undefined,
  role: 'Step',
  stepIndex: 2,
}

/** What the analysis measured before it failed: three of five below the limit. */
export function theRuns(): readonly AnalysisRunSnapshot[] {
  const values = ['[0.991]', '[0.968]', '[0.94]', '[0.925]', '[0.91]']
  return [
    {
      namespace: 'shop',
      name: EVIDENCE.analysisRun,
      uid: 'uid-run',
      resourceVersion: '1',
      ownerUid: 'uid-checkout',
      ownerKind: 'Rollout',
      podTemplateHash: 'bad',
      rolloutRevision: 9,
      role: 'Step',
      stepIndex: 2,
      createdAt: NOW - 380_000,
      completedAt: NOW - 252_000,
      phase: 'Failed',
      message: 'Metric "success-rate" assessed Failed due to failed (3) > failureLimit (2)',
      terminated: false,
      metrics: [
        {
          name: 'success-rate',
          phase: 'Failed',
          message: undefined,
          dryRun: false,
          provider: 'prometheus',
          successCondition: 'result[0] >= 0.95',
          failureCondition: undefined,
          failureLimit: '2',
          inconclusiveLimit: undefined,
          consecutiveErrorLimit: undefined,
          count: 5,
          failed: 3,
          inconclusive: 0,
          error: 0,
          consecutiveError: 0,
          measurements: values.map((value, at) => ({
            phase: at < 2 ? 'Successful' : 'Failed',
            value,
            message: undefined,
            finishedAt: NOW - 252_000 - (4 - at) * 30_000,
            job: undefined,
          })),
        },
      ],
    },
  ]
}
