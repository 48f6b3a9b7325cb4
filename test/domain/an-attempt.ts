import type { Burn } from '../../src/domain/alert/alert.ts'
import type { Attempt, Release } from '../../src/domain/release/release.ts'
import { aRelease } from '../contract/ledger-documents.ts'

/** When the release of these tests was promoted, and failed. */
export const AT = Date.parse('2026-12-01T12:00:00Z')

/** A failure of a release, with the fields a test cares about. */
export const anAttempt = (fields: Partial<Attempt> = {}): Attempt => ({
  key: 'k|1',
  cause: 'analysis-failed',
  message: '',
  seenAt: AT,
  abortedAt: null,
  abortedAtMs: null,
  evidence: [],
  ...fields,
})

/** An alert that fires two minutes after a promotion. */
export const aBurn = (fields: Partial<Burn> = {}): Burn => ({
  alert: 'ErrorBudgetBurn',
  fingerprint: 'f',
  objective: { slo: 'checkout', target: '99.9', burn: '14x', windows: { short: '5m', long: '1h' }, exhaustion: '2d' },
  beganAt: AT + 120_000,
  promotedAt: AT,
  bakeMs: 3_600_000,
  others: 0,
  past: 'clean',
  state: 'firing',
  ...fields,
})

/** Files of a release that changed flags alone. */
export const FLAGS = { flags: ['flags/web.json'] }

/** A release that serves, and that an alert names since. */
export const burning = (burn: Partial<Burn> = {}, fields: Partial<Release> = {}): Release =>
  aRelease({ key: 'k', cause: 'slo-burn', serving: 'in-step', attempts: [anAttempt({ cause: 'slo-burn', burn: aBurn(burn) })], ...fields })
