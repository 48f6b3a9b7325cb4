import { expect, it } from 'vitest'
import { objectiveOf } from '../../../src/domain/alert/objective.ts'
import { burnLine, burnSentence, shortBurn, stateWords } from '../../../src/domain/alert/words.ts'
import { AT, aBurn as burn } from '../an-attempt.ts'

it('an alert after a promotion is one line with its objective', () => {
  expect(burnLine(burn())).toBe(
    'ErrorBudgetBurn fires since 2026-12-01 12:02 UTC, 2 min after the promotion: objective checkout (99.9), burns 14x too fast, ' +
      'windows 5m and 1h, budget used up in 2d',
  )
  expect(burnLine(burn({ objective: {}, beganAt: AT + 40_000 }))).toBe(
    'ErrorBudgetBurn fires since 2026-12-01 12:00 UTC, 40 s after the promotion',
  )
  expect(shortBurn(burn())).toBe('ErrorBudgetBurn, checkout, 14x')
})

it('says what speaks against the release, and what has become of the alert', () => {
  expect(burnSentence(burn({ others: 2 }))).toContain('2 other release(s)')
  expect(burnSentence(burn({ past: 'unknown', pastDetail: 'nobody keeps it' }))).toContain(
    'Whether it has fired before is not known: nobody keeps it.',
  )
  expect(stateWords({ state: 'resolved', quietSince: AT })).toBe(' It does not fire any more since 2026-12-01 12:00 UTC.')
  for (const state of ['silenced', 'inhibited', 'unknown'] as const) expect(stateWords({ state })).toMatch(/^ [A-Z].*\.$/)
})

it('reads what Pyrra and Sloth write, and nothing that every object has', () => {
  const pyrra = { slo: 'checkout-errors', short: '5m', long: '1h', exhaustion: '2d', severity: 'critical' }
  expect(objectiveOf({ labels: pyrra, annotations: {} })).toEqual({
    slo: 'checkout-errors',
    windows: { short: '5m', long: '1h' },
    exhaustion: '2d',
  })
  const sloth = { sloth_slo: 'requests-availability', sloth_service: 'checkout', sloth_severity: 'page' }
  expect(objectiveOf({ labels: sloth, annotations: { burn_rate: '14.4' } })).toEqual({ slo: 'requests-availability', burn: '14.4' })
  expect(objectiveOf({ labels: {}, annotations: { slo: 'a\u001b[31m\nb', constructor: 'x' } })).toEqual({ slo: 'a b' })
})
