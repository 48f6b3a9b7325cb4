import type { Alert } from '../../../src/domain/alert/alert.ts'

/** An alert as its server tells it, which fires. */
export const anAlert = (fields: Partial<Alert> = {}): Alert => ({
  fingerprint: 'c0ffee',
  name: 'Burn',
  labels: { namespace: 'shop', rollout: 'web' },
  annotations: {},
  state: 'firing',
  beganAt: 1,
  link: undefined,
  ...fields,
})
