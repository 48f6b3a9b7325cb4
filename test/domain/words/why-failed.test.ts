import { expect, it } from 'vitest'
import { shortWhy } from '../../../src/domain/words/why-failed.ts'
import { aBurn, anAttempt } from '../an-attempt.ts'
import { EVIDENCE } from '../an-evidence.ts'

it('why an attempt failed is its first metric, else its alert, else nothing', () => {
  const evidence = [EVIDENCE, { ...EVIDENCE, metric: 'latency' }]
  expect([
    shortWhy(anAttempt({ evidence, burn: aBurn() })),
    shortWhy(anAttempt({ burn: aBurn() })),
    shortWhy(anAttempt()),
    shortWhy(undefined),
  ]).toEqual(['success-rate 0.91 < 0.95 (3/5)', 'ErrorBudgetBurn, checkout, 14x', undefined, undefined])
})
