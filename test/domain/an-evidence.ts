import type { Evidence } from '../../src/domain/release/evidence.ts'

/** What an analysis has measured of a web shop whose requests fail. */
export const EVIDENCE: Evidence = {
  analysisRun: 'web-1',
  metric: 'success-rate',
  phase: 'Failed',
  value: '0.91',
  condition: 'result >= 0.95',
  limit: 'failureLimit 2',
  failed: 3,
  count: 5,
  provider: 'prometheus',
  job: undefined,
  message: undefined,
  role: 'Step',
  stepIndex: 1,
}
